"""Putting posts into Telegram's rooms and changing them: pieces, topics, pins, moves and refusals."""

from typing import Any

import pytest

from bridge.adapters.telegram import TelegramPlatform
from bridge.adapters.telegram.sending import LONGEST
from bridge.domain.events import RoomMoved
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Refusal, Temporary
from bridge.domain.ids import PostId, RoomAddress
from bridge.ports.chat import Button, MenuEntry, Post, PostedRef
from tests.contract.worlds import Recorder, listening
from tests.doubles.telegram import Fault, Room, TelegramDouble, User


def room_of(room: Room) -> RoomAddress:
    return RoomAddress("telegram", str(room.id))


def a_post(room: Room | RoomAddress, text: str = "Oui, 9 h.", **more: Any) -> Post:
    return Post(PostId(1), room if isinstance(room, RoomAddress) else room_of(room), text, **more)


async def test_a_topic_of_its_own_is_opened_for_a_contact_and_written_to(
    platform: TelegramPlatform, forum: Room
) -> None:
    place = await platform.open_conversation(room_of(forum), "  Mme Durand  ")
    ref = await platform.post(a_post(place))

    [topic] = forum.topics.values()
    assert (place, topic.name) == (RoomAddress("telegram", f"{forum.id}/{topic.id}"), "Mme Durand")
    posted = forum.find(int(ref.id))
    assert posted is not None
    assert posted.topic is topic
    assert ref.room == place


@pytest.mark.parametrize(("title", "name"), [("x" * 200, "x" * 128), ("   ", "…"), ("a\ud83db", "a\ufffdb")])
async def test_a_topics_name_is_one_that_telegram_takes(
    platform: TelegramPlatform, forum: Room, title: str, name: str
) -> None:
    await platform.open_conversation(room_of(forum), title)

    assert [topic.name for topic in forum.topics.values()] == [name]


async def test_no_topic_is_opened_where_there_are_none_or_the_bot_may_not(
    platform: TelegramPlatform, group: Room, forum: Room, claire: User
) -> None:
    with pytest.raises(Permanent) as no_forum:
        await platform.open_conversation(room_of(group), "Mme Durand")
    forum.demotes_bot(claire)
    with pytest.raises(Permanent) as no_right:
        await platform.open_conversation(room_of(forum), "Mme Durand")

    assert (no_forum.value.reason, no_right.value.reason) == (Refusal.OTHER, Refusal.MAY_NOT_WRITE)


async def test_a_topic_that_is_gone_is_a_room_that_is_gone_and_a_closed_one_may_not_be_written_to(
    telegram: TelegramDouble, platform: TelegramPlatform, forum: Room, claire: User
) -> None:
    gone, closed = forum.opens_topic(claire, "un"), forum.opens_topic(claire, "deux")
    forum.deletes_topic(gone)
    forum.closes_topic(claire, closed)
    forum.demotes_bot(claire)
    refusals = {"TOPIC_DELETED": Refusal.ROOM_GONE, "TOPIC_ID_INVALID": Refusal.ROOM_GONE}

    for topic, refusal in ((gone, Refusal.ROOM_GONE), (closed, Refusal.MAY_NOT_WRITE)):
        with pytest.raises(Permanent) as caught:
            await platform.post(a_post(RoomAddress("telegram", f"{forum.id}/{topic.id}")))
        assert caught.value.reason is refusal
    for said, refusal in refusals.items():
        telegram.script(Fault.refuses(400, f"Bad Request: {said}"))
        with pytest.raises(Permanent) as caught:
            await platform.post(a_post(forum))
        assert caught.value.reason is refusal


async def test_an_answer_stands_there_also_when_its_question_is_gone(
    platform: TelegramPlatform, group: Room, claire: User
) -> None:
    question = group.types(claire, "Vendredi ?")
    group.deletes(question)

    await platform.post(a_post(group, reply_to=str(question.id)))
    await platform.post(a_post(group, "et encore", reply_to="no number"))

    assert group.texts == ["Oui, 9 h.", "et encore"]


