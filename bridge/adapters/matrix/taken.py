"""What was taken once already, as the room itself tells: our database is then a copy of an earlier day.

We mark and answer what is on disk, and where listening stands with it: so a message stands in one span with our mark on
it, or our answer to it, only where what is on disk is older than what we did. Of such a message holds:

- It is not taken again, whatever it bears: 👀 stands while it waits, and while OVH is being asked as well.
- If it bears no sign of having left or ended, its room is told: it may have been lost with the database.
- Its edits go with it. An edit of what was said before the span is taken: the database has the words that it changes.
- `!sms cancel` alone is taken again, though it was answered: what it stopped bears nothing any more, is taken, and must
  be stopped once more. It can only keep words from leaving; other commands would send, or link, a second time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Self

import structlog

from bridge.adapters.matrix.addresses import room_of
from bridge.adapters.matrix.marks import SIGNS
from bridge.adapters.matrix.reading import at
from bridge.adapters.matrix.translate import Found, StillSealed
from bridge.domain.commands import Cancel, Sms
from bridge.domain.composing import words_that_leave
from bridge.domain.events import Edited, Missed, Typed
from bridge.domain.marks import WAITING

log = structlog.get_logger(__name__)

_MARKS: Final = frozenset(SIGNS.values()) - {""}
_ENDED: Final = _MARKS - {SIGNS[status] for status in WAITING}


@dataclass(frozen=True, slots=True)
class Traces:
    """Ids of what we marked or answered, and of what bears a sign of having left or ended."""

    touched: frozenset[str]
    ended: frozenset[str]

    @classmethod
    def of(cls, span: Iterable[Any], user: str) -> Self:
        """Those that the account left in a span of a room."""
        touched, ended = set(), set()
        for raw in span:
            relation = at(raw, "content", "m.relates_to") if at(raw, "sender") == user else None
            match at(raw, "type"), relation:
                case "m.reaction", {"event_id": str(marked), "key": str(sign)} if sign in _MARKS:
                    touched.add(marked)
                    ended |= {marked} if sign in _ENDED else set()
                case "m.room.message" | "m.room.encrypted", {"m.in_reply_to": {"event_id": str(answered)}}:
                    touched.add(answered)
        return cls(frozenset(touched), frozenset(ended))

    def without_taken(self, room_id: str, found: Sequence[Found]) -> list[Found]:
        """What is to be taken, by the module's rule, and before it what the room must be told of the rest."""
        taken = {_id(one): one for one in found if isinstance(one, Typed | StillSealed) and self._was_taken(one)}
        kept = [one for one in found if _id(one) not in taken]
        doubtful = [one for name, one in taken.items() if name not in self.ended and _leaves(one)]
        if taken:
            log.warning("matrix.taken_before", room=room_id, messages=len(taken), told=len(doubtful))
        return [*_told(room_id, doubtful), *kept]

    def _was_taken(self, one: Typed | StillSealed) -> bool:
        stops = isinstance(one, Typed) and isinstance(words_that_leave(one.text), Cancel)
        return _id(one) in self.touched and not stops


def _id(one: Found) -> str | None:
    """The message that this is, or that it edits; None for all else."""
    match one:
        case StillSealed():
            return str(one.raw["event_id"])
        case Typed() | Edited():
            return one.ref.id
        case _:
            return None


def _leaves(one: Typed | StillSealed) -> bool:
    """Whether it may have been meant to leave."""
    words = words_that_leave(one.text) if isinstance(one, Typed) else "sealed"
    return isinstance(words, str | Sms) and words != ""


def _told(room_id: str, doubtful: Sequence[Typed | StillSealed]) -> list[Missed]:
    """Once for all of them, up to the last."""
    if not doubtful:
        return []
    until = max(
        one.wrote_at if isinstance(one, Typed) else datetime.fromtimestamp(one.raw["origin_server_ts"] / 1000, UTC)
        for one in doubtful
    )
    return [Missed(f"taken:{room_id}/{_id(doubtful[0])}", None, until, room_of(room_id))]
