"""The worlds in which every chat platform is tried: a real chat on a real socket, and people in it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

from bridge.adapters.browser import BrowserPlatform
from bridge.domain.events import ChatEvent, Kind
from bridge.domain.ids import ChatRef, PostId, RoomAddress
from bridge.domain.marks import Status
from bridge.ports.chat import ChatPlatform, Mark, Post, PostedRef
from bridge.ports.clock import SystemClock
from bridge.sandbox.chat import ChatServer, Entry, Trouble

BOUND = 5.0  # seconds after which a test that waits has failed


class Break(StrEnum):
    """How the next call goes wrong, in words that every chat knows. "Done": only the answer is lost."""

    RATE = "rate"
    RATE_WITHOUT_A_TIME = "rate_without_a_time"
    KEYS = "keys"
    ERROR = "error"
    DONE_THEN_ERROR = "done_then_error"
    CUT = "cut"
    DONE_THEN_CUT = "done_then_cut"
    HANGS = "hangs"
    DONE_THEN_HANGS = "done_then_hangs"
    DONE_THEN_GARBAGE = "done_then_garbage"


@dataclass(frozen=True, slots=True)
class Shown:
    """One line as a person in the room sees it. `mark`: as the platform draws it, None without one."""

    id: str
    text: str
    by_bot: bool
    reply_to: str | None = None
    buttons: tuple[str, ...] = ()
    pinned: bool = False
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Can:
    """What a chat offers; what it does not offer is not asked of it. `crowd`: so many messages may have to wait."""

    tells_deletions: bool = True
    opens_conversations: bool = True
    repeats_events: bool = True
    keeps_surrogates: bool = True
    is_invited: bool = True
    forgets_confirmed: bool = False
    crowd: int = 1200
    respells: Mapping[int, str | None] = field(default_factory=dict)  # letters that it replaces in every text


class ChatWorld(Protocol):
    """One chat with a bot in `room`. `retry_after` is what its 429 asks for."""

    can: Can
    room: RoomAddress
    retry_after: timedelta

    def platform(self) -> AbstractAsyncContextManager[ChatPlatform]:
        """The bot, started anew."""
        ...

    def unreachable(self) -> AbstractAsyncContextManager[ChatPlatform]:
        """A bot whose chat does not listen."""
        ...

    def wait_out(self, pause: timedelta | None) -> None:
        """Let so much time have passed for the bot."""

    async def person_types(
        self, text: str, reply_to: str | None = None, kind: Kind = "text", forwarded: bool = False
    ) -> ChatRef: ...

    async def person_edits(self, ref: ChatRef, text: str) -> None: ...

    async def person_deletes(self, ref: ChatRef) -> None: ...

    async def person_presses(self, ref: PostedRef, data: str) -> None: ...

    async def shown(self, room: RoomAddress | None = None) -> list[Shown]:
        """What stands in the room, oldest first."""
        ...

    def drawn(self, mark: Mark) -> str | None:
        """How the platform shows this mark."""
        ...

    async def remove_bot(self) -> None: ...

    async def restore_bot(self) -> None: ...

    async def mute_bot(self) -> None: ...

    async def move_room(self) -> RoomAddress:
        """Give the room another address."""
        ...

    async def invite_bot(self) -> RoomAddress:
        """A person asks the bot into another room."""
        ...

    def break_next_post(self, how: Break) -> None: ...

    def break_listening(self, how: Break, times: int) -> None: ...

    def poison(self) -> None:
        """The next events come behind one that nobody can read."""
        ...

    def repeat_events(self) -> None:
        """Events that were confirmed come once more."""
        ...


class SwiftClock(SystemClock):
    """The machine's clock, whose sleeps are over at once and written down."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


@dataclass
class Recorder:
    """A sink that keeps what it is given, unless `refuses` is raised or `gate` is closed."""

    events: list[ChatEvent] = field(default_factory=list)
    cursors: list[str | None] = field(default_factory=list)
    refuses: Exception | None = None
    gate: asyncio.Event | None = None
    offered: list[ChatEvent] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def accept(self, events: Sequence[ChatEvent], cursor: str | None) -> None:
        self.offered.extend(events)
        self.news.set()
        if self.refuses is not None:
            raise self.refuses
        if self.gate is not None:
            await self.gate.wait()
        self.events.extend(events)
        self.cursors.append(cursor)
        self.news.set()

    async def until(self, seen: Callable[[Self], bool]) -> None:
        """Wait until `seen` is true of this sink, for BOUND seconds at most."""
        async with asyncio.timeout(BOUND):
            while not seen(self):
                self.news.clear()
                await self.news.wait()

    async def until_events(self, number: int) -> list[ChatEvent]:
        await self.until(lambda sink: len(sink.events) >= number)
        return self.events