async def test_a_post_that_cannot_be_pinned_is_a_post_all_the_same(
    telegram: TelegramDouble, platform: TelegramPlatform, group: Room, claire: User
) -> None:
    group.demotes_bot(claire)
    await platform.post(a_post(group, "sans le droit", pinned=True))
    group.promotes_bot(claire)
    telegram.script(Fault.broken(502), "pinChatMessage")
    await platform.post(a_post(group, "panne", pinned=True))
    await platform.post(a_post(group, "épinglé", pinned=True))

    assert group.texts == ["sans le droit", "panne", "épinglé"]
    assert [message.text for message in group.pinned] == ["épinglé"]
    assert telegram.called("pinChatMessage")[-1].args["disable_notification"] is True


async def test_a_long_post_goes_on_in_others_and_is_known_by_the_first(platform: TelegramPlatform, group: Room) -> None:
    text = "\n".join("x" * 100 for _ in range(60))
    ref = await platform.post(a_post(group, text, buttons=(Button("a:1", "Oui"),), pinned=True))

    first, second = [message for message in group.messages if not message.service]
    assert str(first.id) == ref.id
    assert first.buttons == ("Oui",)
    assert first.pinned
    assert f"{first.text}\n{second.text}" == text


@pytest.mark.parametrize("fault", [Fault.rate_limited(), Fault.broken(502), Fault.refuses(400, "Bad Request: x")])
async def test_a_long_post_that_breaks_off_is_uncertain_as_its_beginning_stands_there(
    telegram: TelegramDouble, platform: TelegramPlatform, group: Room, fault: Fault
) -> None:
    telegram.script(fault, when=lambda call: call.args["text"].startswith("y"))

    with pytest.raises(OutcomeUnknown):
        await platform.post(a_post(group, "x" * LONGEST + "y" * 10))


async def test_a_post_without_words_is_refused_for_good(platform: TelegramPlatform, group: Room) -> None:
    for text in ("", "   "):
        with pytest.raises(Permanent) as caught:
            await platform.post(a_post(group, text))
        assert caught.value.reason is Refusal.EMPTY


async def test_short_buttons_share_a_row_and_long_ones_have_one_each(
    telegram: TelegramDouble, platform: TelegramPlatform, group: Room
) -> None:
    short = (Button("a:1", "Renvoyer"), Button("b:1", "Laisser"))
    long = (Button("a:1", "Envoyer la correction : 1 crédit"), Button("b:1", "Laisser"))
    for buttons in (short, long):
        await platform.post(a_post(group, buttons=buttons))

    rows = [call.args["reply_markup"]["inline_keyboard"] for call in telegram.called("sendMessage")]
    assert [[len(row) for row in each] for each in rows] == [[2], [1, 1]]


async def test_an_edit_takes_buttons_away_and_shortens_what_does_not_fit(
    platform: TelegramPlatform, group: Room
) -> None:
    ref = await platform.post(a_post(group, buttons=(Button("a:1", "Oui"),)))

    await platform.edit(ref, a_post(group, "x" * 5000))

    [message] = group.messages
    assert message.buttons == ()
    assert message.text == "x" * (LONGEST - 1) + "…"


@pytest.mark.parametrize("message_id", ["999", "no number"])
async def test_an_edit_of_what_is_gone_is_refused_for_good(
    platform: TelegramPlatform, group: Room, message_id: str
) -> None:
    with pytest.raises(Permanent):
        await platform.edit(PostedRef(room_of(group), message_id), a_post(group))


@pytest.mark.parametrize("address", ["", "abc", "-100/", "-100/x", "1/2/3", "@nom", "-0", "1" * 30])
async def test_what_is_no_address_of_telegram_is_a_room_that_is_gone(platform: TelegramPlatform, address: str) -> None:
    with pytest.raises(Permanent) as caught:
        await platform.post(a_post(RoomAddress("telegram", address)))

    assert caught.value.reason is Refusal.ROOM_GONE


async def test_a_group_that_has_moved_is_told_and_the_post_goes_again(
    platform: TelegramPlatform, telegram: TelegramDouble, claire: User
) -> None:
    group = telegram.group("Petit groupe", [claire])
    there = group.becomes_supergroup(claire, announced=False)
    sink = Recorder()

    async with listening(platform, sink):
        await telegram.until(lambda: telegram.polled)
        with pytest.raises(Temporary) as caught:
            await platform.post(a_post(group))
        group.announces_move(claire)
        await sink.until(lambda seen: len(seen.events) == 3)

    assert caught.value.retry_after is not None
    assert set(sink.events) == {RoomMoved(f"moved:{group.id}:{there.id}", room_of(group), room_of(there))}
    assert sink.cursors.count(None) == 1


