"""The rows of docs/reliability.md that happen on Matrix, on a real homeserver; trouble with that one stands apart."""

from pathlib import Path

import pytest

from tests.reliability import TableRow, keeps_its_promise, table
from tests.synapse import Synapse

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
ROWS = [row for row in table() if row.where in ("matrix_writing", "matrix_rooms", "matrix_keys")]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
async def test_what_the_table_promises_happens(row: TableRow, tmp_path: Path, synapse: Synapse) -> None:
    await keeps_its_promise(row, tmp_path, synapse=synapse)
