"""Bring the tables up to date: seldom, on a connection of its own, all or nothing."""

import asyncio
from datetime import timedelta
from pathlib import Path

from sqlalchemy import URL, Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bridge.adapters.database.engine import sqlite_engine, sqlite_path
from bridge.adapters.database.migrations import HEAD, REVISIONS

_HAS_REVISION = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'",
    "postgresql": "SELECT 1 WHERE to_regclass('alembic_version') IS NOT NULL",
}


class WrongRevision(Exception):
    """The tables are not those of this version: newer, or older where nothing may change them."""


class NotMigrated(WrongRevision):
    """The tables are older, or not there yet, and only `run` and `demo` may change them."""


class BrokenReferences(Exception):
    """After the migration rows would point nowhere: it was undone."""


async def bring_up_to_date(url: URL, *, migrate: bool, patience: timedelta) -> None:
    """Compare revisions by plain SQL; import alembic and migrate only where they differ.

    Raises WrongRevision when the database is newer than this code, or older while `migrate` is off.
    """
    path = sqlite_path(url)
    if path is None:
        engine = create_async_engine(url, poolclass=NullPool)
    else:
        engine = sqlite_engine(path, patience, begin="BEGIN IMMEDIATE", foreign_keys=False)
    try:
        async with engine.connect() as connection, connection.begin():
            current = await connection.run_sync(_revision)
        if current == HEAD:
            return
        _refuse(current, migrate=migrate)
        if path is not None and current is not None:
            await _back_up(path, current, patience)
        await _migrate(engine)
    finally:
        await engine.dispose()


def _refuse(current: str | None, *, migrate: bool) -> None:
    if current is not None and current not in REVISIONS:
        raise WrongRevision(
            f"the database was written by a newer version (its tables are at {current}, this version knows {HEAD}): "
            "install that version again, or restore the backup made before it"
        )
    if not migrate:
        raise NotMigrated(
            f"the database's tables are at {current or 'none'}, this version needs {HEAD}: start the bridge once"
        )


def _revision(connection: Connection) -> str | None:
    if connection.exec_driver_sql(_HAS_REVISION[connection.dialect.name]).first() is None:
        return None
    found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found


async def _back_up(path: Path, current: str, patience: timedelta) -> None:
    """A whole copy beside the database, `<name>.before-<revision>`; appears under that name only when complete."""
    copy = path.with_name(f"{path.name}.before-{HEAD}-was-{current}")
    part = copy.with_name(f"{copy.name}.part")
    await asyncio.to_thread(part.unlink, missing_ok=True)
    engine = sqlite_engine(path, patience, begin=None)  # VACUUM refuses to run within a transaction
    try:
        async with engine.connect() as connection:
            await connection.execute(text("VACUUM INTO :part"), {"part": str(part)})
    finally:
        await engine.dispose()
    await asyncio.to_thread(part.replace, copy)


async def _migrate(engine: AsyncEngine) -> None:
    """One transaction: BEGIN with the lock, every step, the check of references, COMMIT."""
    async with engine.connect() as connection, connection.begin():
        await connection.run_sync(_upgrade)
        if connection.dialect.name == "sqlite":
            broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all()
            if broken:
                raise BrokenReferences(f"{len(broken)} rows, the first in {broken[0][0]}")


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
