"""The double played over HTTP, in this process and in one of its own."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.doubles.conftest import Api
from tests.doubles.telegram import TOKEN, TelegramDouble

ROOT = Path(__file__).parents[2]


class Control:
    """Plays people as a script would."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.session = session

    async def say(self, what: str, expect: int = 200, **given: Any) -> Any:
        async with self.session.post(f"{self.url}/control/{what}", json=given) as response:
            assert response.status == expect, await response.text()
            return await response.json()

    async def ask(self, what: str) -> Any:
        async with self.session.get(f"{self.url}/control/{what}") as response:
            assert response.status == 200, await response.text()
            return await response.json()


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble(control=True) as telegram:
        yield telegram


@pytest.fixture
async def control(telegram: TelegramDouble, api: Api) -> Control:
    return Control(telegram.url, api.session)


async def a_room(control: Control, **more: Any) -> tuple[int, int]:
    """Somebody, and a room of theirs."""
    person = await control.say("people", first_name="Claire", last_name="Durand")
    given = {"type": "supergroup", "title": "Accueil", "members": [person["id"]], **more}
    chat = await control.say("chats", **given)
    return person["id"], chat["id"]


async def test_a_conversation_is_played_and_read(control: Control, api: Api) -> None:
    claire, room = await a_room(control)
    asked = await control.say("types", chat=room, by=claire, text="Vendredi 8 h ?")
    await control.say("edits", chat=room, message=asked["message_id"], text="Vendredi 9 h ?")
    markup = {"inline_keyboard": [[{"text": "Réessayer", "callback_data": "retry:1"}]]}
    reply = {"message_id": asked["message_id"]}
    sent = await api.result("sendMessage", chat_id=room, text="Oui", reply_parameters=reply, reply_markup=markup)
    await control.say("presses", chat=room, by=claire, message=sent["message_id"], data="retry:1")
    await control.say("reacts", chat=room, by=claire, message=sent["message_id"], emoji=["👍"])

    first, second = await control.ask(f"messages?chat={room}")
    assert (first["text"], first["by"], first["edited"]) == ("Vendredi 9 h ?", "Claire", True)
    assert (second["text"], second["by_bot"], second["reply_to"]) == ("Oui", True, first["id"])
    assert (second["buttons"], second["reactions"]) == ([["Réessayer", "retry:1"]], ["👍"])
    assert await api.kinds() == ["text", "edited_message", "callback_query"]
    [call, _] = await control.ask("calls")
    assert (call["method"], call["status"], call["args"]["text"]) == ("sendMessage", 200, "Oui")


async def test_topics_standing_and_moves_are_played(control: Control, api: Api) -> None:
    claire, forum = await a_room(control, forum=True)
    topic = await control.say("topics", chat=forum, by=claire, name="Mme Durand")
    await control.say("types", chat=forum, by=claire, text="dedans", topic=topic["id"])
    await control.say("bot", chat=forum, by=claire, becomes="muted")
    group = await control.say("chats", type="group", title="Petit", members=[claire])
    moved = await control.say("moves", chat=group["id"], by=claire)
    private = await control.say("chats", type="private", person=claire)

    assert moved["type"] == "supergroup"
    assert private["id"] == claire
    assert "not enough rights" in await api.refusal("sendMessage", chat_id=forum, text="!")
    state = await control.ask("state")
    assert (state["waiting"], state["polled"], len(state["chats"])) == (5, False, 4)


async def test_faults_are_ordered_and_called_off(control: Control, api: Api) -> None:
    _, room = await a_room(control)
    await control.say("faults", fault="rate_limited", retry_after=9, times=None, chat=room)
    assert (await api("sendMessage", chat_id=room, text="!"))["parameters"] == {"retry_after": 9}
    await control.say("clear")
    assert await api.result("sendMessage", chat_id=room, text="!")
    await control.say("revoke")
    assert (await api("getMe"))["error_code"] == 401


async def test_it_says_why_it_does_not_start(telegram: TelegramDouble) -> None:
    port = telegram.url.rpartition(":")[2]
    for given, why in ((["--port", port], "cannot start: "), (["--port", "0", "--token", "x"], "a token is digits")):
        command = [sys.executable, "-m", "tests.doubles.telegram", *given]
        child = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stderr=asyncio.subprocess.PIPE)
        _, said = await child.communicate()
        assert child.returncode == 1
        assert why in said.decode()
        assert "Traceback" not in said.decode()


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("people", {}),
    ("chats", {"type": "party"}),
    ("chats", {"type": "group", "title": "x", "members": [4040]}),
    ("types", {"chat": 4040, "by": 1}),
    ("types", {"by": 1}),
    ("faults", {"fault": "earthquake"}),
    ("faults", {"fault": "reset", "colour": "red"}),
]


@pytest.mark.parametrize(("what", "given"), WRONG)
async def test_what_cannot_be_done_is_said(control: Control, what: str, given: dict[str, Any]) -> None:
    assert (await control.say(what, expect=400, **given))["error"]


async def test_unknown_controls_and_no_control_at_all(control: Control) -> None:
    await control.say("sing", expect=404)
    async with TelegramDouble() as plain:
        assert (await Control(plain.url, control.session).say("people", expect=404))["ok"] is False


async def test_it_runs_as_a_process_and_ends_when_asked() -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.doubles.telegram",
        "--port",
        "0",
        "--privacy",
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    try:
        told = (await child.stdout.readline()).decode()
        url = told.removeprefix("listening on ").strip()
        async with aiohttp.ClientSession() as session:
            claire, room = await a_room(Control(url, session))
            async with session.get(f"{url}/bot{TOKEN}/getMe") as response:
                me = (await response.json())["result"]
            await Control(url, session).say("types", chat=room, by=claire, text="bonjour")
            assert (await Control(url, session).ask("state"))["waiting"] == 1
    finally:
        child.send_signal(signal.SIGTERM)
    assert me["can_read_all_group_messages"] is False
    assert await child.wait() == 0
