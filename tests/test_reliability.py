"""Every row of docs/reliability.md, played against the whole bridge; what is expected stands in the page alone.

Those of lost answers, on Telegram and on Matrix stand in files of their own: test processes share their work by files.
"""

from pathlib import Path

import pytest

from tests.reliability import TableRow, keeps_its_promise, table

pytestmark = pytest.mark.slow  # a minute in all: `make check` leaves it to `make test`
APART = ("uncertain", "telegram_", "matrix_")
ROWS = [row for row in table() if not row.where.startswith(APART)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
async def test_what_the_table_promises_happens(row: TableRow, tmp_path: Path) -> None:
    await keeps_its_promise(row, tmp_path)
