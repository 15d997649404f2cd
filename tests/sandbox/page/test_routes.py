"""The page's routes over a real socket: who may act, what is served, and how the stream behaves."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from bridge.sandbox.page.actions import ActionRefused, Answer, Send, SetTelephone
from bridge.sandbox.page.fixture import DURAND, RECEPTION
from bridge.sandbox.page.routes import MAX_BODY, MAX_ENTRIES
from tests.sandbox.page.fixture_stage import FixtureStage
from tests.sandbox.page.serving import Served

pytestmark = pytest.mark.asyncio(loop_scope="session")
SEND = {"action": "send", "room": RECEPTION, "person": "Claire", "text": "Bonjour"}


async def act(address: str, body: Any = SEND, **headers: str) -> tuple[int, Any]:
    sent = {"Content-Type": "application/json", "Origin": address, **headers}
    data = body if isinstance(body, bytes) else json.dumps(body)
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{address}/page/act", data=data, headers=sent) as response,
    ):
        return response.status, await response.json(content_type=None)


async def test_an_action_of_the_page_reaches_the_stage(address: str, stage: FixtureStage) -> None:
    assert await act(address) == (200, {"ok": True})
    assert stage.actions == [Send(RECEPTION, "Claire", "Bonjour", None)]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_page_cannot_press_buttons(address: str, stage: FixtureStage, headers: dict[str, str]) -> None:
    status, answer = await act(address, **headers)
    assert status == 403
    assert set(answer["error"]) == {"fr", "en"}
    assert stage.actions == []


async def test_who_says_nothing_about_where_it_comes_from_cannot_press_buttons(
    address: str, stage: FixtureStage
) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{address}/page/act", json=SEND) as response,
    ):
        assert response.status == 403
    assert stage.actions == []


async def test_a_name_that_a_stranger_points_at_this_machine_is_refused(address: str, stage: FixtureStage) -> None:
    name = address.replace("127.0.0.1", "demo.example").removeprefix("http://")
    async with aiohttp.ClientSession() as session:
        for path in ("/", "/page/state", "/page/stream"):
            async with session.get(address + path, headers={"Host": name}) as response:
                assert response.status == 421
        headers = {"Host": name, "Origin": f"http://{name}"}
        async with session.post(f"{address}/page/act", json=SEND, headers=headers) as response:
            assert response.status == 421
    assert stage.actions == []


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b"{"),
        (400, b"\xff\xfe\xff"),
        (422, []),
        (422, {"action": "fly"}),
        (422, {"action": "send", "room": RECEPTION, "person": "Claire"}),
        (422, {"action": "send", "room": RECEPTION, "person": "Claire", "text": " \n"}),
        (422, {"action": "fault", "mode": "fire"}),
        (422, {"action": "answer", "number": 33, "text": "oui"}),
        (413, {**SEND, "text": "a" * MAX_BODY}),
    ],
)
async def test_what_the_page_would_never_send_is_refused_in_both_languages(
    address: str, stage: FixtureStage, status: int, body: Any
) -> None:
    got, answer = await act(address, body)
    assert got == status
    assert set(answer["error"]) == {"fr", "en"}
    assert stage.actions == []


async def test_only_json_is_taken(address: str, stage: FixtureStage) -> None:
    assert (await act(address, **{"Content-Type": "text/plain"}))[0] == 415
    assert stage.actions == []


async def test_a_refusal_of_the_stage_is_told_in_its_words(address: str, stage: FixtureStage) -> None:
    stage.refusal = ActionRefused("Trop tard.", "Too late.")
    assert await act(address) == (422, {"error": {"fr": "Trop tard.", "en": "Too late."}})


async def test_every_action_of_a_telephone_is_understood(address: str, stage: FixtureStage) -> None:
    changes = ["switch_off", "switch_on", "does_not_exist", "exists", "window_48h", "window_open", "write_stop"]
    for change in changes:
        assert (await act(address, {"action": change, "number": DURAND}))[0] == 200
    assert [a.change for a in stage.actions if isinstance(a, SetTelephone)] == changes
    await act(address, {"action": "answer", "number": DURAND, "text": "Oui"})
    assert stage.actions[-1] == Answer(DURAND, "Oui")


async def test_every_file_is_served_with_a_strict_policy(address: str) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("/", "/page/app.js", "/page/ground.css", "/page/icon.svg", "/page/state"):
            async with session.get(address + path) as response:
                assert response.status == 200
                assert "default-src 'none'" in response.headers["Content-Security-Policy"]
                assert "unsafe" not in response.headers["Content-Security-Policy"]
                assert response.headers["X-Content-Type-Options"] == "nosniff"
        for path in ("/page/routes.py", "/page/..%2froutes.py", "/page/nothing.js"):
            async with session.get(address + path) as response:
                assert response.status == 404


async def snapshots(response: aiohttp.ClientResponse) -> Any:
    async for line in response.content:
        if line.startswith(b"data: "):
            yield json.loads(line.removeprefix(b"data: "))


async def test_the_stream_sends_the_present_and_then_each_change(address: str, stage: FixtureStage) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{address}/page/stream?language=en") as response,
    ):
        assert response.content_type == "text/event-stream"
        stream = snapshots(response)
        first = await anext(stream)
        stage.post(0, "Bonjour")
        second = await anext(stream)
        assert first["rooms"][0]["entries"] == []
        assert [entry["text"] for entry in second["rooms"][0]["entries"]] == ["Bonjour"]
        assert second["version"] > first["version"]


async def test_a_burst_of_changes_is_one_snapshot(address: str, stage: FixtureStage) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{address}/page/stream") as response:
        stream = snapshots(response)
        await anext(stream)
        for number in range(50):
            stage.post(0, str(number))
        assert len((await anext(stream))["rooms"][0]["entries"]) == 50


async def test_a_long_room_is_sent_with_its_newest_entries(address: str, stage: FixtureStage) -> None:
    for number in range(MAX_ENTRIES + 5):
        stage.post(0, str(number))
    async with aiohttp.ClientSession() as session, session.get(f"{address}/page/state") as response:
        entries = (await response.json())["rooms"][0]["entries"]
    assert [entries[0]["text"], entries[-1]["text"]] == ["5", str(MAX_ENTRIES + 4)]


async def test_stopping_the_server_ends_open_streams(address: str, served: Served) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{address}/page/stream") as response:
        await anext(snapshots(response))
        async with asyncio.timeout(5):
            await served.stop()
