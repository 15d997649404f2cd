import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from operator import methodcaller

import pytest

from bridge.ports.clock import Clock
from tests.clock import LeapingClock

HOUR = 3600.0
Way = Callable[[LeapingClock, float], Awaitable[object]]
WAYS: list[Way] = [
    lambda clock, seconds: methodcaller("sleep", seconds)(clock),
    lambda clock, seconds: clock.wait(asyncio.Event(), seconds),
]
either_way = pytest.mark.parametrize("wait", WAYS, ids=["sleep", "wait"])


async def begin(clock: LeapingClock, *waits: Awaitable[object]) -> Sequence["asyncio.Future[object]"]:
    tasks = [asyncio.ensure_future(one) for one in waits]
    await clock.until_asleep(len(tasks))
    return tasks


async def test_it_is_a_clock_that_starts_where_it_is_told_and_goes_on() -> None:
    clock: Clock = LeapingClock(datetime(2026, 3, 29, 0, 59, tzinfo=UTC))
    first, then = clock.now(), clock.now()
    assert datetime(2026, 3, 29, 0, 59, tzinfo=UTC) <= first <= then < first + timedelta(seconds=30)
    assert first.tzinfo is UTC


async def test_without_a_start_it_shows_the_time_of_day() -> None:
    assert abs(LeapingClock().now() - datetime.now(UTC)) < timedelta(seconds=30)


async def test_a_leap_moves_both_clocks_by_as_much() -> None:
    clock = LeapingClock()
    now, monotonic = clock.now(), clock.monotonic()
    clock.leap(HOUR)
    assert timedelta(hours=1) <= clock.now() - now < timedelta(hours=1, seconds=30)
    assert HOUR <= clock.monotonic() - monotonic < HOUR + 30


async def test_time_never_goes_back() -> None:
    with pytest.raises(ValueError, match="goes on"):
        LeapingClock().leap(-1)


@either_way
async def test_without_a_leap_it_waits_for_the_real_time_and_no_longer(wait: Way) -> None:
    clock, began = LeapingClock(), time.monotonic()
    async with asyncio.timeout(10):
        await wait(clock, 0.02)
    assert time.monotonic() - began >= 0.019
    assert clock.asleep == 0


@pytest.mark.parametrize("seconds", [0.0, -5.0])
@either_way
async def test_no_time_or_less_is_over_at_once(wait: Way, seconds: float) -> None:
    async with asyncio.timeout(10):
        await wait(LeapingClock(), seconds)


@either_way
async def test_a_leap_wakes_whoever_s_time_has_come_and_leaves_the_others(wait: Way) -> None:
    clock = LeapingClock()
    soon, late = await begin(clock, wait(clock, HOUR), wait(clock, 3 * HOUR))
    clock.leap(HOUR)
    async with asyncio.timeout(10):
        await soon
    assert not late.done()
    clock.leap(2 * HOUR)
    async with asyncio.timeout(10):
        await late


async def test_after_a_leap_only_the_rest_is_waited_for_in_real_time() -> None:
    clock = LeapingClock()
    [waiting] = await begin(clock, clock.wait(asyncio.Event(), HOUR))
    clock.leap(HOUR - 0.05)
    async with asyncio.timeout(10):
        assert await waiting is False


async def test_the_event_wins_over_the_time() -> None:
    clock, event = LeapingClock(), asyncio.Event()
    [waiting] = await begin(clock, clock.wait(event, HOUR))
    event.set()
    async with asyncio.timeout(10):
        assert await waiting is True
    assert clock.asleep == 0


async def test_an_event_that_is_set_already_needs_no_waiting() -> None:
    event = asyncio.Event()
    event.set()
    async with asyncio.timeout(10):
        assert await LeapingClock().wait(event, HOUR) is True


@either_way
async def test_a_cancelled_sleeper_is_cancelled_and_forgotten(wait: Way) -> None:
    clock = LeapingClock()
    [waiting] = await begin(clock, wait(clock, HOUR))
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert clock.asleep == 0
    clock.leap(2 * HOUR)


async def test_two_leaps_in_a_row_wake_a_sleeper_once() -> None:
    clock = LeapingClock()
    [waiting] = await begin(clock, clock.wait(asyncio.Event(), HOUR))
    clock.leap(HOUR)
    clock.leap(HOUR)
    async with asyncio.timeout(10):
        assert await waiting is False
    assert clock.asleep == 0


async def test_a_leap_in_another_thread_wakes_too() -> None:
    clock = LeapingClock()
    [waiting] = await begin(clock, clock.wait(asyncio.Event(), HOUR))
    leaping = threading.Thread(target=clock.leap, args=[HOUR])
    leaping.start()
    async with asyncio.timeout(10):
        assert await waiting is False
    leaping.join()
