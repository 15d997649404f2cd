"""Where listening stands, as one string: Telegram's offset, and when it was last heard."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Self

KEPT = timedelta(hours=24)
"""For so long Telegram keeps an update, counted from the message (core.telegram.org/bots/api, getting updates)."""
RESTARTS = timedelta(days=7)
"""After so long without updates their ids go on anywhere, lower perhaps (the same page, Update)."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """`next`: the id that comes after the last one. Times are UTC; None before the first.

    `bot`: whose updates they are; None where that was not written yet.
    """

    next: int | None = None
    updated: datetime | None = None
    polled: datetime | None = None
    bot: int | None = None

    @classmethod
    def parse(cls, text: str | None) -> Self:
        """Read what `text` wrote. Raises ValueError when it is none of ours."""
        if text is None:
            return cls()
        try:
            written = json.loads(text)
            times = _moment(written["updated"]), _moment(written["polled"])
            return cls(_whole(written["next"]), *times, _whole(written.get("bot")))
        except (ValueError, TypeError, KeyError):
            raise ValueError(f"no cursor of Telegram's: {text[:60]!r}") from None

    @property
    def text(self) -> str:
        """To be given back at the next start."""
        times = {"updated": self.updated, "polled": self.polled}
        written = {name: None if at is None else at.isoformat() for name, at in times.items()}
        return json.dumps({"next": self.next, **written, "bot": self.bot})

    def of(self, bot: int) -> "Cursor":
        """Where this bot's updates go on: each bot has ids of its own, so that another's say nothing of them."""
        return replace(self, bot=bot) if self.bot in (None, bot) else Cursor(bot=bot)

    def missed(self, now: datetime) -> tuple[datetime, datetime] | None:
        """From when to when updates may be gone for ever: those of a pause in polling that were over 24 hours old."""
        if self.polled is None or now - self.polled <= KEPT:
            return None
        return self.polled, now - KEPT

    def jumped(self, first: int, now: datetime) -> bool:
        """Whether updates before this one went to somebody else: ids are consecutive while they do not restart."""
        if self.next is None or self.updated is None or self.missed(now) is not None:
            return False
        return first > self.next and now - self.updated < RESTARTS

    def after(self, ids: tuple[int, ...], now: datetime) -> "Cursor":
        """With the ids of a batch in the order in which they came. An id may be lower than the one before."""
        if not ids:
            return replace(self, polled=now)
        return Cursor(ids[-1] + 1, now, now, self.bot)


def _moment(written: object) -> datetime | None:
    if written is None:
        return None
    if not isinstance(written, str):
        raise TypeError
    return datetime.fromisoformat(written).astimezone(UTC)


def _whole(written: object) -> int | None:
    if written is not None and type(written) is not int:
        raise TypeError
    return written
