"""What the bot is told, in order: every event keeps its number, so that a bot may ask again."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

EventKind = Literal["typed", "edited", "deleted", "pressed", "invited", "bot_removed", "bot_restored", "room_moved"]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; `body` is its JSON for the bot, number and kind included."""

    number: int
    kind: EventKind
    at: datetime
    body: dict[str, Any]


class EventLog:
    """Events by number, from 1 without gaps, and the wait for the next one."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._news = asyncio.Event()
        self.waiting = 0
        """How many polls wait for the next event."""

    @property
    def last(self) -> int:
        """Number of the newest event, 0 before the first."""
        return len(self._events)

    def add(self, kind: EventKind, at: datetime, **fields: Any) -> Event:
        """Write one down and wake whoever waits."""
        number = len(self._events) + 1
        body = {"number": number, "kind": kind, "at": at.isoformat(), **fields}
        event = Event(number, kind, at, body)
        self._events.append(event)
        self.wake()
        return event

    def after(self, number: int, limit: int) -> Sequence[Event]:
        """At most `limit` events with higher numbers, in order."""
        start = max(0, number)
        return self._events[start : start + limit]

    def wake(self) -> None:
        """Let whoever waits look again."""
        self._news.set()
        self._news = asyncio.Event()

    async def wait(self, number: int, seconds: float) -> None:
        """Return when there are events after `number`, when woken, or after so many seconds."""
        if self.last > number:
            return
        self.waiting += 1
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return
        finally:
            self.waiting -= 1
