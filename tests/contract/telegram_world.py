"""A Telegram group in which the platform is tried: the Bot API double, and people who write there."""

from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from bridge.adapters.telegram import TelegramPlatform
from bridge.adapters.telegram.marks import SIGNS
from bridge.domain.events import Kind
from bridge.domain.ids import ChatRef, RoomAddress
from bridge.ports.chat import Mark, PostedRef
from tests.contract.worlds import Break, Can, Shown, SwiftClock
from tests.doubles.telegram.chats import Chat, Message
from tests.doubles.telegram.double import TelegramDouble
from tests.doubles.telegram.faults import Fault


class PassingClock(SwiftClock):
    """The machine's clock, and so many seconds more; sleeps are over at once and written down."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return super().monotonic() + self.passed


class TelegramWorld:
    """A group with Claire and Karim, in which the bot is an administrator."""

    can = Can(
        tells_deletions=False,
        opens_conversations=False,
        keeps_surrogates=False,
        is_invited=False,
        forgets_confirmed=True,
        respells={ord("\u202e"): None, ord("\t"): " "},
    )
    retry_after = timedelta(seconds=7)

    def __init__(self) -> None:
        self.clock = PassingClock()
        self.double = TelegramDouble()

    async def __aenter__(self) -> Self:
        await self.double.__aenter__()
        self.claire, self.karim = self.double.person("Claire"), self.double.person("Karim")
        self.group = self.double.group("Accueil", [self.claire, self.karim])
        self.room = RoomAddress("telegram", str(self.group.id))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.double.__aexit__(kind, error, trace)

    def platform(self) -> TelegramPlatform:
        return TelegramPlatform(self.double.token, self.double.url, self.clock, timeout=0.3, poll_wait=1)

    def unreachable(self) -> TelegramPlatform:
        return TelegramPlatform(self.double.token, "http://127.0.0.1:1", self.clock)

    def wait_out(self, pause: timedelta | None) -> None:
        self.clock.passed += pause.total_seconds() if pause else 0.0

    async def person_types(
        self, text: str, reply_to: str | None = None, kind: Kind = "text", forwarded: bool = False
    ) -> ChatRef:
        answered = None if reply_to is None else self._message(reply_to)
        message = self.group.types(
            self.claire, text, reply_to=answered, kind=KINDS.get(kind, kind), forwarded=forwarded
        )
        return ChatRef(self.room, str(message.id))

    def _message(self, message_id: str) -> Message:
        found = self.group.find(int(message_id))
        assert found is not None
        return found

    async def person_edits(self, ref: ChatRef, text: str) -> None:
        self.group.edits(self._message(ref.id), text)

    async def person_deletes(self, ref: ChatRef) -> None:
        self.group.deletes(self._message(ref.id))

    async def person_presses(self, ref: PostedRef, data: str) -> None:
        self.group.presses(self.karim, self._message(ref.id), data)

    async def shown(self, room: RoomAddress | None = None) -> list[Shown]:
        chat = self.double.world.chats[int((room or self.room).address)]
        return [self._shown(chat, message) for message in chat.messages if not message.service]

    def _shown(self, chat: Chat, message: Message) -> Shown:
        bot = self.double.bot.id
        return Shown(
            id=str(message.id),
            text=message.text,
            by_bot=message.sender.id == bot,
            reply_to=None if message.reply_to is None else str(message.reply_to.id),
            buttons=message.buttons,
            pinned=message in chat.pinned,
            mark=next(iter(message.by_emoji.get(bot, [])), None),
        )

    def drawn(self, mark: Mark) -> str | None:
        return SIGNS[mark.status] or None

    async def remove_bot(self) -> None:
        self.group.kicks_bot(self.claire)

    async def restore_bot(self) -> None:
        self.group.adds_bot(self.claire)

    async def mute_bot(self) -> None:
        self.group.mutes_bot(self.claire)

    async def move_room(self) -> RoomAddress:
        return RoomAddress("telegram", str(self.group.becomes_supergroup(self.claire).id))

    async def invite_bot(self) -> RoomAddress:
        other = self.double.group("Bénévoles", [self.claire], bot=None)
        other.adds_bot(self.claire)
        return RoomAddress("telegram", str(other.id))

    def break_next_post(self, how: Break) -> None:
        self.double.script(FAULTS[how], "sendMessage")

    def break_listening(self, how: Break, times: int) -> None:
        self.double.script(FAULTS[how], "getUpdates", times)

    def poison(self) -> None:
        self.double.updates.poison()

    def repeat_events(self) -> None:
        self.double.updates.repeat()


KINDS: dict[str, str] = {"picture": "photo", "file": "document"}
FAULTS: dict[Break, Fault] = {
    Break.RATE: Fault.rate_limited(int(TelegramWorld.retry_after.total_seconds())),
    Break.RATE_WITHOUT_A_TIME: Fault.rate_limited(None),
    Break.KEYS: Fault.unauthorized(),
    Break.ERROR: Fault.broken(500),
    Break.DONE_THEN_ERROR: Fault.broken(502, carried_out=True),
    Break.CUT: Fault.reset(),
    Break.DONE_THEN_CUT: Fault.reset(carried_out=True),
    Break.HANGS: Fault.hang(),
    Break.DONE_THEN_HANGS: Fault.hang(carried_out=True),
    Break.DONE_THEN_GARBAGE: Fault.garbage(),
}
