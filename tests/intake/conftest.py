"""A store in a SQLite file, with a phone and rooms in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge.adapters.database import open_store
from tests.contract.store.world import HandClock, World
from tests.intake.places import Places


@pytest.fixture
async def places(tmp_path: Path) -> AsyncIterator[Places]:
    clock, rung = HandClock(), []  # type: HandClock, list[str]
    async with open_store(f"sqlite:///{tmp_path / 'bridge.db'}", clock=clock, ring=rung.append) as store:
        world = World(store, clock, rung)
        await world.furnish()
        yield Places(world)
