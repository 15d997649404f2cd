"""aiosqlite whose statements run where they stand while a transaction is open; its thread does what may wait.

A visit to the thread costs 80 µs of CPU (measured; the library makes four a statement), most of our statements 20 µs:
each is an indexed look-up or a bulk insert. What may wait for others or for the disk stays in the thread: BEGIN with
the first statement, COMMIT, ROLLBACK, and everything outside a transaction (pragmas, VACUUM). In WAL mode a statement
within a transaction waits for nobody.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, Self

import aiosqlite


class InPlaceCursor:
    """What SQLAlchemy asks of an aiosqlite cursor; results are fetched where they are made."""

    def __init__(self, connection: "InPlaceConnection") -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Any = ()) -> Self:
        """Run one statement and fetch all it gives."""
        if self._connection.in_transaction:
            self._run(sql, parameters)
        else:
            await self._connection._execute(self._run, sql, parameters)  # type: ignore[no-untyped-call]
        return self

    async def executemany(self, sql: str, parameters: Iterable[Any]) -> Self:
        """Run one statement for each set of parameters."""
        if self._connection.in_transaction:
            self._run_many(sql, parameters)
        else:
            await self._connection._execute(self._run_many, sql, parameters)  # type: ignore[no-untyped-call]
        return self

    def _run(self, sql: str, parameters: Any) -> None:
        self._keep(self._connection.begun().execute(sql, parameters))

    def _run_many(self, sql: str, parameters: Iterable[Any]) -> None:
        self._keep(self._connection.begun().executemany(sql, parameters))

    def _keep(self, cursor: sqlite3.Cursor) -> None:
        self.description = cursor.description
        self._rows = cursor.fetchall() if cursor.description else []
        self.rowcount = cursor.rowcount
        self.lastrowid = cursor.lastrowid
        cursor.close()

    async def fetchall(self) -> list[Any]:
        """Give what `execute` fetched."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is open."""


class InPlaceConnection(aiosqlite.Connection):
    """One connection, used by one task at a time."""

    begin: str | None = None
    """How the transaction begins, once its first statement comes."""
    reads_only: bool = False

    _stopped: "asyncio.Future[None] | None" = None

    def stop(self) -> "asyncio.Future[None] | None":
        """Have the thread end; the future tells when."""
        self._stopped = super().stop()
        return self._stopped

    async def _connect(self) -> Self:
        """Where it cannot be opened, the thread is gone before the failure is told: else it speaks to a closed loop."""
        try:
            await super()._connect()
        except BaseException:
            if self._stopped is not None:
                await self._stopped
            raise
        return self

    def cursor(self) -> InPlaceCursor:  # type: ignore[override]
        """Give a cursor without visiting the thread."""
        return InPlaceCursor(self)

    def begun(self) -> sqlite3.Connection:
        """The connection, with its transaction open if one is wished for."""
        begin, self.begin = self.begin, None
        if begin is not None:
            self._conn.execute(begin).close()
        return self._conn

    async def commit(self) -> None:
        """Return when it is on disk. A reader has nothing to wait for."""
        await self._end(super().commit, self._conn.commit)

    async def rollback(self) -> None:
        """Undo; nothing was begun as long as no statement came."""
        await self._end(super().rollback, self._conn.rollback)

    async def _end(self, in_thread: Callable[[], Awaitable[None]], here: Callable[[], None]) -> None:
        wished, self.begin = self.begin, None
        if wished is not None or not self.in_transaction:
            return
        if self.reads_only:
            here()
        else:
            await in_thread()


def connect(path: Path, *, timeout: float, reads_only: bool = False) -> InPlaceConnection:
    """A connection to be awaited. `timeout` is how long it waits for another's lock, in seconds.

    The driver's own transactions are off: BEGIN is ours to write.
    """

    def connector() -> sqlite3.Connection:
        return sqlite3.connect(
            path, timeout=timeout, isolation_level=None, cached_statements=512, check_same_thread=False
        )

    connection = InPlaceConnection(connector, iter_chunk_size=64)
    connection.reads_only = reads_only
    connection._thread.daemon = True  # as SQLAlchemy does: a lost connection keeps no process alive
    return connection
