"""Every method and every kind of update once, each of them held against the Bot API's types on the way."""

from tests.doubles.conftest import Api
from tests.doubles.telegram import Room, TelegramDouble, User, schema
from tests.doubles.telegram.methods import METHODS


async def test_every_method_answers_as_telegram_does(
    telegram: TelegramDouble, api: Api, forum: Room, claire: User
) -> None:
    sent = await api.result(
        "sendMessage",
        chat_id=forum.id,
        text="?",
        reply_markup={"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]},
    )
    press = forum.presses(claire, forum.messages[0], "x")
    chat, this = {"chat_id": forum.id}, {"chat_id": forum.id, "message_id": sent["message_id"]}
    made = await api.result("createForumTopic", **chat, name="Mme Durand")
    topic = {**chat, "message_thread_id": made["message_thread_id"]}
    for method, args in (
        ("getMe", {}),
        ("setWebhook", {"url": "https://example.org/"}),
        ("getWebhookInfo", {}),
        ("deleteWebhook", {}),
        ("getUpdates", {}),
        ("answerCallbackQuery", {"callback_query_id": press.id}),
        ("editMessageText", {**this, "text": "!"}),
        ("pinChatMessage", this),
        ("unpinChatMessage", this),
        ("setMessageReaction", {**this, "reaction": [{"type": "emoji", "emoji": "🤷"}]}),
        ("sendChatAction", {**topic, "action": "typing"}),
        ("getChat", chat),
        ("getChatMember", {**chat, "user_id": claire.id}),
        ("getChatAdministrators", chat),
        ("editForumTopic", {**topic, "name": "M. Durand"}),
        ("closeForumTopic", topic),
        ("reopenForumTopic", topic),
        ("deleteForumTopic", topic),
        ("setMyCommands", {"commands": [{"command": "aide", "description": "Aide"}]}),
        ("getMyCommands", {}),
        ("deleteMyCommands", {}),
        ("deleteMessage", this),
        ("leaveChat", chat),
    ):
        await api.result(method, **args)

    assert {call.method for call in telegram.calls if call.status == 200} == METHODS.keys()


async def test_every_kind_of_update_is_made(telegram: TelegramDouble, api: Api, room: Room, claire: User) -> None:
    await api.updates(allowed_updates=list(schema.kinds()))
    channel = telegram.channel("Annonces")
    channel.adds_bot(claire, "administrator")
    message = room.types(claire, "8 h")
    room.edits(message, "9 h")
    room.reacts(claire, message, "👍")
    post = channel.types(claire, "fermé")
    channel.edits(post, "ouvert")
    sent = await api.result(
        "sendMessage",
        chat_id=room.id,
        text="?",
        reply_markup={"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]},
    )
    room.presses(claire, room.messages[-1], "x")
    room.adds(telegram.person("Karim"))

    updates = await api.updates()
    assert {kind for update in updates for kind in update} == schema.kinds() | {"update_id"}
    assert sent["chat"]["id"] == room.id
