"""Time as it is passed in: tests advance it by hand."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """The wall clock (aware, UTC) for rows, and a monotonic one for durations."""

    def now(self) -> datetime:
        """The time now, aware, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never goes back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds of this clock."""
        ...

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Return when the event is set (True), or after so many seconds (False)."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The time now, aware, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never goes back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""
        await asyncio.sleep(max(0.0, seconds))

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Return when the event is set (True), or after so many seconds (False)."""
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                return await event.wait()
        except TimeoutError:
            return False
