"""What happens in a chat, in our own words. An event's id is unique within its platform."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bridge.domain.ids import ChatRef, Person, RoomAddress

Kind = Literal["text", "picture", "file", "sticker", "voice", "location", "other"]


@dataclass(frozen=True, slots=True)
class Typed:
    """A person wrote. `reply_to` is the platform's id of the message replied to.

    A command opens with `/`, whatever opens it on the platform. `commons`: a place within the room that is nobody's
    conversation, a forum's General topic: only commands and replies count there. `ours`: what the message replied to
    says, where the platform tells that it is the bot's own; a post that stands there twice is known by one of them.
    """

    event_id: str
    ref: ChatRef
    person: Person
    text: str
    wrote_at: datetime
    reply_to: str | None = None
    kind: Kind = "text"
    forwarded: bool = False
    commons: bool = False
    ours: str | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """A person changed the text of a message."""

    event_id: str
    ref: ChatRef
    person: Person
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Deleted:
    """A message was taken back, where the platform tells."""

    event_id: str
    ref: ChatRef
    person: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class Pressed:
    """A person pressed a button of one of our posts. `data` is the button's own."""

    event_id: str
    ref: ChatRef
    person: Person
    data: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody asked the bot into a room."""

    event_id: str
    room: RoomAddress
    person: Person


@dataclass(frozen=True, slots=True)
class BotRemoved:
    """The bot can no longer read or write in a room. `why`: it was removed, or has lost the keys to what is said."""

    event_id: str
    room: RoomAddress
    why: Literal["removed", "sealed"] = "removed"


@dataclass(frozen=True, slots=True)
class BotMuted:
    """The bot still reads a room and can no longer write in it. `why`: it may not, or people have left for another."""

    event_id: str
    room: RoomAddress
    why: Literal["muted", "replaced"] = "muted"


@dataclass(frozen=True, slots=True)
class BotRestored:
    """The bot can read and write in a room again."""

    event_id: str
    room: RoomAddress


@dataclass(frozen=True, slots=True)
class RoomMoved:
    """A room has a new address, and is the same room."""

    event_id: str
    room: RoomAddress
    to: RoomAddress


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something arrived that could not be read. It is kept as it came (`raw`), told, and blocks nothing.

    `message`: the platform's id of what a person wrote, who is told in the room that it did not leave; `sealed`: all
    that is missing is a key, which may still come.
    """

    event_id: str
    room: RoomAddress | None
    what: str
    raw: str = ""
    message: str | None = None
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Missed:
    """What people wrote in that time (UTC; `since` None: not known) may never have been handed over.

    `room` None: anywhere on the platform.
    """

    event_id: str
    since: datetime | None
    until: datetime
    room: RoomAddress | None = None


Trouble = Literal["unreachable", "revoked", "conflict", "gap", "keys_lost"]
"""Not reached, token refused, another program listens with our token, events that somebody else was given, encrypted
rooms that cannot be read any more."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """The platform is in trouble, and an operator must know. Its id says how often that is told."""

    event_id: str
    trouble: Trouble


ChatEvent = (
    Typed
    | Edited
    | Deleted
    | Pressed
    | Invited
    | BotRemoved
    | BotMuted
    | BotRestored
    | RoomMoved
    | Unreadable
    | Missed
    | Alarm
)
