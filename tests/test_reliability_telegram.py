"""The rows of docs/reliability.md that happen on Telegram."""

from pathlib import Path

import pytest

from tests.reliability import TableRow, keeps_its_promise, table

pytestmark = pytest.mark.slow  # a minute in all: `make check` leaves it to `make test`
ROWS = [row for row in table() if row.where.startswith("telegram_")]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
async def test_what_the_table_promises_happens(row: TableRow, tmp_path: Path) -> None:
    await keeps_its_promise(row, tmp_path)
