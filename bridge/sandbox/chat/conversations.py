"""The rooms and what is in them: the bot is told what people do, and people see what the bot does."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count

from bridge.domain.events import Kind
from bridge.ports.clock import Clock
from bridge.sandbox.chat.entries import Button, Entry, Mark, Room
from bridge.sandbox.chat.events import EventKind, EventLog
from bridge.sandbox.chat.refusals import BotMuted, BotNotInRoom, NoSuchEntry, NoSuchRoom


class Conversations:
    """All rooms in memory. Methods for people first, for the bot after; each change calls the subscribers."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rooms: dict[str, Room] = {}
        self._moved: dict[str, str] = {}
        self._entries: dict[str, Entry] = {}
        self._in_room: dict[str, list[str]] = {}
        self._by_key: dict[str, str] = {}
        self._numbers = count(1)
        self._subscribers: list[Callable[[], None]] = []
        self.log = EventLog()
        """What the bot is told."""
        self.confirmed = 0
        """Number of the last event that the bot has confirmed: up to it, everything is on its disk."""

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after each change; the function given back ends that."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def _changed(self) -> None:
        for callback in self._subscribers:
            callback()

    # Rooms

    def add_room(self, address: str, title: str = "", members: Sequence[str] = ()) -> Room:
        """A new room with the bot in it; the bot is told nothing, as the operator names the room."""
        if address in self._rooms:
            raise ValueError(f"there is a room {address} already")
        room = self._rooms[address] = Room(address, title or address, tuple(members))
        self._in_room[address] = []
        self._changed()
        return room

    def room(self, address: str) -> Room:
        """The room at this address or, if it moved, at its new one. Raises NoSuchRoom."""
        while address in self._moved:
            address = self._moved[address]
        try:
            return self._rooms[address]
        except KeyError:
            raise NoSuchRoom(address) from None

    def rooms(self) -> list[Room]:
        """All rooms, oldest first."""
        return list(self._rooms.values())

    def invite(self, address: str, person: str) -> None:
        """A person asks the bot into a new room: all it knows of it until `restore_bot`."""
        room = self._rooms.get(address) or self.add_room(address, members=(person,))
        room.bot = False
        self._tell("invited", address, person=_person(person))

    def remove_bot(self, address: str) -> None:
        """The bot can no longer read or write here."""
        room = self.room(address)
        room.bot = False
        self._tell("bot_removed", room.address)

    def restore_bot(self, address: str) -> None:
        """The bot can read and write here again, muted no more."""
        room = self.room(address)
        room.bot, room.muted = True, False
        self._tell("bot_restored", room.address)

    def mute_bot(self, address: str) -> None:
        """The bot reads here, and may not write. It is not told: it finds out."""
        self.room(address).muted = True
        self._changed()

    def move_room(self, old: str, new: str) -> None:
        """The same room has a new address; the old one still leads to it."""
        room = self.room(old)
        if new in self._rooms:
            raise ValueError(f"there is a room {new} already")
        old = room.address
        ids = self._in_room.pop(old)
        del self._rooms[old]
        room.address = new
        self._rooms[new], self._in_room[new], self._moved[old] = room, ids, new
        for entry_id in ids:
            self._entries[entry_id] = replace(self._entries[entry_id], room=new)
        self._tell("room_moved", old, to=new)

    # What people do

    def say(
        self,
        room: str,
        person: str,
        text: str,
        reply_to: str | None = None,
        *,
        kind: Kind = "text",
        forwarded: bool = False,
    ) -> Entry:
        """A person writes. Raises NoSuchRoom, or NoSuchEntry when what is replied to is not in that room."""
        here = self.room(room)
        if reply_to is not None and self.entry(reply_to).room != here.address:
            raise NoSuchEntry(reply_to)
        entry = self._add(
            Entry(
                id=f"e{next(self._numbers)}",
                room=here.address,
                kind="typed",
                person=person,
                text=text,
                at=self._clock.now(),
                reply_to=reply_to,
                content=kind,
                forwarded=forwarded,
            )
        )
        self._tell_of(entry, "typed", text=text, reply_to=reply_to, content=kind, forwarded=forwarded)
        return entry

    def edit(self, entry_id: str, text: str) -> Entry:
        """The author changes what was typed. Raises NoSuchEntry."""
        entry = self._replace(replace(self._typed(entry_id), text=text, edited=True))
        self._tell_of(entry, "edited", text=text)
        return entry

    def delete(self, entry_id: str) -> None:
        """The author takes back what was typed. Raises NoSuchEntry."""
        entry = self._replace(replace(self._typed(entry_id), text="", deleted=True))
        self._tell_of(entry, "deleted")

    def press(self, entry_id: str, data: str, person: str) -> None:
        """A person presses a button of a post. Raises NoSuchEntry when the post has none such (any more)."""
        entry = self.entry(entry_id)
        if data not in {button.data for button in entry.buttons}:
            raise NoSuchEntry(entry_id)
        self._tell("pressed", entry.room, entry=entry.id, person=_person(person), data=data)

    # What is seen

    def entry(self, entry_id: str) -> Entry:
        """Raises NoSuchEntry."""
        try:
            return self._entries[entry_id]
        except KeyError:
            raise NoSuchEntry(entry_id) from None

    def entries(self, room: str) -> list[Entry]:
        """Everything in a room, oldest first, deleted entries without their text."""
        return [self._entries[entry_id] for entry_id in self._in_room[self.room(room).address]]

    def posts(self) -> dict[str, Entry]:
        """What the bot posted, by the key of each post."""
        return {key: self._entries[entry_id] for key, entry_id in self._by_key.items()}

    def marked(self) -> dict[str, tuple[Mark, ...]]:
        """All marks that each typed entry has shown, oldest first."""
        return {entry.id: entry.marks for entry in self._entries.values() if entry.marks}

    # What the bot does

    def confirm(self, number: int) -> None:
        """The bot has all events up to this one; it may ask for them again all the same."""
        if self.confirmed < min(number, self.log.last):
            self.confirmed = min(number, self.log.last)
            self._changed()

    def put_post(
        self, key: str, room: str, text: str, *, reply_to: str | None, buttons: Sequence[Button], pinned: bool
    ) -> Entry:
        """The bot posts, once for each key: a repeat finds what is there.

        Raises NoSuchRoom, BotNotInRoom, BotMuted. A reply to what is gone stays a post without one.
        """
        if key in self._by_key:
            return self._entries[self._by_key[key]]
        here = self._writable(room)
        if reply_to is not None and (reply_to not in self._entries or self._entries[reply_to].deleted):
            reply_to = None
        entry = self._add(
            Entry(
                id=f"e{next(self._numbers)}",
                room=here.address,
                kind="post",
                person="",
                text=text,
                at=self._clock.now(),
                reply_to=reply_to,
                buttons=tuple(buttons),
                pinned=pinned,
                key=key,
            )
        )
        self._by_key[key] = entry.id
        self._changed()
        return entry

    def edit_post(self, entry_id: str, text: str, buttons: Sequence[Button], pinned: bool) -> None:
        """The bot changes a post of its own. Raises NoSuchEntry, BotNotInRoom, BotMuted."""
        entry = self.entry(entry_id)
        if entry.kind != "post":
            raise NoSuchEntry(entry_id)
        self._writable(entry.room)
        changed = replace(entry, text=text, buttons=tuple(buttons), pinned=pinned)
        if changed != entry:
            self._replace(replace(changed, edited=True))
            self._changed()

    def put_mark(self, entry_id: str, mark: Mark) -> None:
        """The bot shows a mark on what a person typed, in place of the one before. Raises as `edit_post`."""
        entry = self._typed(entry_id)
        self._writable(entry.room)
        if mark != entry.mark:
            self._replace(replace(entry, marks=(*entry.marks, mark)))
            self._changed()

    def _writable(self, address: str) -> Room:
        room = self.room(address)
        if not room.bot:
            raise BotNotInRoom(address)
        if room.muted:
            raise BotMuted(address)
        return room

    def _typed(self, entry_id: str) -> Entry:
        entry = self.entry(entry_id)
        if entry.kind != "typed" or entry.deleted:
            raise NoSuchEntry(entry_id)
        return entry

    def _add(self, entry: Entry) -> Entry:
        self._in_room[entry.room].append(entry.id)
        return self._replace(entry)

    def _replace(self, entry: Entry) -> Entry:
        self._entries[entry.id] = entry
        return entry

    def _tell_of(self, entry: Entry, kind: EventKind, **fields: object) -> None:
        """Tell the bot, unless it is not there to see it; people see it in any case."""
        if self.room(entry.room).bot:
            self._tell(kind, entry.room, entry=entry.id, person=_person(entry.person), **fields)
        else:
            self._changed()

    def _tell(self, kind: EventKind, room: str, **fields: object) -> None:
        self.log.add(kind, self._clock.now(), room=room, **fields)
        self._changed()


def _person(name: str) -> dict[str, str]:
    return {"id": "-".join(name.casefold().split()) or "somebody", "name": name}
