"""Matrix's rooms, encrypted ones too, as a ChatPlatform."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import TracebackType
from typing import Self

from bridge.adapters.matrix.addresses import PLATFORM
from bridge.adapters.matrix.buttons import Buttons
from bridge.adapters.matrix.checks import check_all
from bridge.adapters.matrix.connection import Connection
from bridge.adapters.matrix.content import OPENS
from bridge.adapters.matrix.cursor import Cursor
from bridge.adapters.matrix.joining import Directs, Welcome
from bridge.adapters.matrix.marking import Marking
from bridge.adapters.matrix.marks import Shown
from bridge.adapters.matrix.posting import Posting
from bridge.adapters.matrix.session import MatrixSettings
from bridge.adapters.matrix.syncing import Listening
from bridge.adapters.matrix.threads import Threads
from bridge.domain.failures import Permanent, Refusal
from bridge.domain.ids import RoomAddress
from bridge.domain.rooms import Language
from bridge.ports.chat import ChatSink, Mark, MarkRef, MenuEntry, Post, PostedRef, RoomMemory
from bridge.ports.clock import Clock
from bridge.ports.phone import Finding
from bridge.ports.probe import Probe, no_probe

SYNC_WAIT = 30.0  # seconds the server may keep a sync open
TIMEOUT = 15.0  # seconds for a request
LONGER = timedelta(seconds=7)
"""Marks begin so much later than elsewhere: each one counts against the server's limits on messages."""


def _hide_nothing(_secret: str) -> None:
    """Where nothing is logged."""


class MatrixPlatform:
    """One account. Its keys are opened when it first listens or posts, by one process at a time.

    `marks_after`: how long after its hold a message may wait unmarked. `timeout`: seconds for a request, syncs apart;
    `sync_wait`: seconds that a sync may stay open; `begin`: the server's token to listen from where there is no cursor
    (None: now, and nothing older). `hide` is told each token that a password brings.
    """

    name = PLATFORM
    idempotent = True
    sign = f"{OPENS} "

    def __init__(
        self,
        settings: MatrixSettings,
        clock: Clock,
        memory: RoomMemory,
        welcome: Welcome,
        *,
        marks_after: timedelta = timedelta(0),
        probe: Probe = no_probe,
        timeout: float = TIMEOUT,
        sync_wait: float = SYNC_WAIT,
        begin: str | None = None,
        hide: Callable[[str], object] = _hide_nothing,
    ) -> None:
        self.marks_after = marks_after
        self.trouble: str | None = None
        self._clock = clock
        self._welcome = welcome
        self._probe = probe
        self._sync_wait = sync_wait
        self._begin = begin
        self._connection = Connection(settings, clock, memory, timeout, hide)
        self._buttons = Buttons(self._connection)
        threads = Threads(self._connection)
        self._posting = Posting(self._connection, self._buttons, threads, clock)
        self._marking = Marking(self._connection, threads, clock)
        self._directs = Directs()
        self._listening: Listening | None = None

    async def __aenter__(self) -> Self:
        await self._connection.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connection.close()

    async def listen(self, sink: ChatSink, cursor: str | None) -> None:
        """Hand over events for ever. What the sink raises goes on, and the events come again later.

        Raises ValueError when the cursor is none of ours.
        """
        began = Cursor.parse(cursor)
        if began.since is None:
            began = replace(began, since=self._begin)
        listening = self._listening = Listening(
            self._connection,
            self._buttons,
            self._clock,
            sink,
            began,
            self._welcome,
            self._directs,
            self._probe,
            self._sync_wait,
            self._tell,
        )
        await listening.for_ever()

    def _tell(self, trouble: str | None) -> None:
        self.trouble = trouble

    async def post(self, post: Post) -> PostedRef:
        """Put it into its room, encrypted where the room ever was; a repeat finds what is there."""
        return await self._posting.post(post)

    async def edit(self, ref: PostedRef, post: Post) -> None:
        """Replace text and choices of its first event."""
        await self._posting.edit(ref, post)

    async def mark(self, mark: Mark, previous: MarkRef | None) -> MarkRef:
        """React to the message, or keep a line below it where reactions are forbidden."""
        return (await self._marking.show(mark, Shown.parse(previous))).ref

    async def open_conversation(self, desk: RoomAddress, title: str) -> RoomAddress:
        """Raises Permanent: a desk's answers stand in it."""
        raise Permanent(Refusal.OTHER, "no rooms are made yet")

    async def offer(self, menu: Mapping[Language, Sequence[MenuEntry]]) -> None:
        """Matrix has no menu."""

    def private(self, room: RoomAddress) -> bool:
        """Whether it is one person's own conversation with us: one that they began as such."""
        return room.address in self._directs.rooms

    async def check(self, rooms: Mapping[RoomAddress, bool]) -> list[Finding]:
        """What stands in the way of this account, and in each of these rooms. Writes nothing, and opens no keys.

        Where it listens as well, it waits until that has begun: the bot may just be joining the rooms it is asked into.
        """
        if self._listening is not None:
            await self._listening.looked.wait()
        return await check_all(self._connection, rooms)
