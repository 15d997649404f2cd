"""Every row of docs/reliability.md, played against the whole bridge; what is expected stands in the page alone."""

from pathlib import Path

import pytest

from tests.relay import Relay
from tests.reliability import Outcome, TableRow, scenarios, table

SCENARIOS = scenarios()


@pytest.mark.parametrize("row", table(), ids=lambda row: row.id)
async def test_what_the_table_promises_happens(row: TableRow, tmp_path: Path) -> None:
    _, scenario = SCENARIOS[row.id]
    async with Relay(tmp_path, scenario.setting) as relay:
        await scenario.play(relay)
        await relay.settled()
        records = relay.ovh.records
        happened = Outcome(records.posts_seen, len(records.accepted), relay.rows.outcome(), tuple(relay.rows.notices()))
        assert happened == row.outcome
        relay.check_invariants()
