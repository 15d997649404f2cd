"""Marks on people's messages: reactions, and one line where reactions are forbidden."""

from dataclasses import dataclass
from typing import Any

import pytest

from bridge.adapters.telegram import TelegramPlatform
from bridge.adapters.telegram.marks import SIGNS, Shown
from bridge.domain.failures import OutcomeUnknown, Permanent, Refusal, Temporary
from bridge.domain.ids import ChatRef, RoomAddress
from bridge.domain.marks import Status
from bridge.ports.chat import Mark
from tests.contract.worlds import Recorder, listening
from tests.doubles.telegram import Fault, Message, Room, TelegramDouble, User


@dataclass
class Marked:
    """One message of Claire's, and the mark on it as delivery keeps it."""

    platform: TelegramPlatform
    room: Room
    message: Message
    ref: str | None = None

    async def becomes(self, status: Status, word: str = "") -> None:
        on = ChatRef(RoomAddress("telegram", str(self.room.id)), str(self.message.id))
        self.ref = await self.platform.mark(Mark(on, status, word or status.value), self.ref)

    @property
    def lines(self) -> list[str]:
        return [one.text for one in self.room.messages if one is not self.message]


@pytest.fixture
def marked(platform: TelegramPlatform, group: Room, claire: User) -> Marked:
    return Marked(platform, group, group.types(claire, "Vendredi 9 h ?"))


@pytest.mark.parametrize("status", Status)
async def test_each_status_has_its_sign_and_telegram_takes_it(marked: Marked, status: Status) -> None:
    await marked.becomes(status)

    assert marked.message.reactions == ([SIGNS[status]] if SIGNS[status] else [])
    assert marked.lines == []


async def test_the_same_sign_is_not_set_twice(telegram: TelegramDouble, marked: Marked) -> None:
    for status in (Status.QUEUED, Status.SUBMITTING, Status.ACCEPTED, Status.IN_NETWORK, Status.BUFFERED):
        await marked.becomes(status)

    assert [call.args["reaction"][0]["emoji"] for call in telegram.called("setMessageReaction")] == ["👀", "✍"]


async def test_colleagues_reactions_stay(telegram: TelegramDouble, marked: Marked, group: Room) -> None:
    karim = telegram.person("Karim")
    group.adds(karim)
    group.reacts(karim, marked.message, "👍")

    await marked.becomes(Status.DELIVERED)
    await marked.becomes(Status.CANCELLED)

    assert marked.message.reactions == ["👍"]


def without_any(marked: Marked, claire: User) -> None:
    marked.room.available_reactions = []


def with_others_only(marked: Marked, claire: User) -> None:
    marked.room.available_reactions = ["👍", "👎"]


def without_the_right(marked: Marked, claire: User) -> None:
    marked.room.mutes_bot(claire, "can_send_messages")


FORBIDDEN = [without_any, with_others_only, without_the_right]


@pytest.mark.parametrize("forbid", FORBIDDEN)
async def test_where_reactions_are_forbidden_one_line_below_is_kept_up_to_date(
    telegram: TelegramDouble, marked: Marked, claire: User, forbid: Any
) -> None:
    forbid(marked, claire)
    seen = []
    for status in (Status.QUEUED, Status.ACCEPTED, Status.IN_NETWORK, Status.DELIVERED):
        await marked.becomes(status)
        seen.append(marked.lines)

    assert seen == [["queued"], ["accepted"], ["accepted"], ["delivered"]]
    [line] = [one for one in marked.room.messages if one is not marked.message]
    assert line.reply_to is marked.message
    assert len(telegram.called("setMessageReaction")) == 1


async def test_a_chat_that_forbade_reactions_is_asked_again_after_an_hour(
    telegram: TelegramDouble, marked: Marked, platform: TelegramPlatform, clock: Any, claire: User
) -> None:
    marked.room.available_reactions = []
    await marked.becomes(Status.ACCEPTED)
    marked.room.available_reactions = None
    soon, later = (Marked(platform, marked.room, marked.room.types(claire, text)) for text in ("un", "deux"))

    await soon.becomes(Status.ACCEPTED)
    clock.leap(3601)
    await later.becomes(Status.ACCEPTED)
    await marked.becomes(Status.DELIVERED)

    assert (soon.message.reactions, later.message.reactions) == ([], ["✍"])
    assert marked.message.reactions == []
    assert [one.text for one in marked.room.messages if one.sender == telegram.bot] == ["delivered", "accepted"]


async def test_reactions_forbidden_later_give_way_to_a_line(marked: Marked) -> None:
    await marked.becomes(Status.ACCEPTED)
    marked.room.available_reactions = []

    await marked.becomes(Status.DELIVERED)

    assert marked.lines == ["delivered"]


async def test_a_line_that_was_deleted_is_written_anew(marked: Marked) -> None:
    marked.room.available_reactions = []
    await marked.becomes(Status.ACCEPTED)
    [line] = [one for one in marked.room.messages if one is not marked.message]
    marked.room.deletes(line)

    await marked.becomes(Status.DELIVERED)

    assert marked.lines == ["delivered"]


