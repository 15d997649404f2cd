"""Messages that the bot sends, edits, pins, deletes and reacts to, and what Telegram refuses of them."""

from typing import Any

import pytest

from tests.clock import LeapingClock
from tests.doubles.conftest import Api
from tests.doubles.telegram import FREE, Room, TelegramDouble, User


def keyboard(*data: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": f"Bouton {one}", "callback_data": one} for one in data]]}


def emoji(*which: str) -> list[dict[str, str]]:
    return [{"type": "emoji", "emoji": one} for one in which]


async def test_what_is_sent_stands_in_the_chat_and_is_answered_whole(api: Api, room: Room, claire: User) -> None:
    question = room.types(claire, "Vendredi ?")
    sent = await api.result(
        "sendMessage",
        chat_id=room.id,
        text="Oui",
        reply_parameters={"message_id": question.id, "allow_sending_without_reply": True},
        reply_markup=keyboard("a", "b"),
    )

    [_, message] = room.messages
    assert (message.id, message.text, message.reply_to) == (sent["message_id"], "Oui", question)
    assert (message.buttons, message.data) == (("Bouton a", "Bouton b"), ("a", "b"))
    assert sent["reply_to_message"]["text"] == "Vendredi ?"
    assert room.texts == ["Vendredi ?", "Oui"]


async def test_ids_count_up_in_each_supergroup_and_across_all_groups(telegram: TelegramDouble, api: Api) -> None:
    big, small, other = telegram.supergroup("A"), telegram.group("B"), telegram.group("C")
    sent = [(await api.result("sendMessage", chat_id=chat.id, text="!"))["message_id"] for chat in (big, small, other)]

    assert sent == [1, 1, 2]


async def test_a_public_group_is_found_by_its_name(telegram: TelegramDouble, api: Api) -> None:
    room = telegram.supergroup("Accueil", username="Accueil_Public")

    sent = await api.result("sendMessage", chat_id="@accueil_public", text="!")

    assert sent["chat"]["id"] == room.id


async def test_an_answer_to_what_is_gone_is_refused_unless_that_is_allowed(api: Api, room: Room) -> None:
    gone = {"message_id": 4040}

    refused = await api.refusal("sendMessage", chat_id=room.id, text="Oui", reply_parameters=gone)
    allowed = {**gone, "allow_sending_without_reply": True}
    sent = await api.result("sendMessage", chat_id=room.id, text="Oui", reply_parameters=allowed)

    assert refused == "Bad Request: message to be replied not found"
    assert "reply_to_message" not in sent


REFUSED_TEXTS = [
    ("", "Bad Request: message text is empty"),
    (" \n\t ", "Bad Request: text must be non-empty"),
    ("x" * 4097, "Bad Request: message is too long"),
    ("a\ud83db", "Bad Request: strings must be encoded in UTF-8"),
]


@pytest.mark.parametrize(("text", "why"), REFUSED_TEXTS, ids=["empty", "blank", "long", "half"])
async def test_texts_that_no_message_can_have(api: Api, room: Room, text: str, why: str) -> None:
    assert await api.refusal("sendMessage", chat_id=room.id, text=text) == why
    assert room.messages == []


async def test_4096_characters_are_no_more_than_that_in_any_script(api: Api, room: Room) -> None:
    await api.result("sendMessage", chat_id=room.id, text="🕊" * 4096)

    assert len(room.messages[0].text) == 4096


REFUSED_KEYBOARDS = [
    ([[{"text": "x", "callback_data": "é" * 33}]], "BUTTON_DATA_INVALID"),
    ([[{"text": "x", "callback_data": ""}]], "BUTTON_DATA_INVALID"),
    ([[{"text": "x"}]], "Text buttons are unallowed"),
    ([[{"text": "", "callback_data": "x"}]], "must be non-empty"),
]


@pytest.mark.parametrize(("rows", "why"), REFUSED_KEYBOARDS)
async def test_buttons_that_cannot_be(api: Api, room: Room, rows: list[Any], why: str) -> None:
    markup = {"inline_keyboard": rows}
    assert why in await api.refusal("sendMessage", chat_id=room.id, text="?", reply_markup=markup)


async def test_64_bytes_of_callback_data_are_just_right(api: Api, room: Room) -> None:
    await api.result("sendMessage", chat_id=room.id, text="?", reply_markup=keyboard("é" * 32))

    assert room.messages[0].data == ("é" * 32,)


async def test_chats_that_cannot_be_written_to(telegram: TelegramDouble, api: Api, claire: User) -> None:
    kicked, left, muted = (telegram.supergroup(name, [claire]) for name in "ABC")
    small = telegram.group("D", [claire])
    kicked.kicks_bot(claire)
    await api.result("leaveChat", chat_id=left.id)
    muted.mutes_bot(claire)
    small.mutes_bot(claire)
    rights = "Bad Request: not enough rights to send text messages to the chat"

    why = [await api.refusal("sendMessage", chat_id=chat.id, text="!") for chat in (kicked, left, muted, small)]
    assert why == [
        "Forbidden: bot was kicked from the supergroup chat",
        "Forbidden: bot is not a member of the supergroup chat",
        rights,
        rights,
    ]
    assert await api.refusal("sendMessage", chat_id=-100404, text="!") == "Bad Request: chat not found"
    assert await api.refusal("sendMessage", text="!") == "Bad Request: chat_id is empty"
    kicked.adds_bot(claire)
    assert await api.result("sendMessage", chat_id=kicked.id, text="!")


async def test_an_edit_changes_text_and_buttons_and_nothing_is_an_error(api: Api, room: Room, claire: User) -> None:
    sent = await api.result("sendMessage", chat_id=room.id, text="0 sur 3", reply_markup=keyboard("a"))
    this = {"chat_id": room.id, "message_id": sent["message_id"]}

    edited = await api.result("editMessageText", **this, text="2 sur 3")
    same = await api.refusal("editMessageText", **this, text="2 sur 3")

    assert edited["edit_date"] >= edited["date"]
    assert (room.messages[0].text, room.messages[0].buttons) == ("2 sur 3", ())
    assert same.startswith("Bad Request: message is not modified: specified new message content")
    foreign = room.types(claire, "à moi")
    for number, why in ((foreign.id, "message can't be edited"), (999, "message to edit not found")):
        told = await api.refusal("editMessageText", chat_id=room.id, message_id=number, text="?")
        assert told == f"Bad Request: {why}"


async def test_a_pin_needs_its_right_and_is_seen_in_the_chat(api: Api, room: Room, claire: User) -> None:
    sent = await api.result("sendMessage", chat_id=room.id, text="à savoir")
    this = {"chat_id": room.id, "message_id": sent["message_id"]}
    room.promotes_bot(claire, "can_manage_chat")
    refused = await api.refusal("pinChatMessage", **this)
    room.promotes_bot(claire, "can_pin_messages")
    await api.result("pinChatMessage", **this, disable_notification=True)

    assert refused == "Bad Request: not enough rights to manage pinned messages in the chat"
    assert [message.text for message in room.pinned] == ["à savoir"]
    assert (await api.result("getChat", chat_id=room.id))["pinned_message"]["text"] == "à savoir"
    assert room.messages[-1].service
    await api.result("unpinChatMessage", **this)
    assert room.pinned == []
    missing = await api.refusal("pinChatMessage", chat_id=room.id, message_id=999)
    assert missing == "Bad Request: message to pin not found"


async def test_a_bot_has_one_reaction_to_a_message_and_the_last_one_counts(api: Api, room: Room, claire: User) -> None:
    message = room.types(claire, "bonjour")
    this = {"chat_id": room.id, "message_id": message.id}

    await api.result("setMessageReaction", **this, reaction=emoji("👀"))
    await api.result("setMessageReaction", **this, reaction=emoji("🕊"))
    await api.result("setMessageReaction", **this, reaction=emoji("🕊"))
    assert message.reactions == ["🕊"]
    assert "REACTIONS_TOO_MANY" in await api.refusal("setMessageReaction", **this, reaction=emoji("👀", "👍"))
    await api.result("setMessageReaction", **this, reaction=[])
    assert message.reactions == []


@pytest.mark.parametrize("which", FREE)
async def test_each_free_emoji_is_taken(api: Api, room: Room, claire: User, which: str) -> None:
    message = room.types(claire, "bonjour")
    await api.result("setMessageReaction", chat_id=room.id, message_id=message.id, reaction=emoji(which))

    assert message.reactions == [which]


@pytest.mark.parametrize("which", ["✅", "❌", "⏳", "✔", "❤\ufe0f", "🤷\u200d♂\ufe0f", "x"])
async def test_other_emoji_are_refused(api: Api, room: Room, claire: User, which: str) -> None:
    message = room.types(claire, "bonjour")
    this = {"chat_id": room.id, "message_id": message.id}

    refused = await api.refusal("setMessageReaction", **this, reaction=emoji(which))
    assert refused == "Bad Request: REACTION_INVALID"


async def test_reactions_end_where_chat_or_rights_end(api: Api, room: Room, claire: User) -> None:
    message = room.types(claire, "bonjour")
    this = {"chat_id": room.id, "message_id": message.id}
    room.available_reactions = ["👍"]

    assert "REACTION_INVALID" in await api.refusal("setMessageReaction", **this, reaction=emoji("👀"))
    await api.result("setMessageReaction", **this, reaction=emoji("👍"))
    chat = await api.result("getChat", chat_id=room.id)
    assert chat["available_reactions"] == emoji("👍")
    missing = {"chat_id": room.id, "message_id": 999, "reaction": emoji("👍")}
    assert await api.refusal("setMessageReaction", **missing) == "Bad Request: message to react not found"
    room.mutes_bot(claire, "can_send_messages")
    assert await api.refusal("setMessageReaction", **this, reaction=[]) == "Forbidden: CHAT_WRITE_FORBIDDEN"


async def test_a_message_is_deleted_by_its_author_or_by_right(
    api: Api, room: Room, claire: User, clock: LeapingClock
) -> None:
    theirs = room.types(claire, "à elle")
    own = await api.result("sendMessage", chat_id=room.id, text="à moi")
    old = await api.result("sendMessage", chat_id=room.id, text="ancien")
    await api.result("deleteMessage", chat_id=room.id, message_id=own["message_id"])
    room.demotes_bot(claire)
    clock.leap(49 * 3600)

    for number in (theirs.id, old["message_id"]):
        refused = await api.refusal("deleteMessage", chat_id=room.id, message_id=number)
        assert refused == "Bad Request: message can't be deleted"
    again = await api.refusal("deleteMessage", chat_id=room.id, message_id=own["message_id"])
    assert again == "Bad Request: message to delete not found"
    assert room.texts == ["à elle", "ancien"]


async def test_a_press_is_told_and_can_be_answered_once(
    telegram: TelegramDouble, api: Api, room: Room, claire: User
) -> None:
    await api.result("sendMessage", chat_id=room.id, text="?", reply_markup=keyboard("retry:7"))
    room.presses(claire, room.messages[0], "retry:7")

    [update] = await api.updates()
    query = update["callback_query"]
    assert (query["data"], query["from"]["id"], query["message"]["text"]) == ("retry:7", claire.id, "?")
    await api.result("answerCallbackQuery", callback_query_id=query["id"], text="C'est parti", show_alert=False)
    assert [press.answer for press in telegram.presses] == ["C'est parti"]
    assert "query is too old" in await api.refusal("answerCallbackQuery", callback_query_id=query["id"])
    with pytest.raises(ValueError, match="retry:8"):
        room.presses(claire, room.messages[0], "retry:8")


async def test_typing_is_seen(telegram: TelegramDouble, api: Api, room: Room) -> None:
    await api.result("sendChatAction", chat_id=room.id, action="typing")

    assert telegram.world.actions == [(room.id, "typing")]
    assert "wrong parameter action" in await api.refusal("sendChatAction", chat_id=room.id)
