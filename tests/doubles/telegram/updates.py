"""What waits for the bot: updates with ids, forgotten once confirmed, kept for 24 hours."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bridge.ports.clock import Clock
from tests.doubles.telegram.errors import TERMINATED, Refused, conflict

KEPT_FOR = timedelta(hours=24)
FUTURE = 10
"""An offset further than this above the next id counts for nothing (TQueue::get, Client::do_get_updates)."""
UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that must be named in `allowed_updates`."""
LIMIT = 100
KEPT = 1000
"""How many confirmed updates can be repeated."""
WEBHOOK = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One update; `until`: when Telegram drops it."""

    body: dict[str, Any]
    until: datetime

    @property
    def id(self) -> int:
        return int(self.body["update_id"])


@dataclass(eq=False, slots=True)
class _Poll:
    """Somebody who waits. `refused`: what it is told when another takes its place."""

    woken: asyncio.Event = field(default_factory=asyncio.Event)
    refused: Refused | None = None


class Updates:
    """The queue of one bot, and the poll that waits for it.

    `checked` is given each update before it is queued; `tell` is called at each change.
    """

    def __init__(
        self, clock: Clock, first: int, checked: Callable[[dict[str, Any]], None], tell: Callable[[], None]
    ) -> None:
        self._clock = clock
        self._checked = checked
        self._tell = tell
        self._next = first
        self._waiting: list[Waiting] = []
        self._confirmed: deque[Waiting] = deque(maxlen=KEPT)
        self._poll: _Poll | None = None
        self.allowed: list[str] = []
        self.webhook = ""

    # What Telegram does

    def add(self, kind: str, body: dict[str, Any], at: datetime, kept_for: timedelta = KEPT_FOR) -> None:
        """An update of this kind, where the bot asked for such; `at`: when it happened."""
        if (kind in self.allowed) if self.allowed else (kind not in UNASKED):
            self._checked({"update_id": self._next, kind: body})
            self.put({kind: body}, at + kept_for)

    def put(self, body: dict[str, Any], until: datetime | None = None) -> int:
        """Anything at all as an update, kept for 24 hours unless `until` says otherwise; gives its id."""
        update_id, self._next = self._next, self._next + 1
        until = self._clock.now() + KEPT_FOR if until is None else until
        self._waiting.append(Waiting({"update_id": update_id, **body}, until))
        if self._poll is not None:
            self._poll.woken.set()
        self._tell()
        return update_id

    async def get(self, offset: int, limit: int, timeout: float) -> list[dict[str, Any]]:
        """Confirms what is below `offset`; where nothing else is there, waits `timeout` seconds for something.

        Who waits ends the one that waited before it, and only so: two pollers that find updates never meet.
        Raises Refused: 409 where a webhook is set, or to the one that waited before.
        """
        if self.webhook:
            raise conflict(WEBHOOK)
        self._confirm(offset)
        if not self.waiting and timeout > 0:
            self.end_poll(conflict(TERMINATED))
            await self._wait(timeout)
        return [one.body for one in self.waiting[: min(max(limit, 1), LIMIT)]]

    async def _wait(self, timeout: float) -> None:
        poll = self._poll = _Poll()
        self._tell()
        try:
            await self._clock.wait(poll.woken, timeout)
        finally:
            if self._poll is poll:
                self._poll = None
            self._tell()
        if poll.refused is not None:
            raise poll.refused

    def end_poll(self, refused: Refused) -> None:
        """Who waits is told this."""
        if self._poll is not None:
            self._poll.refused = refused
            self._poll.woken.set()
            self._poll = None

    def _confirm(self, offset: int) -> None:
        here = self.waiting
        if offset < 0:
            done, kept = here[:offset], here[offset:]
        elif offset > self._next + FUTURE:
            done, kept = [], here
        else:
            done, kept = [one for one in here if one.id < offset], [one for one in here if one.id >= offset]
        self._confirmed.extend(done)
        self._waiting = kept

    # What tests see and do

    @property
    def waiting(self) -> list[Waiting]:
        """What is not confirmed and not too old, oldest first."""
        now = self._clock.now()
        self._waiting = [one for one in self._waiting if one.until > now]
        return list(self._waiting)

    @property
    def polled(self) -> bool:
        """Whether a poll waits now."""
        return self._poll is not None

    def forget(self) -> None:
        """Drops all that waits."""
        self._waiting.clear()

    def jump(self, by: int) -> None:
        """A gap in the ids, as if so many updates had been lost."""
        self._next += by

    def restart(self, at: int) -> None:
        """Ids go on from here, lower perhaps, as after a week without updates."""
        self._next = at

    def repeat(self) -> None:
        """What was confirmed comes once more, under its ids."""
        self._waiting = sorted([*self._confirmed, *self._waiting], key=lambda one: one.id)
        self._confirmed.clear()
        if self._poll is not None and self._waiting:
            self._poll.woken.set()

    def poison(self, kind: str = "date") -> int:
        """An update that no client can read: `date` (text for a number) or `chat` (none at all). Gives its id."""
        message: dict[str, Any] = {"message_id": 1, "date": int(self._clock.now().timestamp()), "text": "?"}
        message |= {"chat": {"id": -1, "type": "group", "title": "?"}}
        match kind:
            case "date":
                message["date"] = "yesterday"
            case "chat":
                del message["chat"]
            case _:
                raise ValueError(f"no poison is called {kind}")
        return self.put({"message": message})
