"""Claim, call, record: the one loop that all lanes run in."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

import structlog

from bridge.domain.after_post import Broken
from bridge.ports.clock import Clock

Row = TypeVar("Row")
Outcome = TypeVar("Outcome")

LOOK_EVERY = 1.0
"""Seconds: other processes write rows too, and no doorbell of theirs is heard here."""

GATHER_ROWS, GATHER_OUTCOMES = 0.010, 0.040
"""Seconds a busy lane waits for more to share its next transaction: one for ten costs little more than one for one.
An idle lane waits for nothing; outcomes wait longer, as their calls have made room already."""

GIVES_WAY = {"marks": 0.02}
"""Seconds before such a lane claims: the commit that rings for a mark rings for its job too, whose POST goes first."""

SOON = 0.05
"""Seconds within which a busy lane expects news."""

GRACE = 40.0
"""Seconds that calls under way are given at a stop: longer than OVH's read time-out."""

log = structlog.get_logger(__name__)


class Lane(Protocol[Row, Outcome]):
    """What one lane does with its rows."""

    name: str
    limit: int
    """Calls under way at once."""

    async def claim(self, free: int) -> Sequence[Row]:
        """One transaction: take up at most `free` due rows."""
        ...

    async def call(self, row: Row) -> Outcome:
        """The I/O. What the outside answers is returned; what is raised is a fault of ours."""
        ...

    async def record(self, done: Sequence[tuple[Row, Outcome | Broken]]) -> None:
        """One transaction: write down what became of them."""
        ...

    async def next_due(self) -> datetime | None:
        """When a row is due next."""
        ...


async def record_each(
    record: Callable[[Sequence[tuple[Row, Outcome | Broken]]], Awaitable[None]],
    done: Sequence[tuple[Row, Outcome | Broken]],
) -> None:
    """All together; when that raises, each alone, and one that raises alone counts as broken: others go on.

    Raises what writing that down raises: then it is not the row, and the process must end.
    """
    try:
        await record(done)
    except Exception as error:
        if len(done) > 1:
            for one in done:
                await record_each(record, [one])
            return
        if not done or isinstance(done[0][1], Broken):
            raise
        log.exception("row.not_recorded", error=type(error).__name__)
        await record([(done[0][0], Broken(type(error).__name__))])


class Worker(Generic[Row, Outcome]):
    """Runs a lane until it is stopped: no new claims then, calls under way are awaited and recorded."""

    def __init__(self, lane: Lane[Row, Outcome], clock: Clock, bell: asyncio.Event, last_answers: timedelta) -> None:
        self.lane = lane
        self._last_answers = last_answers.total_seconds()
        self._clock = clock
        self._bell = bell
        self._done: list[tuple[Row, Outcome | Broken]] = []
        self._finished = asyncio.Event()
        self._recorded = asyncio.Event()
        self._stopping = asyncio.Event()
        self._under_way = 0

    def stop(self) -> None:
        """Claim nothing more; `run` returns when what is under way was recorded."""
        self._stopping.set()
        self._bell.set()

    async def run(self) -> None:
        """Claim for ever. An exception that is not one row's ends it, and with it the process."""
        try:
            async with asyncio.TaskGroup() as calls:
                recorder = calls.create_task(self._record_for_ever(), name=f"{self.lane.name}.record")
                while not self._stopping.is_set():
                    await self._claim(calls)
                while self._under_way:
                    self._recorded.clear()
                    await self._recorded.wait()
                recorder.cancel()
        finally:
            await self._record()

    async def _claim(self, calls: asyncio.TaskGroup) -> None:
        wait = GIVES_WAY.get(self.lane.name, GATHER_ROWS if self._under_way else 0.0)
        if wait:
            await self._clock.sleep(wait)
            if self._stopping.is_set():
                return  # its ring would be cleared, and nobody rings again
        self._bell.clear()
        free = self.lane.limit - self._under_way
        asked = self._clock.now()
        rows = await self.lane.claim(free) if free > 0 else ()
        for row in rows:
            self._under_way += 1
            calls.create_task(self._call(row), name=f"{self.lane.name}.call")
        if free <= 0:
            await self._bell.wait()
        elif len(rows) < free:
            await self._until_due(asked)

    async def _until_due(self, asked: datetime) -> None:
        """Wait for the bell, the end of a call, or a row that falls due after `asked`; look at least every second."""
        waited = False
        if self._under_way and await self._clock.wait(self._bell, SOON):
            return  # a call ended, as one mostly does by then: no need to ask what is due
        while not self._bell.is_set():
            due = await self.lane.next_due()
            now = self._clock.now()
            if due is not None and due <= now and (waited or due > asked):
                return
            # A row that was due when it was asked for and was not taken is held back; what frees it rings.
            seconds = LOOK_EVERY if due is None or due <= now else min(LOOK_EVERY, (due - now).total_seconds())
            await self._clock.wait(self._bell, seconds)
            waited = True

    async def _call(self, row: Row) -> None:
        calling = asyncio.ensure_future(self._outcome(row))
        try:
            await asyncio.shield(calling)
        except asyncio.CancelledError:
            await asyncio.wait([calling], timeout=self._last_answers)
            if not calling.done():
                calling.cancel()
            raise
        finally:
            if calling.done() and not calling.cancelled():
                self._done.append((row, calling.result()))
                self._finished.set()
                self._bell.set()

    async def _outcome(self, row: Row) -> Outcome | Broken:
        try:
            return await self.lane.call(row)
        except Exception as error:
            log.exception("row.broken", lane=self.lane.name, error=type(error).__name__)
            return Broken(type(error).__name__)

    async def _record_for_ever(self) -> None:
        while True:
            await self._finished.wait()
            if self._under_way > len(self._done):
                await self._clock.sleep(GATHER_OUTCOMES)
            await self._record()

    async def _record(self) -> None:
        """What has come in since the last time, in one transaction; shielded, for what happened outside happened."""
        self._finished.clear()
        done, self._done = self._done, []
        if done:
            recording = asyncio.ensure_future(record_each(self.lane.record, done))
            try:
                await asyncio.shield(recording)
            except asyncio.CancelledError:
                await asyncio.wait([recording])  # it is written to its end before the store goes
                raise
            self._under_way -= len(done)
            self._recorded.set()
            self._bell.set()


async def wind_down(workers: Sequence[Worker[Any, Any]], running: Sequence["asyncio.Task[None]"]) -> None:
    """Nothing more is claimed; calls under way are given their grace and recorded, then all that runs is cancelled."""
    for worker in workers:
        worker.stop()
    await asyncio.wait(running, timeout=GRACE)
    for task in running:
        task.cancel()
