"""The tables are brought up to date once, wholly or not at all, and never by a program older than they are."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine
from sqlalchemy.ext.asyncio import create_async_engine

from bridge.adapters.database import open_store
from bridge.adapters.database.columns import metadata
from bridge.adapters.database.engine import NotADatabase, parse_url
from bridge.adapters.database.migrate import BrokenReferences, WrongRevision
from bridge.adapters.database.migrations import HEAD, REVISIONS
from bridge.adapters.database.store import SqlStore
from bridge.ports.clock import SystemClock
from tests.postgres import Cluster

FIRST = Path("bridge/adapters/database/migrations/versions")


async def use(url: str, *, migrate: bool = True) -> str | None:
    async with open_store(url, clock=SystemClock(), ring=lambda lane: None, migrate=migrate) as store:
        return await cursor(store)


async def cursor(store: SqlStore) -> str | None:
    return await store.read(lambda tx: tx.events.cursor("web"))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database of the first version, with something in it."""
    path = tmp_path / "bridge.db"
    database = sqlite3.connect(path)
    root = Path(__file__).parents[3]
    database.executescript((root / FIRST / "0001_sqlite.sql").read_text(encoding="utf-8"))
    database.executescript(
        """
        CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
        INSERT INTO alembic_version VALUES ('0001');
        INSERT INTO cursor VALUES ('web', '42');
        INSERT INTO account (id, key, active, secret) VALUES (1, 'ovh-eu/sms-1', 1, 'secret');
        INSERT INTO reply (account_id, ovh_id, state, named_at, sender_text, tag) VALUES (1, 5, 'named', 0, '', 'b1');
        """
    )
    database.close()
    return path


def revision(path: Path) -> str:
    database = sqlite3.connect(path)
    found: str = database.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    database.close()
    return found


async def test_a_filled_database_is_upgraded_and_keeps_what_it_holds(old: Path) -> None:
    assert await use(f"sqlite:///{old}") == "42"
    assert revision(old) == HEAD
    database = sqlite3.connect(old)
    assert database.execute("SELECT ovh_id, tag FROM reply").fetchall() == [(5, "b1")]
    database.close()


async def test_before_an_upgrade_the_database_is_copied(old: Path) -> None:
    await use(f"sqlite:///{old}")
    copy = old.with_name(f"bridge.db.before-{HEAD}-was-0001")
    assert revision(copy) == "0001"
    assert [path.name for path in old.parent.glob("*.part")] == []


async def test_an_upgrade_that_would_break_references_is_undone(old: Path) -> None:
    database = sqlite3.connect(old)
    database.execute("INSERT INTO phone_slug VALUES ('nobody', 77)")
    database.commit()
    database.close()
    with pytest.raises(BrokenReferences):
        await use(f"sqlite:///{old}")
    assert revision(old) == "0001"


async def test_a_newer_database_is_refused_and_left_alone(old: Path) -> None:
    database = sqlite3.connect(old)
    database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.commit()
    database.close()
    with pytest.raises(WrongRevision, match="newer"):
        await use(f"sqlite:///{old}")
    assert revision(old) == "9999"


async def test_commands_that_may_not_migrate_say_so(old: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongRevision, match="start the bridge"):
        await use(f"sqlite:///{old}", migrate=False)
    with pytest.raises(WrongRevision):
        await use(f"sqlite:///{tmp_path / 'new.db'}", migrate=False)
    await use(f"sqlite:///{old}")
    assert await use(f"sqlite:///{old}", migrate=False) == "42"


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": False})
    return list(compare_metadata(context, metadata))


async def test_the_steps_lead_to_the_tables_of_the_code(tmp_path: Path) -> None:
    path = tmp_path / "bridge.db"
    await use(f"sqlite:///{path}")
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert differences(connection) == []
    engine.dispose()


async def test_and_on_postgresql_too(postgres: Cluster) -> None:
    url = postgres.create()
    assert await use(url) is None
    engine = create_async_engine(parse_url(url))
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()
    postgres.drop(url)


async def test_alembic_is_imported_only_when_a_step_is_to_be_taken(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bridge.db'}"
    await use(url)
    look = (
        "import asyncio, sys\n"
        "from bridge.adapters.database import open_store\n"
        "from bridge.ports.clock import SystemClock\n"
        "async def main():\n"
        f"    async with open_store({url!r}, clock=SystemClock(), ring=print): pass\n"
        "asyncio.run(main())\n"
        "print('alembic' in sys.modules)\n"
    )
    told = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, timeout=30, check=True)
    assert told.stdout == "False\n"


def test_every_step_has_its_file() -> None:
    files = sorted(path.name[:4] for path in (Path(__file__).parents[3] / FIRST).glob("*.py"))
    assert files == list(REVISIONS)


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://", "sqlite:///:memory:"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(NotADatabase):
        parse_url(url)
