"""The one loop that all lanes run in, with a lane of this test's own and a clock that leaps."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bridge.delivery.worker import Worker
from bridge.domain.after_post import Broken
from tests.clock import LeapingClock
from tests.making import NOW, after

LONG = 1000.0


@dataclass
class Lane:
    """Rows are names, due at a time. A call ends when its gate is opened, recording when nothing holds it up."""

    clock: LeapingClock
    limit: int = 2
    name: str = "rows"
    rows: dict[str, datetime] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    recorded: list[list[tuple[str, str | Broken]]] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    held_back: bool = False
    held_up: asyncio.Event = field(default_factory=asyncio.Event)
    recording: bool = False
    breaks: dict[str, Exception] = field(default_factory=dict)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def __post_init__(self) -> None:
        self.held_up.set()

    def gate(self, row: str) -> asyncio.Event:
        return self.gates.setdefault(row, asyncio.Event())

    async def claim(self, free: int) -> Sequence[str]:
        self._break("claim")
        self.asked.append(free)
        now = self.clock.now()
        due = [] if self.held_back else [row for row, at in self.rows.items() if at <= now][:free]
        for row in due:
            del self.rows[row]
        await self._tell()
        return due

    async def call(self, row: str) -> str:
        self.begun.append(row)
        await self._tell()
        self._break(row)
        try:
            await self.gate(row).wait()
        except asyncio.CancelledError:
            self.cancelled.append(row)
            raise
        return f"did {row}"

    async def record(self, done: Sequence[tuple[str, str | Broken]]) -> None:
        self.recording = True
        await self._tell()
        await self.held_up.wait()
        self._break("record")
        self.recorded.append(list(done))
        self.recording = False
        await self._tell()

    async def next_due(self) -> datetime | None:
        self._break("next_due")
        return min(self.rows.values(), default=None)

    @property
    def settled(self) -> dict[str, str | Broken]:
        return {row: outcome for batch in self.recorded for row, outcome in batch}

    async def until(self, so: Callable[[], bool]) -> None:
        async with asyncio.timeout(10), self.changed:
            await self.changed.wait_for(so)

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    def _break(self, where: str) -> None:
        if where in self.breaks:
            raise self.breaks[where]


@dataclass
class Running:
    lane: Lane
    clock: LeapingClock
    bell: asyncio.Event
    worker: Worker[str, str]
    task: "asyncio.Task[None]"

    async def ended(self) -> None:
        async with asyncio.timeout(10):
            await self.task

    async def until_idle(self) -> None:
        """The worker waits for a time or its bell."""
        async with asyncio.timeout(10):
            await self.clock.until_asleep()


@asynccontextmanager
async def running(*rows: str, limit: int = 2, **later: datetime) -> AsyncIterator[Running]:
    clock, bell = LeapingClock(NOW), asyncio.Event()
    lane = Lane(clock, limit, rows=dict.fromkeys(rows, NOW) | later)
    worker: Worker[str, str] = Worker(lane, clock, bell, timedelta(milliseconds=50))
    task = asyncio.create_task(worker.run())
    try:
        yield Running(lane, clock, bell, worker, task)
    finally:
        task.cancel()
        await asyncio.wait([task])


# --- claiming ------------------------------------------------------------------------------------------------------
async def test_it_claims_no_more_than_is_free() -> None:
    async with running(*"abcde") as it:
        await it.lane.until(lambda: it.lane.begun == ["a", "b"])
        it.lane.gate("a").set()
        await it.lane.until(lambda: it.lane.begun == ["a", "b", "c"])
        assert it.lane.asked == [2, 1]


async def test_a_row_that_is_not_due_waits_for_its_time_and_not_a_second_longer() -> None:
    async with running(a=after(0.6)) as it:
        await it.until_idle()
        assert it.lane.begun == []
        it.clock.leap(0.6)
        await it.lane.until(lambda: it.lane.begun == ["a"])
        assert it.clock.now() < after(LONG)


async def test_the_bell_wakes_it_at_once() -> None:
    async with running() as it:
        await it.until_idle()
        it.lane.rows["a"] = NOW
        it.bell.set()
        await it.lane.until(lambda: it.lane.begun == ["a"])


async def test_rows_that_nobody_rang_for_are_seen_within_a_second() -> None:
    async with running(later=after(LONG)) as it:
        await it.until_idle()
        it.lane.rows["a"] = NOW
        it.clock.leap(1)
        await it.lane.until(lambda: it.lane.begun == ["a"])


async def test_a_bell_rung_while_it_claims_is_not_lost() -> None:
    async with running() as it:
        await it.until_idle()
        claims = len(it.lane.asked)

        async def ring_once(free: int) -> Sequence[str]:
            if len(it.lane.asked) == claims:
                it.lane.asked.append(free)
                it.bell.set()  # a commit behind the claim's back
                it.lane.rows["a"] = NOW
                return ()
            return await Lane.claim(it.lane, free)

        it.lane.claim = ring_once  # type: ignore[method-assign]
        it.bell.set()
        await it.lane.until(lambda: it.lane.begun == ["a"])


async def test_a_due_row_that_is_held_back_is_asked_for_once_a_second_and_not_in_a_burst() -> None:
    async with running() as it:
        await it.until_idle()
        it.lane.held_back = True
        it.lane.rows["a"] = NOW
        claims = len(it.lane.asked)
        for second in range(1, 4):
            it.clock.leap(1)
            await it.lane.until(lambda second=second: len(it.lane.asked) >= claims + second)  # type: ignore[misc]
            await it.until_idle()
        assert len(it.lane.asked) <= claims + 4


async def test_while_every_place_is_taken_nothing_is_claimed_whoever_rings() -> None:
    async with running(*"abc") as it:
        await it.lane.until(lambda: it.lane.begun == ["a", "b"])
        it.bell.set()
        it.clock.leap(LONG)
        it.lane.gate("b").set()
        await it.lane.until(lambda: it.lane.begun == ["a", "b", "c"])
        assert it.lane.asked == [2, 1]


# --- recording -----------------------------------------------------------------------------------------------------
async def test_what_came_in_while_the_last_was_being_recorded_is_recorded_together() -> None:
    async with running(*"abcd", limit=4) as it:
        await it.lane.until(lambda: len(it.lane.begun) == 4)
        it.lane.held_up.clear()
        it.lane.gate("a").set()
        await it.lane.until(lambda: it.lane.recording)
        for row in "bcd":
            it.lane.gate(row).set()
        for _ in range(5):
            await asyncio.sleep(0)
        it.lane.held_up.set()
        await it.lane.until(lambda: len(it.lane.settled) == 4)
        assert [[row for row, _ in batch] for batch in it.lane.recorded] == [["a"], ["b", "c", "d"]]


async def test_a_place_is_free_only_once_its_row_was_recorded() -> None:
    async with running(*"ab", limit=1) as it:
        it.lane.held_up.clear()
        it.lane.gate("a").set()
        await it.lane.until(lambda: it.lane.recording)
        assert it.lane.begun == ["a"]
        it.lane.held_up.set()
        await it.lane.until(lambda: it.lane.begun == ["a", "b"])


async def test_an_exception_stays_on_its_row_and_the_others_go_on() -> None:
    async with running(*"abc") as it:
        it.lane.breaks["a"] = KeyError("not foreseen")
        it.lane.gate("b").set()
        it.lane.gate("c").set()
        await it.lane.until(lambda: len(it.lane.settled) == 3)
        assert it.lane.settled == {"a": Broken("KeyError"), "b": "did b", "c": "did c"}
        assert not it.task.done()


# --- the end -------------------------------------------------------------------------------------------------------
async def test_stop_claims_nothing_more_and_awaits_what_is_under_way() -> None:
    async with running(*"abc") as it:
        await it.lane.until(lambda: it.lane.begun == ["a", "b"])
        it.worker.stop()
        it.lane.gate("a").set()
        await it.lane.until(lambda: "a" in it.lane.settled)
        assert not it.task.done()
        it.lane.gate("b").set()
        await it.ended()
        assert it.lane.settled == {"a": "did a", "b": "did b"}
        assert it.lane.begun == ["a", "b"]


async def test_stop_ends_an_idle_worker_without_waiting() -> None:
    async with running(later=after(LONG)) as it:
        await it.until_idle()
        it.worker.stop()
        await it.ended()
        assert it.clock.now() < after(LONG)


async def test_stop_before_the_first_claim_claims_nothing() -> None:
    async with running("a") as it:
        it.worker.stop()
        await it.ended()
        assert it.lane.asked == []


@pytest.mark.parametrize("where", ["claim", "record", "next_due"])
async def test_what_breaks_outside_a_row_s_work_ends_the_worker(where: str) -> None:
    async with running("a") as it:
        it.lane.breaks[where] = OSError("disk full")
        it.lane.gate("a").set()
        with pytest.raises(ExceptionGroup) as raised:
            await it.ended()
        assert raised.group_contains(OSError, match="disk full")


async def test_cancellation_goes_on_to_the_calls_and_out() -> None:
    async with running(*"ab") as it:
        await it.lane.until(lambda: it.lane.begun == ["a", "b"])
        it.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await it.ended()
        assert sorted(it.lane.cancelled) == ["a", "b"]
        assert it.lane.settled == {}, "a call that was cut off is not recorded as broken"


async def test_a_record_under_way_is_written_to_its_end_before_a_cancelled_worker_is_gone() -> None:
    async with running(*"ab") as it:
        it.lane.held_up.clear()
        it.lane.gate("a").set()
        await it.lane.until(lambda: it.lane.recording)
        it.task.cancel()
        for _ in range(5):
            await asyncio.sleep(0)
        assert not it.task.done()
        it.lane.held_up.set()
        with pytest.raises(asyncio.CancelledError):
            await it.ended()
        assert it.lane.settled == {"a": "did a"}
