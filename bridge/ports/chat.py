"""A chat platform, as the relay uses it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bridge.domain.events import ChatEvent
from bridge.domain.ids import ChatRef, PostId, RoomAddress
from bridge.domain.marks import Status, Summary
from bridge.domain.rooms import Language
from bridge.ports.phone import Finding


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a post: what comes back when it is pressed, and what it says."""

    data: str
    label: str


@dataclass(frozen=True, slots=True)
class Post:
    """Something to put into a room, already worded. `id` is our row's: a repeat with it is the same post.

    `written_at`: when that row was written, which with the id names the post for ever; `uncertain`: an earlier try may
    have put it there.
    """

    id: PostId
    room: RoomAddress
    text: str
    reply_to: str | None = None
    buttons: tuple[Button, ...] = ()
    pinned: bool = False
    written_at: datetime | None = None
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class PostedRef:
    """Where a post stands in its room, by the platform's own id."""

    room: RoomAddress
    id: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The status to show on a person's message; platforms draw it as they can. `word` is for people."""

    on: ChatRef
    status: Status
    word: str
    summary: Summary | None = None


MarkRef = str
"""Whatever the platform needs to replace a mark it has shown; "" when it needs nothing."""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A command as a platform's menu lists it: the word without its sign, and what it does."""

    word: str
    does: str


class ChatSink(Protocol):
    """Where a platform hands over what happened."""

    async def accept(self, events: Sequence[ChatEvent], cursor: str | None) -> None:
        """Returning means durable: only then may the platform acknowledge."""
        ...


class RoomMemory(Protocol):
    """What a platform must never forget of its rooms, kept in the database."""

    async def remember_encrypted(self, rooms: Collection[RoomAddress]) -> None:
        """These were encrypted once: nothing goes there in plain any more. Returning means durable."""
        ...

    async def encrypted(self, platform: str) -> set[RoomAddress]:
        """All rooms of that platform that were."""
        ...

    async def moved(self, rooms: Collection[RoomAddress]) -> set[RoomAddress]:
        """Those of these places that are only an earlier address of a room."""
        ...


class ChatPlatform(Protocol):
    """One chat platform. Methods raise Temporary, Permanent or OutcomeUnknown, and nothing foreign."""

    name: str
    marks_after: timedelta
    """How long after its hold a message may wait before "queued" is shown on it."""
    idempotent: bool
    """Whether a post repeated with the same id stays one entry: an uncertain one may go again."""
    sign: str
    """What opens a command there, for sentences that show one: `/`."""
    trouble: str | None
    """Why nothing is heard at present, in one word for `/readyz`; None: all is well."""

    async def listen(self, sink: ChatSink, cursor: str | None) -> None:
        """Hand over events for ever, each batch with the cursor that acknowledges it."""
        ...

    async def post(self, post: Post) -> PostedRef:
        """Put it into its room."""
        ...

    async def edit(self, ref: PostedRef, post: Post) -> None:
        """Replace text and buttons of a post. Unchanged is success."""
        ...

    async def mark(self, mark: Mark, previous: MarkRef | None) -> MarkRef:
        """Show the status on the person's message, in place of the previous one."""
        ...

    async def open_conversation(self, desk: RoomAddress, title: str) -> RoomAddress:
        """A place of its own for one contact of a desk. Raises Permanent where the platform has none."""
        ...

    async def offer(self, menu: Mapping[Language, Sequence[MenuEntry]]) -> None:
        """Show these commands in the platform's menu, where it has one."""
        ...

    def private(self, room: RoomAddress) -> bool:
        """Whether that place is one person's own chat with the bot."""
        ...

    async def check(self, rooms: Mapping[RoomAddress, bool]) -> list[Finding]:
        """Whether the platform can be reached and the bot may do in these rooms what it must; never raises.

        Each room with whether all that is typed there must be heard, or commands and replies to the bot are enough.
        """
        ...
