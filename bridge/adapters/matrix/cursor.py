"""Where listening stands, as one string: the server's token, and what is still to be done about earlier events."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

from bridge.adapters.matrix.reading import at

WAITED_FOR: Final = timedelta(hours=24)
"""How long a key is waited for: what was written longer ago would leave too late for anybody."""
MOST: Final = 50
"""Sealed messages of a room that are kept; older ones are given up first, and told."""
MOST_IN_ALL: Final = 500
LARGEST: Final = 20_000
"""Letters of a sealed message that is kept: what SMS can hold is less, written twice, with HTML and in any script."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A message for which there is no key yet, as it came. `at` (UTC): when it did; `told`: its room knows."""

    room: str
    raw: Mapping[str, Any]
    at: datetime
    told: bool = False

    @property
    def id(self) -> str:
        """Its event's."""
        return str(self.raw["event_id"])


@dataclass(frozen=True, slots=True)
class Invitation:
    """To this room, by this person. `direct`: to a conversation of two."""

    room: str
    by: str
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """`since`: None before the first. `invites` that were not followed yet; `moves`: new room -> old room.

    `shut`: rooms that were told to be out of reach, as we have no keys for what is said there.
    """

    since: str | None = None
    sealed: tuple[Sealed, ...] = ()
    invites: tuple[Invitation, ...] = ()
    moves: Mapping[str, str] = field(default_factory=dict)
    shut: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str | None) -> Self:
        """Read what `text` wrote. Raises ValueError when it is none of ours."""
        if text is None:
            return cls()
        try:
            told = json.loads(text)
            return cls(
                str(told["since"]),
                tuple(_sealed(one) for one in told["sealed"]),
                tuple(Invitation(str(one["room"]), str(one["by"]), one["direct"] is True) for one in told["invites"]),
                {str(new): str(old) for new, old in told["moves"].items()},
                tuple(map(str, told["shut"])),
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            raise ValueError(f"no cursor of Matrix's: {text[:60]!r}") from None

    @property
    def text(self) -> str:
        """To be given back at the next start."""
        sealed = [{"room": one.room, "raw": one.raw, "at": one.at.isoformat(), "told": one.told} for one in self.sealed]
        invites = [{"room": one.room, "by": one.by, "direct": one.direct} for one in self.invites]
        rooms = {"moves": dict(self.moves), "shut": self.shut}
        return json.dumps({"since": self.since, "sealed": sealed, "invites": invites, **rooms})

    def keeping(self, sealed: tuple[Sealed, ...], now: datetime) -> tuple["Cursor", tuple[Sealed, ...]]:
        """With these in place of the sealed ones, those left out that are too old or too many in a room, or too large.

        Also those that were left out before their room was told: it must be now.
        """
        kept: list[Sealed] = []
        rooms: Counter[str] = Counter()
        for one in reversed(sealed):
            fits = len(str(at(one.raw, "content", "ciphertext"))) <= LARGEST
            if now - one.at < WAITED_FOR and fits and rooms[one.room] < MOST and len(kept) < MOST_IN_ALL:
                rooms[one.room] += 1
                kept.append(one)
        lost = tuple(one for one in sealed if one not in kept and not one.told)
        return replace(self, sealed=tuple(kept[::-1])), lost


def _sealed(told: Mapping[str, Any]) -> Sealed:
    raw, at = told["raw"], datetime.fromisoformat(told["at"]).astimezone(UTC)
    if not isinstance(raw, dict) or not isinstance(raw["event_id"], str):
        raise TypeError
    return Sealed(str(told["room"]), raw, at, told["told"] is True)
