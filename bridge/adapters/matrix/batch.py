"""From a sync to the events of its rooms, with all that must be asked of the server to tell what they mean."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from bridge.adapters.matrix.addresses import PLATFORM, room_of
from bridge.adapters.matrix.buttons import Buttons
from bridge.adapters.matrix.connection import Connection
from bridge.adapters.matrix.crypto import Crypto
from bridge.adapters.matrix.cursor import Cursor, Sealed
from bridge.adapters.matrix.fetching import Fetching, Sync
from bridge.adapters.matrix.joining import invitations
from bridge.adapters.matrix.keys import told_of_keys
from bridge.adapters.matrix.levels import may_write
from bridge.adapters.matrix.reading import at, events, rooms
from bridge.adapters.matrix.timeline import Opener, read_span, spans
from bridge.adapters.matrix.translate import (
    Found,
    Levels,
    Reaction,
    Reader,
    Replaced,
    StillSealed,
    unsealable,
)
from bridge.domain.events import BotMuted, BotRestored, ChatEvent, Deleted, Invited, Missed, Pressed, RoomMoved
from bridge.domain.failures import OutcomeUnknown, Temporary
from bridge.domain.ids import Person
from bridge.ports.clock import Clock

TOLD_AFTER = timedelta(minutes=5)
"""How long a key may take before the room learns that a message cannot be read."""
TOLD_EACH: Final = 10
"""Messages of a room that are given up at once and answered one by one; of more it is told in one sentence."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What a sync brought. `sealed`: messages that came now and need a key."""

    events: tuple[ChatEvent, ...]
    cursor: Cursor
    sealed: tuple[Sealed, ...]


class Reading:
    """Makes batches; asks the server, so that it may fail, and is then called again with the same sync."""

    def __init__(self, connection: Connection, buttons: Buttons, fetching: Fetching, clock: Clock) -> None:
        self._connection = connection
        self._buttons = buttons
        self._fetching = fetching
        self._clock = clock
        self._alarmed = ""

    async def batch(self, crypto: Crypto, sync: Sync, cursor: Cursor) -> Batch:
        """All that follows from it. At the very first sync nothing that was said before is taken."""
        now = self._clock.now()
        gaps, cut = await self._fetching.gaps(sync, cursor.since)
        await self._connection.remember([*_turned_encrypted(sync), *filter(crypto.encrypted, crypto.joined())])
        reader = Reader(self._connection.me.user, crypto.name_of)
        opener = Opener(crypto, sync.opened)
        told, shut = told_of_keys(crypto, self._connection, cursor, now, self._alarmed)
        told += [Missed(f"gap:{cursor.since}:{room_id}", None, now, room_of(room_id)) for room_id in cut]
        state = _Draft(told, dict(cursor.moves))
        for old, new in _tombstones(sync, reader):
            _replace(crypto, old, new, state)
        opened, waiting = self._opened(reader, opener, cursor, now)
        for room_id, found in opened:
            await self._settle(crypto, room_id, found, state)
        fresh: list[Sealed] = []
        for room_id, span in spans(sync.raw, gaps) if cursor.since is not None else ():
            for one in read_span(reader, room_id, (opener.open(room_id, raw) for raw in span)):
                if isinstance(one, StillSealed):
                    fresh.append(Sealed(room_id, one.raw, now))
                else:
                    await self._settle(crypto, room_id, one, state)
        _follow(crypto, state)
        invites = {each.room: each for each in (*cursor.invites, *invitations(sync.raw, reader.user))}
        for asked in invitations(sync.raw, reader.user):
            person = Person(PLATFORM, asked.by, crypto.name_of(asked.room, asked.by))
            state.events.append(Invited(f"invited:{asked.room}:{sync.next}", room_of(asked.room), person))
        for room_id in rooms(sync.raw, "join"):
            invites.pop(room_id, None)
        after = replace(cursor, since=sync.next, invites=tuple(invites.values()), moves=state.moves, shut=tuple(shut))
        gone = {(event.ref.room.address, event.ref.id) for event in state.events if isinstance(event, Deleted)}
        sealed = tuple(one for one in (*waiting, *fresh) if (one.room, one.id) not in gone)
        after, lost = after.keeping(sealed, now)
        state.events += told_of_lost(lost, cursor.since, now)
        self._alarmed = f"{now:%Y-%m-%d}"  # from here on nothing is read again
        return Batch(tuple(state.events), after, tuple(one for one in fresh if one in after.sealed))

    def _opened(
        self, reader: Reader, opener: Opener, cursor: Cursor, now: datetime
    ) -> tuple[list[tuple[str, Found]], list[Sealed]]:
        """Sealed messages of earlier: those whose key has come, and those that go on waiting. Late ones are told."""
        opened: list[tuple[str, Found]] = []
        waiting: list[Sealed] = []
        for one in cursor.sealed:
            found = opener.read(reader, one.room, one.raw)
            if not isinstance(found, StillSealed):
                opened += [] if found is None else [(one.room, found)]
            elif one.told or now - one.at < TOLD_AFTER:
                waiting.append(one)
            else:
                opened.append((one.room, unsealable(one.room, one.raw)))
                waiting.append(replace(one, told=True))
        return opened, waiting

    async def _settle(self, crypto: Crypto, room_id: str, found: Found, state: "_Draft") -> None:
        """What an event means. Where the server must be asked for it and never says, it means nothing."""
        if not isinstance(found, Reaction | Levels):
            await self._meant(crypto, room_id, found, state)
            return
        patience = self._fetching.patience
        thing = f"choices of {found.ref.id}" if isinstance(found, Reaction) else "rights"
        thing = f"{thing} in {room_id}"
        if patience.is_over(thing):
            return
        try:
            await self._meant(crypto, room_id, found, state)
            return
        except (Temporary, OutcomeUnknown) as other:
            failure = other
        await patience.failed(thing, failure, among=f"events in {room_id}")

    async def _meant(self, crypto: Crypto, room_id: str, found: Found, state: "_Draft") -> None:
        match found:
            case Reaction():
                data = await self._buttons.meaning(room_id, found.ref.id, found.number)
                if data is not None:
                    state.events.append(Pressed(found.event_id, found.ref, found.person, data, found.at))
            case Replaced(by=new):
                _replace(crypto, room_id, new, state)
            case Levels() if room_id in state.moves.values():
                return  # who replaces a room takes rights away there; ours bring nobody back to it
            case Levels():
                writes = await may_write(
                    self._connection.calls, room_id, found.content, self._connection.me.user, crypto.encrypted(room_id)
                )
                kind = BotRestored if writes else BotMuted
                state.events.append(kind(found.event_id, room_of(room_id)))
            case StillSealed():
                return
            case _:
                state.events.append(found)


