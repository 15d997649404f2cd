"""The chat server as its bot and the page see it, over a real socket."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bridge.sandbox.chat import ChatServer, Mark, Trouble


class Bot:
    """A bot in so many lines: it only knows the API."""

    def __init__(self, server: ChatServer, session: aiohttp.ClientSession) -> None:
        self.server, self.session = server, session

    async def ask(self, method: str, path: str, body: object = None, token: str | None = None) -> tuple[int, Any]:
        bearer = f"Bearer {self.server.bot_token if token is None else token}"
        async with self.session.request(
            method, self.server.url + path, json=body, headers={"Authorization": bearer}
        ) as answer:
            return answer.status, await answer.json(content_type=None)

    async def events(self, after: int = 0, wait: float = 0) -> list[dict[str, Any]]:
        status, answer = await self.ask("GET", f"/bot/events?after={after}&wait={wait}")
        assert status == 200
        events: list[dict[str, Any]] = answer["events"]
        return events

    async def post(self, key: str, text: str = "Oui", room: str = "reception") -> tuple[int, Any]:
        return await self.ask("POST", "/bot/posts", {"key": key, "room": room, "text": text})


async def polling(server: ChatServer) -> None:
    """Wait until a poll is open."""
    async with asyncio.timeout(5):
        while not server.log.waiting:
            await asyncio.sleep(0)


@pytest.fixture
async def server() -> AsyncIterator[ChatServer]:
    async with ChatServer() as server:
        server.add_room("reception", "Accueil", ["Claire"])
        yield server


@pytest.fixture
async def bot(server: ChatServer) -> AsyncIterator[Bot]:
    async with aiohttp.ClientSession() as session:
        yield Bot(server, session)


CALLS = [
    ("GET", "/bot/me"),
    ("GET", "/bot/events"),
    ("POST", "/bot/posts"),
    ("PUT", "/bot/posts/e1"),
    ("PUT", "/bot/marks/e1"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("token", ["", "wrong", "é", "x" * 3000])
async def test_no_call_is_taken_without_the_token(bot: Bot, method: str, path: str, token: str) -> None:
    bot.server.say("reception", "Claire", "secret")

    status, answer = await bot.ask(method, path, {"key": "k"}, token=token)

    assert (status, answer) == (401, {"error": "unauthorized"})


async def test_the_token_is_another_one_for_every_server() -> None:
    assert ChatServer().bot_token != ChatServer().bot_token


async def test_a_poll_waits_for_news_and_brings_them_at_once(bot: Bot) -> None:
    poll = asyncio.create_task(bot.events(wait=30))
    await polling(bot.server)
    bot.server.say("reception", "Claire", "Bonjour")

    [event] = await asyncio.wait_for(poll, 5)

    assert (event["number"], event["kind"], event["text"]) == (1, "typed", "Bonjour")
    assert event["person"] == {"id": "claire", "name": "Claire"}


async def test_a_poll_without_news_is_answered_empty_with_its_own_cursor(bot: Bot) -> None:
    status, answer = await bot.ask("GET", "/bot/events?after=3&wait=0.01")

    assert (status, answer) == (200, {"events": [], "cursor": 3})


async def test_one_poll_brings_at_most_500_events_and_the_next_goes_on(bot: Bot) -> None:
    for number in range(501):
        bot.server.say("reception", "Claire", f"{number}")

    first = await bot.events()
    second = await bot.events(after=first[-1]["number"])

    assert [len(first), len(second)] == [500, 1]
    assert second[0]["text"] == "500"


async def test_events_are_kept_and_what_was_confirmed_is_known(bot: Bot) -> None:
    bot.server.say("reception", "Claire", "un")
    bot.server.say("reception", "Claire", "deux")
    await bot.events(after=1)
    assert bot.server.confirmed == 1

    await bot.events(after=999)

    assert bot.server.confirmed == 2
    assert len(await bot.events()) == 2


@pytest.mark.parametrize("query", ["after=x", "wait=soon", "after=1.5"])
async def test_a_poll_that_makes_no_sense_is_refused(bot: Bot, query: str) -> None:
    status, answer = await bot.ask("GET", f"/bot/events?{query}")

    assert (status, answer["error"]) == (400, "malformed")


async def test_a_post_with_a_known_key_is_the_post_that_is_there(bot: Bot) -> None:
    first = await bot.post("post-1", "Oui")
    second = await bot.post("post-1", "Non")

    assert first == second == (200, {"id": "e1", "room": "reception"})
    assert [entry.text for entry in bot.server.entries("reception")] == ["Oui"]
    assert list(bot.server.posts()) == ["post-1"]


BAD_POSTS: list[object] = [
    [],
    None,
    {"key": "k", "room": "reception"},
    {"key": 7, "room": "reception", "text": "x"},
    {"key": "k", "room": "reception", "text": "x", "buttons": "many"},
    {"key": "k", "room": "reception", "text": "x", "buttons": [{"data": "d"}]},
    {"key": "k", "room": "reception", "text": "x", "reply_to": 3},
]


@pytest.mark.parametrize("body", BAD_POSTS)
async def test_a_malformed_post_is_refused_and_leaves_nothing(bot: Bot, body: object) -> None:
    status, answer = await bot.ask("POST", "/bot/posts", body)

    assert (status, answer["error"]) == (400, "malformed")
    assert bot.server.entries("reception") == []


async def test_a_body_over_a_mebibyte_is_refused(bot: Bot) -> None:
    body = io.BytesIO(b'{"key": "k", "room": "reception", "text": "%s"}' % (b"x" * 1_100_000))
    bearer = {"Authorization": f"Bearer {bot.server.bot_token}"}
    async with bot.session.post(bot.server.url + "/bot/posts", data=body, headers=bearer) as answer:
        assert answer.status == 413

    assert bot.server.entries("reception") == []


async def test_a_room_without_the_bot_refuses_it_and_tells_it_nothing(bot: Bot) -> None:
    bot.server.remove_bot("reception")
    bot.server.say("reception", "Claire", "entre nous")

    assert await bot.post("k") == (403, {"error": "bot_removed"})
    assert [event["kind"] for event in await bot.events()] == ["bot_removed"]
    bot.server.restore_bot("reception")
    assert (await bot.post("k"))[0] == 200


async def test_a_muted_bot_reads_and_does_not_write(bot: Bot) -> None:
    bot.server.mute_bot("reception")
    bot.server.say("reception", "Claire", "Bonjour")

    assert await bot.post("k") == (403, {"error": "muted"})
    assert [event["kind"] for event in await bot.events()] == ["typed"]


async def test_a_moved_room_takes_its_entries_along_and_answers_at_both_addresses(bot: Bot) -> None:
    entry = bot.server.say("reception", "Claire", "Bonjour")
    bot.server.move_room("reception", "front-desk")

    assert await bot.post("k", room="reception") == (200, {"id": "e2", "room": "front-desk"})
    assert bot.server.entry(entry.id).room == "front-desk"
    assert len(bot.server.entries("front-desk")) == 2


async def test_marks_are_kept_in_order_and_a_repeat_is_none(bot: Bot) -> None:
    bot.server.say("reception", "Claire", "Bonjour")
    for status, word in [("queued", "en attente"), ("accepted", "en route"), ("accepted", "en route")]:
        body = {"status": status, "word": word, "summary": None, "previous": None}
        assert await bot.ask("PUT", "/bot/marks/e1", body) == (200, {})

    assert bot.server.marked() == {"e1": (Mark("queued", "en attente"), Mark("accepted", "en route"))}


async def test_a_mark_on_a_post_or_on_nothing_is_refused(bot: Bot) -> None:
    await bot.post("k")
    for entry_id in ("e1", "e99"):
        answer = await bot.ask("PUT", f"/bot/marks/{entry_id}", {"status": "queued", "word": ""})
        assert answer == (404, {"error": "no_entry"})


async def test_only_a_button_that_is_there_can_be_pressed(bot: Bot) -> None:
    button = {"data": "retry:1", "label": "Réessayer"}
    await bot.ask("POST", "/bot/posts", {"key": "k", "room": "reception", "text": "x", "buttons": [button]})
    bot.server.press("e1", "retry:1", "Claire")
    await bot.ask("PUT", "/bot/posts/e1", {"text": "x"})

    with pytest.raises(LookupError):
        bot.server.press("e1", "retry:1", "Claire")

    assert [(event["kind"], event["data"]) for event in await bot.events()] == [("pressed", "retry:1")]


async def test_an_edit_of_a_post_that_changes_nothing_leaves_it_unedited(bot: Bot) -> None:
    await bot.post("k", "Oui")
    await bot.ask("PUT", "/bot/posts/e1", {"text": "Oui"})
    assert not bot.server.entry("e1").edited

    await bot.ask("PUT", "/bot/posts/e1", {"text": "Non"})

    assert (bot.server.entry("e1").text, bot.server.entry("e1").edited) == ("Non", True)


async def test_what_was_deleted_shows_no_text_and_can_no_longer_be_marked(bot: Bot) -> None:
    bot.server.say("reception", "Claire", "Oups")
    bot.server.delete("e1")

    [entry] = bot.server.entries("reception")
    assert (entry.deleted, entry.text) == (True, "")
    assert (await bot.ask("PUT", "/bot/marks/e1", {"status": "queued", "word": ""}))[0] == 404


async def test_who_subscribed_is_called_after_each_change_until_it_ends(bot: Bot) -> None:
    calls: list[int] = []
    end = bot.server.subscribe(lambda: calls.append(len(bot.server.entries("reception"))))
    bot.server.say("reception", "Claire", "un")
    await bot.post("k")
    seen = list(calls)
    end()
    bot.server.say("reception", "Claire", "deux")

    assert seen[0] == 1
    assert seen[-1] == 2
    assert calls == seen


async def test_requests_are_kept_without_the_token_and_without_empty_polls(bot: Bot) -> None:
    await bot.events()
    await bot.post("k")

    assert [(call.method, call.path, call.status) for call in bot.server.calls] == [("POST", "/bot/posts", 200)]
    assert bot.server.bot_token not in repr(bot.server.calls)


async def test_planned_mischief_happens_once_each_and_in_order(bot: Bot) -> None:
    bot.server.mischief.plan("post", Trouble.RATE, retry_after=2)
    bot.server.mischief.plan("post", Trouble.UNAUTHORIZED)

    statuses = [(await bot.post("k"))[0] for _ in range(3)]

    assert statuses == [429, 401, 200]


async def test_a_server_that_stops_ends_open_polls_at_once() -> None:
    async with aiohttp.ClientSession() as session:
        async with ChatServer() as server:
            poll = asyncio.create_task(Bot(server, session).events(wait=50))
            await polling(server)
        assert await asyncio.wait_for(poll, 2) == []
