"""One suite, every database: a real SQLite file and a real PostgreSQL."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bridge.adapters.database import open_store
from bridge.adapters.database.columns import metadata
from tests.contract.store.world import HandClock, World
from tests.postgres import Cluster


async def _make(url: str) -> None:
    async with open_store(url, clock=HandClock(), ring=lambda lane: None):
        pass


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with its tables: copying it is quicker than making one."""
    path = tmp_path_factory.mktemp("template") / "bridge.db"
    asyncio.run(_make(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_tables(postgres: Cluster) -> Iterator[str]:
    """The same in PostgreSQL: emptied before each test, which is quicker than making another."""
    url = postgres.create()
    asyncio.run(_make(url))
    yield url
    postgres.drop(url)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own, empty."""
    if request.param == "sqlite":
        path = tmp_path / "bridge.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    made = request.getfixturevalue("postgres_tables")
    name = made.partition("@/")[2].partition("?")[0]
    names = ", ".join(metadata.tables)
    empty = f"TRUNCATE {names} RESTART IDENTITY; INSERT INTO counter (name, value) VALUES ('t0', 0)"
    request.getfixturevalue("postgres").sql(empty, name)
    yield made


@pytest.fixture
async def world(url: str) -> AsyncIterator[World]:
    """A store with a phone and three rooms."""
    clock, rung = HandClock(), []  # type: HandClock, list[str]
    async with open_store(url, clock=clock, ring=rung.append) as store:
        world = World(store, clock, rung)
        await world.furnish()
        yield world
