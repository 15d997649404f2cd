"""What could not be read is kept as it came, and neither one nor all of them grow without limit."""

import sqlite3
from pathlib import Path

import pytest

from bridge.adapters.database import events, open_store
from bridge.ports.clock import SystemClock


async def test_the_last_ones_are_kept_each_up_to_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "ASIDE_KEPT", 3)
    monkeypatch.setattr(events, "RAW_KEPT", 11)
    path = tmp_path / "bridge.db"
    async with open_store(f"sqlite:///{path}", clock=SystemClock(), ring=lambda lane: None) as store:
        for raw in ("1", "2", "3", '{"a": \udc80}', "éééééééé"):
            await store.write(lambda tx, raw=raw: tx.events.set_aside("web", f"id-{raw[0]}", raw))  # type: ignore[misc]
    database = sqlite3.connect(path)
    kept = [row[0] for row in database.execute("SELECT raw FROM set_aside ORDER BY id")]
    database.close()
    assert kept == ["3", '{"a": ?}', "ééééé"]
