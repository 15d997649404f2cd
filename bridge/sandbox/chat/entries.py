"""What stands in the rooms: entries with their marks and buttons."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bridge.domain.events import Kind


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a post: what comes back when it is pressed, and what it says."""

    data: str
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The status that the bot shows on an entry, with its word and, for a list, its figures."""

    status: str
    word: str
    summary: dict[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a room: typed by a person, or posted by the bot (`person` is then empty).

    `content` is what was typed (text, picture …); `key` is the post's own, "" for what people type; `marks`
    are all that were ever shown, oldest first, a repeat not counted.
    """

    id: str
    room: str
    kind: Literal["typed", "post"]
    person: str
    text: str
    at: datetime
    reply_to: str | None = None
    content: Kind = "text"
    forwarded: bool = False
    marks: tuple[Mark, ...] = ()
    buttons: tuple[Button, ...] = ()
    pinned: bool = False
    edited: bool = False
    deleted: bool = False
    key: str = ""

    @property
    def mark(self) -> Mark | None:
        """The one shown now."""
        return self.marks[-1] if self.marks else None


@dataclass(slots=True)
class Room:
    """A place to write in. The bot reads and writes while `bot` says so, and writes unless it is `muted`."""

    address: str
    title: str
    members: tuple[str, ...]
    bot: bool = True
    muted: bool = False