@asynccontextmanager
async def listening(platform: ChatPlatform, sink: Recorder, cursor: str | None = None) -> AsyncIterator[None]:
    """Have the platform listen meanwhile."""
    task = asyncio.create_task(platform.listen(sink, cursor))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def a_post(world: ChatWorld, text: str = "Oui, 9 h.", number: int = 1, **more: object) -> Post:
    return Post(id=PostId(number), room=world.room, text=text, **more)  # type: ignore[arg-type]


async def posts(world: ChatWorld, room: RoomAddress | None = None) -> list[Shown]:
    return [line for line in await world.shown(room) if line.by_bot]


class BrowserWorld:
    """The room in the browser."""

    can = Can(opens_conversations=False)
    retry_after = timedelta(seconds=7)

    def __init__(self) -> None:
        self.room = RoomAddress("web", "reception")
        self.clock = SwiftClock()
        self.server = ChatServer()

    async def __aenter__(self) -> Self:
        await self.server.__aenter__()
        self.server.add_room("reception", "Reception", ["Claire", "Karim"])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.server.__aexit__(kind, error, trace)

    def platform(self) -> BrowserPlatform:
        return BrowserPlatform(self.server.url, self.server.bot_token, self.clock, timeout=0.3, poll_wait=0.2)

    def unreachable(self) -> BrowserPlatform:
        return BrowserPlatform("http://127.0.0.1:1", "token", self.clock)

    def wait_out(self, pause: timedelta | None) -> None:
        """It keeps no pause: it asks again when it is told to."""

    async def person_types(
        self, text: str, reply_to: str | None = None, kind: Kind = "text", forwarded: bool = False
    ) -> ChatRef:
        entry = self.server.say(self.room.address, "Claire", text, reply_to, kind=kind, forwarded=forwarded)
        return ChatRef(self.room, entry.id)

    async def person_edits(self, ref: ChatRef, text: str) -> None:
        self.server.edit(ref.id, text)

    async def person_deletes(self, ref: ChatRef) -> None:
        self.server.delete(ref.id)

    async def person_presses(self, ref: PostedRef, data: str) -> None:
        self.server.press(ref.id, data, "Karim")

    async def shown(self, room: RoomAddress | None = None) -> list[Shown]:
        return [_shown(entry) for entry in self.server.entries((room or self.room).address)]

    def drawn(self, mark: Mark) -> str | None:
        return mark.word if mark.status is not Status.CANCELLED else None

    async def remove_bot(self) -> None:
        self.server.remove_bot(self.room.address)

    async def restore_bot(self) -> None:
        self.server.restore_bot(self.room.address)

    async def mute_bot(self) -> None:
        self.server.mute_bot(self.room.address)

    async def move_room(self) -> RoomAddress:
        self.server.move_room(self.room.address, "front-desk")
        return RoomAddress("web", "front-desk")

    async def invite_bot(self) -> RoomAddress:
        self.server.invite("volunteers", "Claire")
        return RoomAddress("web", "volunteers")

    def break_next_post(self, how: Break) -> None:
        trouble, retry_after = _TROUBLES[how]
        self.server.mischief.plan("post", trouble, retry_after=retry_after)

    def break_listening(self, how: Break, times: int) -> None:
        trouble, retry_after = _TROUBLES[how]
        self.server.mischief.plan("events", trouble, times=times, retry_after=retry_after)

    def poison(self) -> None:
        self.server.mischief.plan("events", Trouble.POISON)

    def repeat_events(self) -> None:
        self.server.mischief.plan("events", Trouble.REPEATED)


_TROUBLES: dict[Break, tuple[Trouble, float | None]] = {
    Break.RATE: (Trouble.RATE, BrowserWorld.retry_after.total_seconds()),
    Break.RATE_WITHOUT_A_TIME: (Trouble.RATE, None),
    Break.KEYS: (Trouble.UNAUTHORIZED, None),
    Break.ERROR: (Trouble.ERROR_BEFORE, None),
    Break.DONE_THEN_ERROR: (Trouble.ERROR_AFTER, None),
    Break.CUT: (Trouble.RESET_BEFORE, None),
    Break.DONE_THEN_CUT: (Trouble.RESET_AFTER, None),
    Break.HANGS: (Trouble.HANG_BEFORE, None),
    Break.DONE_THEN_HANGS: (Trouble.HANG_AFTER, None),
    Break.DONE_THEN_GARBAGE: (Trouble.GARBAGE, None),
}


def _shown(entry: Entry) -> Shown:
    return Shown(
        id=entry.id,
        text=entry.text,
        by_bot=entry.kind == "post",
        reply_to=entry.reply_to,
        buttons=tuple(button.label for button in entry.buttons),
        pinned=entry.pinned,
        mark=entry.mark.word if entry.mark and entry.mark.status != "cancelled" else None,
    )