@dataclass(slots=True)
class _Draft:
    """A batch as it grows. `moves`: new room -> old room."""

    events: list[ChatEvent]
    moves: dict[str, str]


def told_of_lost(lost: Iterable[Sealed], since: str | None, now: datetime) -> list[ChatEvent]:
    """What the rooms of sealed messages learn that are given up. `since`: the sync before the one that brought them."""
    told: list[ChatEvent] = []
    for room_id, of_room in groupby(sorted(lost, key=_room), _room):
        given_up = list(of_room)
        if len(given_up) > TOLD_EACH:
            told.append(Missed(f"sealed:{since}:{room_id}", None, now, room_of(room_id)))
        else:
            told += [unsealable(room_id, one.raw) for one in given_up]
    return told


def _room(one: Sealed) -> str:
    return one.room


def _replace(crypto: Crypto, old: str, new: str, state: _Draft) -> None:
    """People go on in another room. Until we are there too, nothing is said where nobody looks."""
    if state.moves.setdefault(new, old) != old:
        return  # another room goes on there
    for other in [one for one, of in state.moves.items() if of == old and one != new]:
        del state.moves[other]  # the latest word counts
    if not crypto.knows(new):
        state.events.append(BotMuted(f"replaced:{old}:{new}", room_of(old), "replaced"))


def _follow(crypto: Crypto, state: _Draft) -> None:
    """A room that goes on as another one has moved once we are in that one."""
    for new, old in list(state.moves.items()):
        if crypto.knows(new):
            del state.moves[new]
            state.events.append(RoomMoved(f"moved:{old}:{new}", room_of(old), room_of(new)))
            state.events.append(BotRestored(f"restored:{old}:{new}", room_of(new)))


def _tombstones(sync: Sync, reader: Reader) -> Iterable[tuple[str, str]]:
    """Rooms whose end stands in their state, each with the one that follows."""
    for room_id, told in rooms(sync.raw, "join").items():
        for raw in events(told, "state"):
            found = reader.read(room_id, raw) if at(raw, "type") == "m.room.tombstone" else None
            if isinstance(found, Replaced):
                yield room_id, found.by


def _turned_encrypted(sync: Sync) -> Iterable[str]:
    """Rooms that were encrypted at some time: an empty event that takes it back later changes nothing."""
    for room_id, told in rooms(sync.raw, "join").items():
        for raw in (*events(told, "state"), *events(told, "timeline")):
            if at(raw, "type") == "m.room.encryption" and at(raw, "content", "algorithm"):
                yield room_id
