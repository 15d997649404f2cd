"""Telegram's groups, topics and private chats as a ChatPlatform."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

import structlog

from bridge.adapters.telegram import sending
from bridge.adapters.telegram.addresses import PLATFORM, Place, is_private, message_id_of, place_of
from bridge.adapters.telegram.calls import Calls
from bridge.adapters.telegram.checks import check_all
from bridge.adapters.telegram.cursor import Cursor
from bridge.adapters.telegram.failures import Moved
from bridge.adapters.telegram.marking import Marking, is_unchanged
from bridge.adapters.telegram.marks import Shown
from bridge.adapters.telegram.menu import menus
from bridge.adapters.telegram.polling import Listening
from bridge.adapters.telegram.translate import moved
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Refusal, Temporary
from bridge.domain.ids import RoomAddress
from bridge.domain.pieces import pieces
from bridge.domain.rooms import Language
from bridge.domain.wellformed import well_formed
from bridge.ports.chat import ChatSink, Mark, MarkRef, MenuEntry, Post, PostedRef
from bridge.ports.clock import Clock
from bridge.ports.phone import Finding
from bridge.ports.probe import Probe, no_probe

log = structlog.get_logger(__name__)

POLL_WAIT = 50  # seconds Telegram may keep a poll open, its most
TIMEOUT = 15.0  # seconds for a call
_AT_ONCE = timedelta(seconds=1)
_TITLE = 128  # characters of a topic's name


class TelegramPlatform:
    """One bot. Telegram knows no ids of ours: a post that is repeated stands there twice.

    `marks_after`: how long after its hold a message may wait unmarked. `timeout`: seconds for a call, polls apart;
    `poll_wait`: whole seconds that a poll may stay open.
    """

    name = PLATFORM
    idempotent = False
    sign = "/"

    def __init__(
        self,
        token: str,
        api_url: str,
        clock: Clock,
        *,
        marks_after: timedelta = timedelta(0),
        probe: Probe = no_probe,
        timeout: float = TIMEOUT,
        poll_wait: int = POLL_WAIT,
    ) -> None:
        self.marks_after = marks_after
        self.trouble: str | None = None
        self._calls = Calls(token, api_url, clock, timeout)
        self._clock = clock
        self._probe = probe
        self._poll_wait = poll_wait
        self._marking = Marking(self._call_of_a_mark, clock)
        self._sink: ChatSink | None = None

    async def __aenter__(self) -> Self:
        await self._calls.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._calls.close()

    async def listen(self, sink: ChatSink, cursor: str | None) -> None:
        """Hand over events for ever. What the sink raises goes on, and the events come again later.

        Raises ValueError when the cursor is none of ours.
        """
        began = Cursor.parse(cursor)
        self._sink = sink
        listening = Listening(self._calls, self._clock, sink, began, self._probe, self._poll_wait, self._tell)
        await listening.for_ever()

    def _tell(self, trouble: str | None) -> None:
        self.trouble = trouble

    async def post(self, post: Post) -> PostedRef:
        """Put it into its room; what is too long for one message goes on in others, and is known by the first."""
        place = place_of(post.room)
        first, *others = pieces(post.text, sending.LONGEST, sending.units)
        params = sending.message(place, first, post.reply_to) | sending.keyboard(post.buttons)
        message_id = sending.id_of(await self._call("sendMessage", params))
        await self._go_on(place, others)
        if post.pinned:
            await self._pin(place, message_id)
        return PostedRef(post.room, str(message_id))

    async def _go_on(self, place: Place, others: Sequence[str]) -> None:
        """What follows the first. Its beginning stands there, so that a failure leaves it half done."""
        for text in others:
            try:
                await self._call("sendMessage", sending.message(place, text))
            except (Temporary, Permanent) as failure:
                log.warning("telegram.cut_short", chat=place.chat, why=failure.reason.value)
                raise OutcomeUnknown from None

    async def _pin(self, place: Place, message_id: int) -> None:
        """Quietly. A post that cannot be pinned is a post all the same."""
        params = {"chat_id": place.chat, "message_id": message_id, "disable_notification": True}
        try:
            await self._call("pinChatMessage", params)
        except (Temporary, Permanent, OutcomeUnknown) as failure:
            log.info("telegram.not_pinned", chat=place.chat, why=str(failure))

    async def edit(self, ref: PostedRef, post: Post) -> None:
        """Replace text and buttons of its first message. Unchanged is success."""
        place, message_id = place_of(ref.room), message_id_of(ref.id)
        if message_id is None:
            raise Permanent(Refusal.OTHER, "no message of Telegram's")
        try:
            await self._call("editMessageText", sending.edited(place, message_id, post))
        except Permanent as refused:
            if not is_unchanged(refused):
                raise

    async def mark(self, mark: Mark, previous: MarkRef | None) -> MarkRef:
        """React to the message, or keep a line below it where reactions are forbidden."""
        return (await self._marking.show(mark, Shown.parse(previous))).ref

    async def open_conversation(self, desk: RoomAddress, title: str) -> RoomAddress:
        """A topic of the desk's forum. Raises Permanent where it is none, or the bot may not manage its topics."""
        place = place_of(desk)
        name = well_formed(title).strip()[:_TITLE] or "…"
        topic = await self._call("createForumTopic", {"chat_id": place.chat, "name": name})
        match topic:
            case {"message_thread_id": int(thread)}:
                return Place(place.chat, thread).room
            case _:
                raise OutcomeUnknown(Reason.SERVER)

    async def offer(self, menu: Mapping[Language, Sequence[MenuEntry]]) -> None:
        """Fill in the menu of commands. That it could not be is only logged: all commands work without it."""
        for params in menus(menu):
            try:
                await self._calls("setMyCommands", params)
            except (Temporary, Permanent, OutcomeUnknown, Moved) as failure:
                log.warning("telegram.no_menu", language=params["language_code"], why=str(failure))
                return

    def private(self, room: RoomAddress) -> bool:
        """Whether that place is one person's own chat with the bot."""
        return is_private(room)

    async def check(self, rooms: Mapping[RoomAddress, bool]) -> list[Finding]:
        """What stands in the way of this bot, and in each of these rooms. Sends nothing, and takes no updates."""
        return await check_all(self._calls, rooms)

    async def _call(self, method: str, params: dict[str, Any]) -> Any:
        """A call about a chat. One that has moved is told, and what was asked of it goes to its new address next."""
        try:
            return await self._calls(method, params)
        except Moved as error:
            to = error.to
        await self._room_moved(params["chat_id"], to)
        raise Temporary(Reason.NETWORK, _AT_ONCE)

    async def _call_of_a_mark(self, method: str, params: dict[str, Any]) -> Any:
        """The same for what stands in the chat as it was: there is nothing to show it on at the new address."""
        try:
            return await self._calls(method, params)
        except Moved as error:
            to = error.to
        await self._room_moved(params["chat_id"], to)
        raise Permanent(Refusal.OTHER, "the group became a supergroup")

    async def _room_moved(self, old: int, new: int) -> None:
        if self._sink is not None:
            await self._sink.accept((moved(old, new),), None)
