"""The rows of docs/reliability.md on Matrix in which the homeserver fails, is stopped, or limits us."""

from pathlib import Path

import pytest

from tests.reliability import TableRow, keeps_its_promise, table
from tests.synapse import Synapse

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
ROWS = [row for row in table() if row.where in ("matrix_trouble", "matrix_gaps")]
LIMITED = [row for row in table() if row.where == "matrix_limits"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
async def test_what_the_table_promises_happens(row: TableRow, tmp_path: Path, synapse_again: Synapse) -> None:
    await keeps_its_promise(row, tmp_path, synapse=synapse_again)


@pytest.mark.parametrize("row", LIMITED, ids=lambda row: row.id)
async def test_and_with_the_limits_that_synapse_comes_with(
    row: TableRow, tmp_path: Path, strict_synapse: Synapse
) -> None:
    await keeps_its_promise(row, tmp_path, synapse=strict_synapse)
