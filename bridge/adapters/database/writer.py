"""Group commit: whatever waits shares one transaction, each piece of work can still fail alone."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bridge.ports.probe import Probe
from bridge.ports.store import Tx

T = TypeVar("T")
Work = Callable[[Tx], Awaitable[Any]]

MOST_AT_ONCE = 64
"""Pieces of work in one commit: enough to share its cost, few enough that nobody waits long."""


class StoreClosed(RuntimeError):
    """Nothing more can be written: the store was closed, or its writer failed."""


@dataclass(frozen=True, slots=True)
class _Piece:
    work: Work
    done: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class Begun:
    """A transaction for one piece of work, with the lanes it wants woken."""

    tx: Tx
    lanes: set[str]


class Writer:
    """The one task that writes. It is never cancelled: it ends when it was closed and everything is written."""

    def __init__(
        self,
        engine: AsyncEngine,
        begin: Callable[[AsyncConnection], Begun],
        ring: Callable[[str], None],
        probe: Probe,
    ) -> None:
        self._engine = engine
        self._begin = begin
        self._ring = ring
        self._probe = probe
        self._waiting: deque[_Piece] = deque()
        self._wake = asyncio.Event()
        self._closed = False

    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Hand the work over and wait for its commit. What was handed over is written, even if the caller goes."""
        if self._closed:
            raise StoreClosed
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Piece(work, done))
        self._wake.set()
        try:
            return await asyncio.shield(done)
        except asyncio.CancelledError:
            done.add_done_callback(_look_at)
            raise

    def close(self) -> None:
        """Take nothing more; `run` returns when what waits is written."""
        self._closed = True
        self._wake.set()

    async def run(self) -> None:
        """Write until closed."""
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._waiting:
                    count = min(len(self._waiting), MOST_AT_ONCE)
                    await self._write_together([self._waiting.popleft() for _ in range(count)])
                if self._closed:
                    return
        finally:
            self._closed = True
            _fail(self._waiting, StoreClosed())

    async def _write_together(self, pieces: list[_Piece]) -> None:
        results: list[tuple[_Piece, Any]] = []
        lanes: set[str] = set()
        try:
            async with self._engine.connect() as connection:
                transaction = await connection.begin()
                for piece in pieces:
                    done = await self._do(connection, piece, alone=len(pieces) == 1)
                    await asyncio.sleep(0)  # statements may run in place: others have their turn
                    if done is not None:
                        results.append((piece, done[0]))
                        lanes |= done[1]
                if not results:
                    await transaction.rollback()
                    return
                self._probe("store.before_commit")
                await transaction.commit()
                self._probe("store.after_commit")
        except Exception as error:  # the transaction as a whole: its BEGIN, its COMMIT, the connection
            _fail(pieces, error)
            return
        except BaseException:
            _fail(pieces, StoreClosed())
            raise
        for piece, result in results:
            if not piece.done.done():
                piece.done.set_result(result)
        for lane in sorted(lanes):
            self._ring(lane)

    async def _do(self, connection: AsyncConnection, piece: _Piece, *, alone: bool) -> tuple[Any, set[str]] | None:
        """Run one piece; None when it failed and was undone. Alone, the whole transaction is its savepoint."""
        begun = self._begin(connection)
        savepoint = None if alone else await connection.begin_nested()
        try:
            result = await piece.work(begun.tx)
        except (Exception, asyncio.CancelledError) as error:
            if _being_cancelled():
                raise
            if savepoint is not None:
                await savepoint.rollback()
            _fail([piece], error)
            return None
        if savepoint is not None:
            await savepoint.commit()
        return result, begun.lanes


def _fail(pieces: "list[_Piece] | deque[_Piece]", error: BaseException) -> None:
    for piece in pieces:
        if not piece.done.done():
            piece.done.set_exception(error)


def _being_cancelled() -> bool:
    """Whether the writer itself is, rather than something a piece of work awaited."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _look_at(done: asyncio.Future[Any]) -> None:
    """Nobody waits for it any more: an exception in it was nobody's to hear."""
    if not done.cancelled():
        done.exception()