async def test_a_post_to_a_group_that_has_moved_waits_before_anybody_listens(
    platform: TelegramPlatform, telegram: TelegramDouble, claire: User
) -> None:
    group = telegram.group("Petit groupe", [claire])
    group.becomes_supergroup(claire, announced=False)

    with pytest.raises(Temporary):
        await platform.post(a_post(group))


async def test_a_person_who_blocks_the_bot_has_shut_the_room(
    platform: TelegramPlatform, telegram: TelegramDouble
) -> None:
    private = telegram.private(telegram.person("Karim"))
    private.blocks_bot()

    with pytest.raises(Permanent) as caught:
        await platform.post(a_post(private))

    assert caught.value.reason is Refusal.ROOM_GONE


MENU = {
    "fr": [MenuEntry("status", "où en est l'envoi"), MenuEntry("état", "x"), MenuEntry("vide", " ")],
    "en": [MenuEntry("status", "how it stands"), MenuEntry("help", "x" * 300)],
}


async def test_the_menu_is_there_in_both_languages_and_in_groups(
    platform: TelegramPlatform, telegram: TelegramDouble
) -> None:
    await platform.offer(MENU)  # type: ignore[arg-type]

    french = [{"command": "status", "description": "où en est l'envoi"}]
    english = [{"command": "status", "description": "how it stands"}, {"command": "help", "description": "x" * 256}]
    for scope in (None, {"type": "all_group_chats"}):
        assert telegram.menu("fr", scope) == french
        assert telegram.menu("en", scope) == telegram.menu("", scope) == english


async def test_a_menu_that_is_refused_stops_nothing(platform: TelegramPlatform, telegram: TelegramDouble) -> None:
    telegram.script(Fault.broken(502), "setMyCommands")

    await platform.offer(MENU)  # type: ignore[arg-type]

    assert len(telegram.called("setMyCommands")) == 1
    assert telegram.menu() == []


async def test_after_a_429_nothing_goes_to_that_chat_before_its_time_and_others_are_written_to(
    platform: TelegramPlatform, telegram: TelegramDouble, group: Room, forum: Room, clock: Any
) -> None:
    telegram.script(Fault.rate_limited(30), chat=group)
    for _ in range(3):
        with pytest.raises(Temporary) as caught:
            await platform.post(a_post(group))
        assert caught.value.reason is Reason.RATE
        assert caught.value.retry_after is not None
        assert 20 < caught.value.retry_after.total_seconds() <= 30
    await platform.post(a_post(forum))
    assert len(telegram.called("sendMessage")) == 2

    clock.leap(31)
    await platform.post(a_post(group))

    assert group.texts == forum.texts == ["Oui, 9 h."]


async def test_a_429_to_a_call_about_no_chat_holds_that_method_alone(
    platform: TelegramPlatform, telegram: TelegramDouble, group: Room, clock: Any
) -> None:
    telegram.script(Fault.rate_limited(1127), "setMyCommands")  # as Telegram asks who fills the menu in too often
    await platform.offer(MENU)  # type: ignore[arg-type]
    await platform.offer(MENU)  # type: ignore[arg-type]
    await platform.post(a_post(group))
    assert len(telegram.called("setMyCommands")) == 1
    assert group.texts == ["Oui, 9 h."]

    clock.leap(1128)
    await platform.offer(MENU)  # type: ignore[arg-type]
    assert len(telegram.called("setMyCommands")) > 1


async def test_a_wait_of_more_than_a_day_is_waited_for_a_day(
    platform: TelegramPlatform, telegram: TelegramDouble, group: Room
) -> None:
    telegram.script(Fault.rate_limited(100_000))
    with pytest.raises(Temporary) as caught:
        await platform.post(a_post(group))
    assert caught.value.retry_after is not None
    assert caught.value.retry_after.total_seconds() == 86400
