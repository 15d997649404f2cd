"""The double cannot say what Telegram cannot say: its answers are held against the Bot API's own types."""

from typing import Any

import aiohttp
import pytest

from tests.doubles.conftest import Api
from tests.doubles.telegram import Room, TelegramDouble, schema
from tests.doubles.telegram.methods import METHODS
from tests.doubles.telegram.world import World

USER = {"id": 5, "is_bot": False, "first_name": "Claire"}
CHAT = {"id": -1001, "type": "supergroup", "title": "Accueil"}
MESSAGE = {"message_id": 1, "date": 1_700_000_000, "chat": CHAT, "from": USER, "text": "bonjour"}


def test_every_method_of_the_double_is_one_of_the_bot_api_and_has_its_shape() -> None:
    assert set(METHODS) <= schema.methods()
    for method in METHODS.keys() - {"getUpdates"}:
        with pytest.raises(schema.Untrue):
            schema.check(method, 3.5)


def test_a_true_message_passes() -> None:
    schema.check("sendMessage", MESSAGE)
    schema.check("update", {"update_id": 1, "message": MESSAGE})
    schema.check("sendMessage", {**MESSAGE, "reply_to_message": MESSAGE})


WRONG: list[tuple[str, Any]] = [
    ("sendMessage", {**MESSAGE, "date": "yesterday"}),
    ("sendMessage", {**MESSAGE, "message_id": "1"}),
    ("sendMessage", {name: value for name, value in MESSAGE.items() if name != "chat"}),
    ("sendMessage", {name: value for name, value in MESSAGE.items() if name != "text"}),
    ("sendMessage", {**MESSAGE, "invented": True}),
    ("sendMessage", {**MESSAGE, "chat": {"id": -1, "type": "party", "title": "x"}}),
    ("sendMessage", {**MESSAGE, "chat": {"id": -1, "type": "group", "title": "x", "is_forum": True}}),
    ("sendMessage", {**MESSAGE, "from": {"id": 5, "first_name": "Claire"}}),
    ("sendMessage", {**MESSAGE, "reply_to_message": {**MESSAGE, "reply_to_message": MESSAGE}}),
    ("sendMessage", {**MESSAGE, "reply_to_message": {"message_id": 1}}),
    ("sendMessage", True),
    ("pinChatMessage", False),
    ("getChat", CHAT),
    ("getMe", USER),
    ("getChatMember", {"user": USER, "status": "guest"}),
    ("getChatMember", {"user": USER, "status": "administrator"}),
    ("createForumTopic", {"message_thread_id": 7, "name": "x"}),
    ("getMyCommands", [{"command": "aide"}]),
    ("update", {"message": MESSAGE}),
    ("update", {"update_id": 1, "inline_query": {}}),
    ("update", {"update_id": 1, "message_reaction": {"chat": CHAT, "message_id": 1, "date": 1, "new_reaction": []}}),
    ("error", {"ok": False, "description": "no code"}),
    ("error", {"ok": False, "error_code": 429, "description": "x", "parameters": {"retry_after": "7"}}),
]


@pytest.mark.parametrize(("answer", "value"), WRONG)
def test_what_telegram_cannot_say_is_caught(answer: str, value: Any) -> None:
    with pytest.raises(schema.Untrue, match=answer):
        schema.check(answer, value)


def test_emoji_that_nobody_may_react_with_are_caught() -> None:
    reaction = {"chat": CHAT, "message_id": 1, "user": USER, "date": 1, "old_reaction": []}
    for emoji, true in (("👀", True), ("✅", False)):
        update = {"update_id": 1, "message_reaction": {**reaction, "new_reaction": [{"type": "emoji", "emoji": emoji}]}}
        if true:
            schema.check("update", update)
        else:
            with pytest.raises(schema.Untrue):
                schema.check("update", update)


async def test_a_method_that_lies_fails_the_test_that_calls_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def lies(world: World, args: Any) -> dict[str, Any]:
        return {"message_id": "one"}

    monkeypatch.setitem(METHODS, "getChat", lies)
    with pytest.RaisesGroup(schema.Untrue):
        async with TelegramDouble() as telegram, aiohttp.ClientSession() as session:
            assert (await Api(telegram, session)("getChat"))["error_code"] == 500


async def test_a_person_cannot_do_what_telegram_would_not_show(telegram: TelegramDouble, room: Room) -> None:
    with pytest.raises(schema.Untrue):
        room.types(telegram.person("Claire"), "bonjour", has_wings=True)
