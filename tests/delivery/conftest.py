"""A store in a SQLite file, and the outgoing side on it, its lanes run a step at a time."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge.adapters.database import open_store
from tests.contract.store.world import HandClock, World
from tests.delivery.steps import Steps


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A phone, and rooms to write in."""
    clock, rung = HandClock(), []  # type: HandClock, list[str]
    async with open_store(f"sqlite:///{tmp_path / 'bridge.db'}", clock=clock, ring=rung.append) as store:
        world = World(store, clock, rung)
        await world.furnish()
        await world.write(lambda tx: tx.operations.at(world.rooms["desk"].address, "fr", "Europe/Paris"))
        yield world


@pytest.fixture
def steps(world: World) -> Steps:
    """The lanes."""
    return Steps(world)
