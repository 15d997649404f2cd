"""One process owns a database: by a file lock beside SQLite, by an advisory lock on PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bridge.adapters.database.engine import parse_url, sqlite_path
from bridge.adapters.database.lock import AlreadyRunning, owner_lock

ADVISORY_KEY = 0x0B71D6E  # any number that other programs on the same database do not use
"""PostgreSQL's advisory lock that `run` holds for as long as its connection lives."""


@asynccontextmanager
async def own(url: str) -> AsyncIterator[None]:
    """Hold the database for the block. Raises AlreadyRunning when another process does.

    PostgreSQL: the lock lives on a connection of its own, outside the pool, and dies with it.
    """
    parsed = parse_url(url)
    path = sqlite_path(parsed)
    if path is not None:
        with owner_lock(path):
            yield
        return
    import asyncpg  # the extra `postgres`: only who uses it has it

    plain = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain)
    try:
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", ADVISORY_KEY):
            raise AlreadyRunning(Path(parsed.database or "postgresql"))
        yield
    finally:
        await connection.close()
