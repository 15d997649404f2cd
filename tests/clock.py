"""A clock for tests: real time, and leaps over the time that nobody wants to wait for."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass(eq=False, slots=True)
class _Sleeper:
    """Somebody who waits until `due` (this clock's monotonic seconds), in a loop of its own."""

    due: float
    loop: asyncio.AbstractEventLoop
    scope: asyncio.Timeout
    over: bool = field(default=False)


class LeapingClock:
    """Implements `bridge.ports.clock.Clock`: runs with real time plus an offset, which only grows.

    May be read and leapt from any thread; each sleeper is woken in its own event loop.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._start = datetime.now(UTC) if start is None else start
        self._began = time.monotonic()
        self._offset = 0.0
        self._sleepers: set[_Sleeper] = set()
        self._lock = threading.Lock()
        self._somebody_sleeps = asyncio.Event()

    def now(self) -> datetime:
        """The time now, aware, UTC."""
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Seconds since this clock was made, leaps included."""
        with self._lock:
            return time.monotonic() - self._began + self._offset

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds of this clock."""
        await self.wait(asyncio.Event(), seconds)

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Return when the event is set (True), or after so many seconds of this clock (False)."""
        try:
            async with asyncio.timeout(max(0.0, seconds)) as scope:
                with self._sleeping(scope, seconds):
                    return await event.wait()
        except TimeoutError:
            return False

    def leap(self, seconds: float) -> None:
        """Let so many seconds have passed: whoever's time has come by then wakes at once, the others sooner."""
        if seconds < 0:
            raise ValueError("time only goes on")
        with self._lock:
            self._offset += seconds
            sleepers = sorted(self._sleepers, key=lambda one: one.due)
        for sleeper in sleepers:
            sleeper.loop.call_soon_threadsafe(self._set_timer, sleeper)

    async def until_asleep(self, count: int = 1) -> None:
        """Return when at least `count` sleepers wait: a leap then reaches them. Bound it with `asyncio.timeout`."""
        while len(self._sleepers) < count:
            self._somebody_sleeps.clear()
            await self._somebody_sleeps.wait()

    @property
    def asleep(self) -> int:
        """How many wait now."""
        return len(self._sleepers)

    @property
    def overdue(self) -> bool:
        """Whether somebody's time has come who has not woken yet."""
        now = self.monotonic()
        with self._lock:
            return any(sleeper.due <= now for sleeper in self._sleepers)

    @contextmanager
    def _sleeping(self, scope: asyncio.Timeout, seconds: float) -> Iterator[None]:
        sleeper = _Sleeper(self.monotonic() + seconds, asyncio.get_running_loop(), scope)
        with self._lock:
            self._sleepers.add(sleeper)
        self._somebody_sleeps.set()
        # A leap from another thread may have come between reading the time and joining the sleepers.
        self._set_timer(sleeper)
        try:
            yield
        finally:
            sleeper.over = True
            with self._lock:
                self._sleepers.discard(sleeper)

    def _set_timer(self, sleeper: _Sleeper) -> None:
        """The real time that is left; runs in the sleeper's loop."""
        if not (sleeper.over or sleeper.scope.expired()):
            sleeper.scope.reschedule(sleeper.loop.time() + sleeper.due - self.monotonic())
