"""Engines: one connection that writes, some that only read, on SQLite and PostgreSQL."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bridge.adapters.database import in_place

PATIENCE = timedelta(seconds=5)
"""How long a transaction waits for another process's lock before it fails with OperationalError."""

READERS = 4


class NotADatabase(ValueError):
    """The URL is neither `sqlite:///path` nor `postgresql://…`."""


@dataclass(frozen=True, slots=True)
class Engines:
    """`write` begins at once with the lock, `read` cannot write."""

    write: AsyncEngine
    read: AsyncEngine

    async def dispose(self) -> None:
        """Close every connection."""
        await self.read.dispose()
        await self.write.dispose()


def parse_url(url: str) -> URL:
    """The URL of the configuration. Raises NotADatabase; what it says holds no password."""
    parsed = make_url(url)
    if parsed.drivername == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed
    if parsed.drivername in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+asyncpg")
    raise NotADatabase("a database is sqlite:///path or postgresql://user@host/name")


def sqlite_path(url: URL) -> Path | None:
    """The file, None for PostgreSQL."""
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def open_engines(url: URL, patience: timedelta = PATIENCE) -> Engines:
    """Make both engines; connections are opened at first use."""
    path = sqlite_path(url)
    if path is None:
        return Engines(_postgres(url), _postgres(url, read_only=True))
    write = sqlite_engine(path, patience, begin="BEGIN IMMEDIATE")
    return Engines(write, sqlite_engine(path, patience, begin="BEGIN", read_only=True))


def sqlite_engine(
    path: Path, patience: timedelta, *, begin: str | None, read_only: bool = False, foreign_keys: bool = True
) -> AsyncEngine:
    """An engine on one file. Durable at COMMIT: WAL with synchronous=FULL."""

    async def connect() -> in_place.InPlaceConnection:
        seconds = patience.total_seconds()
        return await in_place.connect(path, timeout=seconds, reads_only=read_only)  # type: ignore[return-value]

    engine = create_async_engine(
        "sqlite+aiosqlite://",
        async_creator=connect,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=READERS if read_only else 1,
        max_overflow=0,
    )
    pragmas = ["journal_mode=WAL", "synchronous=FULL", f"foreign_keys={'ON' if foreign_keys else 'OFF'}"]
    if read_only:
        pragmas = ["query_only=ON"]

    def set_pragmas(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def begin_so(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, in_place.InPlaceConnection)  # noqa: S101 -- `connect` made it
        driver.begin = begin

    event.listen(engine.sync_engine, "connect", set_pragmas)
    event.listen(engine.sync_engine, "begin", begin_so)
    return engine


def _postgres(url: URL, *, read_only: bool = False) -> AsyncEngine:
    settings = {"default_transaction_read_only": "on"} if read_only else {}
    return create_async_engine(
        url,
        pool_size=READERS if read_only else 1,
        max_overflow=0,
        pool_pre_ping=True,  # a server that was restarted meanwhile costs nobody a transaction
        isolation_level="REPEATABLE READ" if read_only else "READ COMMITTED",
        connect_args={"server_settings": settings},
    )
