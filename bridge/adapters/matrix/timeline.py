"""A room's events between two syncs, in order, and which of them are for us: those of when we were in the room."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import structlog

from bridge.adapters.matrix.content import POLLS
from bridge.adapters.matrix.crypto import Crypto
from bridge.adapters.matrix.marks import SIGNS
from bridge.adapters.matrix.reading import Raw, at, events, rooms
from bridge.adapters.matrix.translate import SEALED, Found, Reader, StillSealed, standing
from bridge.domain.events import Edited, Typed

log = structlog.get_logger(__name__)

_INSIDE = frozenset({"m.room.message", "m.sticker", "m.reaction"}) | POLLS
"""What may be sealed: who writes it could else claim anything of the room inside."""


def spans(sync: Raw, gaps: Mapping[str, Sequence[Any]]) -> Iterator[tuple[str, list[Any]]]:
    """Each room with its events since the last sync, oldest first, the gap before the server's list filled."""
    for room_id, told in rooms(sync, "join").items():
        yield room_id, [*gaps.get(room_id, ()), *events(told, "timeline")]
    for room_id, told in rooms(sync, "leave").items():
        yield room_id, events(told, "timeline")


def read_span(reader: Reader, room_id: str, span: Iterable[Any]) -> list[Found]:
    """What its events say. Before we came and after we left nothing was said to us, though the server may tell it.

    Of a room that we are in again it tells all anew, from before the last sync too: only what follows is for us. Nor is
    what we have reacted to or answered, which we do once it is on disk: our database is a copy of an earlier day then.
    """
    events = list(span)
    before = _taken_before(events, reader.user)
    read = [one for one in (reader.read(room_id, raw) for raw in events) if one is not None]
    found = [one for one in read if not (isinstance(one, Typed | Edited | StillSealed) and _on(one) in before)]
    if len(found) < len(read):
        log.warning("matrix.taken_before", room=room_id, events=len(read) - len(found))
    came = max((place for place, one in enumerate(found) if standing(one) == "in"), default=-1)
    left = max((place for place, one in enumerate(found) if standing(one) == "out"), default=-1)
    end = left if left > came else len(found)
    kept = [one for one in found[came + 1 : end] if standing(one) is None]
    gone, back = found[left : left + 1] if left >= 0 else [], found[came : came + 1] if came >= 0 else []
    return [*kept, *gone] if left > came else [*gone, *back, *kept]


def _taken_before(span: Sequence[Any], user: str) -> set[str]:
    """What a bridge with this account has marked or answered in the very span in which it was said."""
    found = set()
    for raw in span:
        relation = at(raw, "content", "m.relates_to") if at(raw, "sender") == user else None
        if at(raw, "type") == "m.reaction":
            found.add(str(at(relation, "event_id")) if at(relation, "key") in SIGNS.values() else "")
        elif at(raw, "type") in ("m.room.message", SEALED):
            found.add(str(at(relation, "m.in_reply_to", "event_id")))
    return found


def _on(found: Typed | Edited | StillSealed) -> str:
    return str(found.raw["event_id"]) if isinstance(found, StillSealed) else found.ref.id


class Opener:
    """Opens sealed events: by what the library read with the sync, or by a key that came some other way."""

    def __init__(self, crypto: Crypto, opened: Mapping[tuple[str, str], Raw]) -> None:
        self._crypto = crypto
        self._opened = opened

    def open(self, room_id: str, raw: Any) -> Any:
        """The event inside, or the sealed one as it is."""
        if at(raw, "type") != SEALED or not isinstance(at(raw, "event_id"), str):
            return raw
        inner = self._opened.get((room_id, raw["event_id"])) or self._crypto.unsealed(room_id, raw)
        if inner is None:
            return raw
        kept = {key: inner.get(key) for key in ("type", "content", "event_id", "sender", "origin_server_ts")}
        return kept if kept["type"] in _INSIDE else {**kept, "type": "bridge.nothing"}

    def read(self, reader: Reader, room_id: str, raw: Raw) -> Found | None:
        """One sealed event that was kept: what it says now. StillSealed while there is no key."""
        opened = self.open(room_id, raw)
        return StillSealed(raw) if opened is raw else reader.read(room_id, opened)
