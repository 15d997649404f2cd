"""The bench's own Bot API is quick, and says nothing that Telegram could not say."""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from bench.setting import chat_id
from bench.telegram_process import CLAIRE, LIMIT, ME, TOKEN, BotApi
from tests.doubles.telegram import schema

ROOM = chat_id("7")


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    served = BotApi()
    await served.open()
    yield served
    await served.close()


async def ask(api: BotApi, method: str, **given: Any) -> Any:
    """Over the socket, as the bridge does."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{api.url}/bot{TOKEN}/{method}", json=given) as answer,
    ):
        assert answer.status == 200
        told = await answer.json()
        assert told["ok"] is True
        return told["result"]


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("getMe", {}),
        ("getWebhookInfo", {}),
        ("deleteWebhook", {"drop_pending_updates": False}),
        ("getChat", {"chat_id": ROOM}),
        ("getChatMember", {"chat_id": ROOM, "user_id": ME["id"]}),
        ("setMyCommands", {"commands": []}),
        ("sendMessage", {"chat_id": ROOM, "text": "Bonjour"}),
        ("setMessageReaction", {"chat_id": ROOM, "message_id": 1, "reaction": [{"type": "emoji", "emoji": "✍"}]}),
    ],
)
async def test_every_answer_has_the_shape_of_the_bot_api(api: BotApi, method: str, given: dict[str, Any]) -> None:
    schema.check(method, await ask(api, method, **given))


async def test_an_update_is_given_until_it_is_confirmed(api: BotApi) -> None:
    for number in range(LIMIT + 1):
        api.type("7", f"message {number}")
    first = await ask(api, "getUpdates", timeout=0)
    assert first == await ask(api, "getUpdates", timeout=0)
    assert [one["message"]["text"] for one in first] == [f"message {number}" for number in range(LIMIT)]
    for update in first:
        schema.check("update", update)
    [last] = await ask(api, "getUpdates", offset=first[-1]["update_id"] + 1, timeout=0)
    assert (last["message"]["text"], last["message"]["from"]) == (f"message {LIMIT}", CLAIRE)
    assert await ask(api, "getUpdates", offset=last["update_id"] + 1, timeout=0) == []


async def test_all_is_reached_once_each_message_bears_a_sign_that_it_left(api: BotApi) -> None:
    for room in ("7", "8"):
        api.type(room, "Bonjour")
    await ask(api, "setMessageReaction", **_reaction("7", "👀"))
    await ask(api, "setMessageReaction", **_reaction("7", "✍"))
    assert not api.watch.all_reached.is_set()
    await ask(api, "setMessageReaction", **_reaction("8", "👍"))
    assert api.watch.all_reached.is_set()
    assert api.watch.shown == 3


async def test_a_form_is_read_as_the_library_sends_it(api: BotApi) -> None:
    api.type("7", "Bonjour")
    given = _reaction("7", "👍")
    form = urlencode(given | {"reaction": json.dumps(given["reaction"])})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    url = f"{api.url}/bot{TOKEN}/setMessageReaction"
    async with aiohttp.ClientSession() as session, session.post(url, data=form, headers=headers) as answer:
        assert (await answer.json())["ok"] is True
    assert api.watch.all_reached.is_set()


async def test_another_token_opens_nothing(api: BotApi) -> None:
    async with aiohttp.ClientSession() as session, session.post(f"{api.url}/bot1:other/getMe") as answer:
        assert answer.status == 401
        schema.check("error", await answer.json())


def _reaction(room: str, emoji: str) -> dict[str, Any]:
    return {"chat_id": chat_id(room), "message_id": 1, "reaction": [{"type": "emoji", "emoji": emoji}]}
