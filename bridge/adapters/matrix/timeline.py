"""A room's events between two syncs, in order, and which of them are for us: those of when we were in the room."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bridge.adapters.matrix.content import POLLS
from bridge.adapters.matrix.crypto import Crypto
from bridge.adapters.matrix.reading import Raw, at, events, rooms
from bridge.adapters.matrix.taken import Traces
from bridge.adapters.matrix.translate import SEALED, Found, Reader, StillSealed, standing

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
    what was taken once already, see `taken`.
    """
    events = list(span)
    found = [one for one in (reader.read(room_id, raw) for raw in events) if one is not None]
    came = max((place for place, one in enumerate(found) if standing(one) == "in"), default=-1)
    left = max((place for place, one in enumerate(found) if standing(one) == "out"), default=-1)
    end = left if left > came else len(found)
    said = [one for one in found[came + 1 : end] if standing(one) is None]
    kept = Traces.of(events, reader.user).without_taken(room_id, said)
    gone, back = found[left : left + 1] if left >= 0 else [], found[came : came + 1] if came >= 0 else []
    return [*kept, *gone] if left > came else [*gone, *back, *kept]


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
