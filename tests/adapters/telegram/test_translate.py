"""What each update becomes in our words, and what never becomes anything."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bridge.domain.events import (
    BotMuted,
    BotRemoved,
    BotRestored,
    Edited,
    Pressed,
    RoomMoved,
    Typed,
    Unreadable,
)
from bridge.domain.ids import ChatRef, Person, RoomAddress
from tests.adapters.telegram.raw import (
    BOT,
    CHANNEL,
    CLAIRE,
    FORUM,
    GROUP,
    ME,
    NOW,
    OTHER_BOT,
    PRIVATE,
    WROTE,
    events,
    message,
    one,
    said,
)

ROOM = RoomAddress("telegram", "-100123")
TOPIC = RoomAddress("telegram", "-100124/45")
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


def test_a_text_is_typed_by_its_author_at_its_time_in_its_room() -> None:
    assert one(text="Bonjour") == Typed(
        event_id="update:41",
        ref=ChatRef(ROOM, "5"),
        person=Person("telegram", "7", "Claire Petit"),
        text="Bonjour",
        wrote_at=datetime.fromtimestamp(WROTE, UTC),
    )


def test_a_private_chat_is_a_room_too() -> None:
    assert one(chat=PRIVATE, text="Bonjour").ref.room == RoomAddress("telegram", "7")


def test_half_letters_and_nuls_are_replaced_in_words_and_names() -> None:
    typed = one(text="a\ud83db\0", **{"from": CLAIRE | {"first_name": "C\udc00"}})

    assert (typed.text, typed.person.name) == ("a\ufffdb\ufffd", "C\ufffd Petit")


def test_a_topic_of_a_forum_is_a_room_and_its_general_topic_the_commons() -> None:
    in_topic = one(chat=FORUM, message_thread_id=45, is_topic_message=True, text="Bonjour")
    general = one(chat=FORUM, text="Bonjour")

    assert (in_topic.ref.room, in_topic.commons) == (TOPIC, False)
    assert (general.ref.room, general.commons) == (RoomAddress("telegram", "-100124"), True)


def test_a_thread_of_replies_in_a_plain_group_is_no_topic() -> None:
    typed = one(message_thread_id=45, text="Oui", reply_to_message=message(message_id=45, text="?"))

    assert (typed.ref.room, typed.commons, typed.reply_to) == (ROOM, False, "45")


def test_an_anonymous_administrator_is_one_of_the_team() -> None:
    signed = one(text="Bonjour", sender_chat=GROUP, author_signature="Direction", **{"from": ANONYMOUS})
    unsigned = one(text="Bonjour", sender_chat=GROUP, **{"from": ANONYMOUS})

    assert signed.person == Person("telegram", "-100123", "Direction")
    assert unsigned.person == Person("telegram", "-100123", "Accueil")


NOBODY_OF_THE_TEAM = [
    {"from": OTHER_BOT},
    {"from": BOT},
    {"from": None},
    {"from": OTHER_BOT, "sender_chat": CHANNEL},
    {"from": CLAIRE, "sender_chat": CHANNEL, "is_automatic_forward": True},
    {"chat": CHANNEL, "sender_chat": CHANNEL, "from": None},
]


@pytest.mark.parametrize("who", NOBODY_OF_THE_TEAM)
def test_other_bots_ourselves_and_channels_are_not_heard(who: dict[str, Any]) -> None:
    assert said(text="/sms 0612345678 Bonjour", **who) == []


SERVICE: list[dict[str, Any]] = [
    {"new_chat_title": "Autre"},
    {"pinned_message": message(message_id=3, text="?")},
    {"new_chat_members": [CLAIRE]},
    {"left_chat_member": CLAIRE},
    {"delete_chat_photo": True},
    {"group_chat_created": True},
    {"forum_topic_created": {"name": "Mme Durand", "icon_color": 7322096}},
    {"forum_topic_edited": {"name": "Mme Durand"}},
    {"forum_topic_closed": {}},
    {"general_forum_topic_hidden": {}},
    {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
    {"community_chat_added": {"community": {"id": 1}}},
]


@pytest.mark.parametrize("service", SERVICE, ids=lambda one: next(iter(one)))
@pytest.mark.parametrize("who", [CLAIRE, BOT], ids=["a person's", "ours"])
def test_what_telegram_itself_tells_in_a_room_is_nobodys_words(service: dict[str, Any], who: dict[str, Any]) -> None:
    assert said(**service, **{"from": who}) == []


def test_a_topic_that_anybody_else_opens_again_may_be_written_to_again() -> None:
    topic = {"chat": FORUM, "message_thread_id": 45, "is_topic_message": True, "forum_topic_reopened": {}}

    assert said(**topic) == [BotRestored("update:41", TOPIC)]
    assert said(**topic, **{"from": OTHER_BOT}) == [BotRestored("update:41", TOPIC)]
    assert said(**topic, **{"from": BOT}) == []


def test_an_edit_tells_the_new_text_and_when() -> None:
    edit = message(text="Vendredi", edit_date=WROTE + 60)

    assert events({"update_id": 42, "edited_message": edit}) == [
        Edited(
            "update:42",
            ChatRef(ROOM, "5"),
            Person("telegram", "7", "Claire Petit"),
            "Vendredi",
            datetime.fromtimestamp(WROTE + 60, UTC),
        )
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "x", "from": OTHER_BOT},
        {"caption": "x", "voice": {"file_id": "1", "file_unique_id": "1", "duration": 1}},
    ],
)
def test_an_edit_by_a_bot_or_of_a_caption_is_none(fields: dict[str, Any]) -> None:
    assert events({"update_id": 42, "edited_message": message(edit_date=WROTE, **fields)}) == []


def press(**fields: Any) -> dict[str, Any]:
    post = message(message_id=8, text="Pas remis", **{"from": BOT})
    query = {"id": "900", "from": CLAIRE, "message": post, "chat_instance": "1", "data": "retry:7"}
    return {"update_id": 43, "callback_query": query | fields}


def test_a_press_names_the_post_the_person_and_the_buttons_data() -> None:
    assert events(press()) == [
        Pressed("update:43", ChatRef(ROOM, "8"), Person("telegram", "7", "Claire Petit"), "retry:7", NOW)
    ]


def test_a_press_in_a_topic_is_in_that_room() -> None:
    post = message(message_id=8, chat=FORUM, message_thread_id=45, is_topic_message=True, text="?", **{"from": BOT})

    assert events(press(message=post))[0].ref == ChatRef(TOPIC, "8")  # type: ignore[union-attr]


def test_a_press_on_a_post_too_old_to_be_shown_still_counts() -> None:
    gone = {"message_id": 8, "date": 0, "chat": GROUP}

    assert events(press(message=gone))[0].ref == ChatRef(ROOM, "8")  # type: ignore[union-attr]


def test_an_anonymous_administrator_presses_as_the_group() -> None:
    [pressed] = events(press(**{"from": ANONYMOUS}))

    assert isinstance(pressed, Pressed)
    assert pressed.person == Person("telegram", "-100123", "Accueil")


def test_a_press_without_a_message_is_no_event_and_is_answered_all_the_same() -> None:
    from bridge.adapters.telegram.translate import batch_of

    query = {"id": "900", "from": CLAIRE, "inline_message_id": "x", "chat_instance": "1", "data": "x"}

    batch = batch_of([{"update_id": 43, "callback_query": query}], ME, NOW)

    assert (batch.events, batch.queries) == ((), ("900",))


def standing(chat: dict[str, Any] = GROUP, **member: Any) -> Any:
    old = {"user": BOT, "status": "member"}
    change = {"chat": chat, "from": CLAIRE, "date": WROTE, "old_chat_member": old}
    found = events({"update_id": 44, "my_chat_member": change | {"new_chat_member": {"user": BOT} | member}})
    return found[0] if found else None


RIGHTS = [
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
    "can_react_to_messages",
    "can_edit_tag",
]
RESTRICTED: dict[str, Any] = {"status": "restricted", "until_date": 0, **dict.fromkeys(RIGHTS, False)}


@pytest.mark.parametrize(
    ("member", "becomes"),
    [
        ({"status": "kicked", "until_date": 0}, BotRemoved),
        ({"status": "left"}, BotRemoved),
        ({**RESTRICTED, "is_member": False, "can_send_messages": True}, BotRemoved),
        ({**RESTRICTED, "is_member": True}, BotMuted),
        ({**RESTRICTED, "is_member": True, "can_send_messages": True}, BotRestored),
        ({"status": "member"}, BotRestored),
    ],
)
def test_how_the_bot_stands_to_a_group(member: dict[str, Any], becomes: type[Any]) -> None:
    assert standing(**member) == becomes("update:44", ROOM)


def test_a_person_who_blocks_the_bot_has_shut_the_private_chat() -> None:
    private = RoomAddress("telegram", "7")

    assert standing(PRIVATE, status="kicked", until_date=0) == BotRemoved("update:44", private)
    assert standing(PRIVATE, status="member") == BotRestored("update:44", private)
    assert standing(CHANNEL, status="member") is None


def test_a_group_that_becomes_a_supergroup_moves_once_whoever_tells() -> None:
    old = {"id": -123, "type": "group", "title": "Accueil"}
    moved = RoomMoved("moved:-123:-100123", RoomAddress("telegram", "-123"), ROOM)

    assert said(chat=old, migrate_to_chat_id=-100123) == [moved]
    assert said(chat=GROUP, migrate_from_chat_id=-123, sender_chat=GROUP) == [moved]


POISON: list[Any] = [
    {"update_id": 45, "message": message(date="yesterday", text="x")},
    {"update_id": 45, "message": message(chat=None, text="x")},
    {"update_id": 45, "message": message(message_id="5", text="x")},
    {"update_id": 45, "message": message(chat=GROUP | {"id": "x"}, text="x")},
    {"update_id": 45, "message": 3},
    {"update_id": 45, "my_chat_member": {"chat": GROUP}},
    {"update_id": 45, "callback_query": {"id": "1"}},
    {"update_id": "x", "message": message(text="x")},
    {"message": message(text="x")},
    "nothing at all",
    None,
]


@pytest.mark.parametrize("poison", POISON)
def test_what_cannot_be_read_is_kept_as_it_came_and_blocks_no_other(poison: Any) -> None:
    first, unreadable, last = events(
        {"update_id": 44, "message": message(text="avant")},
        poison,
        {"update_id": 46, "message": message(text="après")},
    )

    assert (first.text, last.text) == ("avant", "après")  # type: ignore[union-attr]
    assert isinstance(unreadable, Unreadable)
    assert json.loads(unreadable.raw) == poison
    assert unreadable.what
    assert [unreadable] == events(poison)


def test_what_cannot_be_read_names_its_room_where_it_can_and_repeats_no_words() -> None:
    [unreadable] = events({"update_id": 45, "message": message(date="Mme Durand", text="Mme Durand")})

    assert isinstance(unreadable, Unreadable)
    assert (unreadable.event_id, unreadable.room) == ("update:45", ROOM)
    assert "Durand" not in unreadable.what


def test_updates_of_other_kinds_are_passed_over() -> None:
    reaction = {"chat": GROUP, "message_id": 1, "user": CLAIRE, "date": WROTE, "old_reaction": [], "new_reaction": []}

    assert events({"update_id": 46, "message_reaction": reaction}, {"update_id": 47, "something_new": {}}) == []