async def test_a_line_whose_posting_got_no_answer_is_not_posted_again(telegram: TelegramDouble, marked: Marked) -> None:
    marked.room.available_reactions = []
    telegram.script(Fault.reset(carried_out=True))

    await marked.becomes(Status.ACCEPTED)
    await marked.becomes(Status.IN_NETWORK)
    assert marked.lines == ["accepted"]
    await marked.becomes(Status.DELIVERED)
    await marked.becomes(Status.DELIVERED)

    assert marked.lines == ["accepted", "delivered"]


async def test_a_cancelled_message_gets_no_line_and_a_line_of_before_says_so(
    marked: Marked, platform: TelegramPlatform, claire: User
) -> None:
    marked.room.available_reactions = []
    marked.room.permitted = frozenset({"can_send_messages"})
    marked.room.demotes_bot(claire)
    await marked.becomes(Status.CANCELLED)
    assert marked.lines == []
    marked.ref = None
    await marked.becomes(Status.QUEUED)
    await marked.becomes(Status.CANCELLED, "annulé")

    assert marked.lines == ["annulé"]


async def test_an_uncertain_reaction_or_edit_may_be_repeated(telegram: TelegramDouble, marked: Marked) -> None:
    telegram.script(Fault.reset(carried_out=True), "setMessageReaction")
    with pytest.raises(OutcomeUnknown):
        await marked.becomes(Status.ACCEPTED)
    await marked.becomes(Status.ACCEPTED)
    marked.room.available_reactions = []
    await marked.becomes(Status.DELIVERED)
    telegram.script(Fault.reset(carried_out=True), "editMessageText")
    with pytest.raises(OutcomeUnknown):
        await marked.becomes(Status.UNDELIVERED)
    await marked.becomes(Status.UNDELIVERED)

    assert marked.message.reactions == ["✍"]
    assert marked.lines == ["undelivered"]


async def test_a_mark_waits_like_everything_else_after_a_429(telegram: TelegramDouble, marked: Marked) -> None:
    telegram.script(Fault.rate_limited(30), "setMessageReaction")

    for _ in range(2):
        with pytest.raises(Temporary):
            await marked.becomes(Status.ACCEPTED)

    assert len(telegram.called("setMessageReaction")) == 1


@pytest.mark.parametrize(
    ("said", "code", "reason"),
    [
        ("Forbidden: bot was kicked from the supergroup chat", 403, Refusal.ROOM_GONE),
        ("Bad Request: chat not found", 400, Refusal.ROOM_GONE),
        ("Bad Request: message to react not found", 400, Refusal.OTHER),
        ("Bad Request: MESSAGE_ID_INVALID", 400, Refusal.OTHER),
    ],
)
async def test_a_mark_that_can_stand_nowhere_gets_no_line_either(
    telegram: TelegramDouble, marked: Marked, said: str, code: int, reason: Refusal
) -> None:
    telegram.script(Fault.refuses(code, said), "setMessageReaction")

    with pytest.raises(Permanent) as caught:
        await marked.becomes(Status.ACCEPTED)

    assert caught.value.reason is reason
    assert telegram.called("sendMessage") == []


async def test_no_line_stands_below_a_message_that_is_gone(marked: Marked) -> None:
    marked.room.available_reactions = []
    await marked.becomes(Status.QUEUED)
    for message in list(marked.room.messages):
        marked.room.deletes(message)

    with pytest.raises(Permanent):
        await marked.becomes(Status.DELIVERED)

    assert marked.room.texts == []


async def test_a_mark_in_a_group_that_has_moved_is_given_up_and_the_move_told(
    telegram: TelegramDouble, platform: TelegramPlatform, claire: User
) -> None:
    group = telegram.group("Petit groupe", [claire])
    marked = Marked(platform, group, group.types(claire, "Vendredi ?"))
    group.becomes_supergroup(claire, announced=False)
    sink = Recorder()

    async with listening(platform, sink):
        await sink.until_events(1)
        with pytest.raises(Permanent):
            await marked.becomes(Status.ACCEPTED)

    assert [type(event).__name__ for event in sink.events] == ["Typed", "RoomMoved"]


async def test_a_mark_on_no_message_of_telegrams_is_refused(platform: TelegramPlatform, group: Room) -> None:
    on = ChatRef(RoomAddress("telegram", str(group.id)), "$event")

    with pytest.raises(Permanent):
        await platform.mark(Mark(on, Status.ACCEPTED, "en route"), None)


@pytest.mark.parametrize("shown", [Shown(""), Shown("👀"), Shown("✍", "12"), Shown.somewhere("🕊")])
def test_what_is_shown_survives_being_written_down(shown: Shown) -> None:
    assert Shown.parse(shown.ref) == shown


def test_no_sign_carries_a_variation_selector() -> None:
    assert not any("\ufe0f" in sign or "\u200d" in sign for sign in SIGNS.values())
