"""The demonstration as a person starts it: with the real bridge as its child."""

import asyncio
import json
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.demonstration import WITHIN, demonstration, where

pytestmark = pytest.mark.crash


async def rest(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(WITHIN):
        return (await process.stdout.read()).decode()


def bridges_in(folder: Path) -> list[int]:
    """Processes that were started with a configuration under this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if str(folder).encode() in process.read_bytes():
                found.append(int(process.parent.name))
    return found


async def test_the_play_shows_every_step_and_ends_with_0(tmp_path: Path) -> None:
    async with demonstration(tmp_path, "--play") as process:
        told = await rest(process)
        code = await process.wait()

    assert code == 0, told
    assert "written 8 · sent 7 · lost 0 · doubled 0" in told
    assert "Yes, perfect." in told
    assert "Mr Petit" in told
    assert list(tmp_path.iterdir()) == []


async def test_the_play_ends_with_1_when_ovh_takes_nothing(tmp_path: Path) -> None:
    async with demonstration(tmp_path, "--play", "--fault", "silent") as process:
        told = await rest(process)
        code = await process.wait()

    assert code == 1
    assert "Missing: delivered" in told


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_ctrl_c_leaves_no_process_no_file_and_no_port(tmp_path: Path, number: signal.Signals) -> None:
    async with demonstration(tmp_path, "--port", "0") as process, aiohttp.ClientSession() as session:
        url = await where(process)
        assert len(bridges_in(tmp_path)) == 1
        stream = await session.get(f"{url}/page/stream")  # a browser that looks on must not hold it up
        process.send_signal(number)
        async with asyncio.timeout(WITHIN):
            code = await process.wait()
        stream.close()
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(url)

    assert code == 0
    assert bridges_in(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a child die with its parent")
async def test_no_bridge_outlives_a_demonstration_that_is_killed(tmp_path: Path) -> None:
    async with demonstration(tmp_path, "--port", "0") as process:
        await where(process)
        process.kill()
        await process.wait()
        async with asyncio.timeout(WITHIN):
            while bridges_in(tmp_path):
                await asyncio.sleep(0)


class Visitor:
    """A browser in so many lines: actions go out, the state is asked for until it is as wanted."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session, self._url = session, url

    async def act(self, action: str, **fields: object) -> tuple[int, Any]:
        body = {"action": action, **fields}
        async with self._session.post(f"{self._url}/page/act", json=body, headers={"Origin": self._url}) as answer:
            return answer.status, await answer.json()

    async def until(self, seen: Any) -> dict[str, Any]:
        async with asyncio.timeout(WITHIN), self._session.get(f"{self._url}/page/stream?language=en") as stream:
            async for line in stream.content:
                if line.startswith(b"data: "):
                    snapshot: dict[str, Any] = json.loads(line[6:])
                    if seen(snapshot):
                        return snapshot
        raise AssertionError("the stream ended")


def last_typed(snapshot: dict[str, Any], room: int = 0) -> dict[str, Any]:
    typed = [one for one in snapshot["rooms"][room]["entries"] if one["kind"] == "typed"]
    return typed[-1] if typed else {"mark": None, "text": ""}


def marked(snapshot: dict[str, Any]) -> str | None:
    mark = last_typed(snapshot)["mark"]
    return mark["state"] if mark else None


MESSAGE = {"room": "web:reception", "person": "Claire", "text": "Friday 9 am?", "reply_to": None}
DURAND = "+33612345678"


async def test_a_visit_with_an_answer_a_telephone_that_is_off_and_a_retry(tmp_path: Path) -> None:
    async with demonstration(tmp_path, "--port", "0") as process, aiohttp.ClientSession() as session:
        visitor = Visitor(session, await where(process))

        assert await visitor.act("send", **MESSAGE) == (200, {"ok": True})
        there = await visitor.until(lambda shown: marked(shown) == "delivered")
        assert there["telephones"][0]["sms"][0]["text"] == "Cabinet Martin : Friday 9 am?"
        assert [there["steps"][step]["state"] for step in ("written", "given", "arrived")] == ["done"] * 3
        assert all(there["steps"][step]["requests"] for step in ("written", "given", "arrived"))

        await visitor.act("answer", number=DURAND, text="Yes")
        answered = await visitor.until(lambda shown: shown["steps"]["answered"]["state"] == "done")
        [answer] = [one for one in answered["rooms"][0]["entries"] if one["kind"] == "post"]
        assert (answer["tone"], answer["reply_to"]) == ("answer", last_typed(answered)["id"])

        await visitor.act("switch_off", number=DURAND)
        await visitor.act("send", **{**MESSAGE, "text": "Are you there?"})
        told = await visitor.until(lambda shown: any(one["buttons"] for one in shown["rooms"][0]["entries"]))
        failure = told["rooms"][0]["entries"][-1]
        assert (marked(told), failure["tone"]) == ("undelivered", "failure")

        await visitor.act("switch_on", number=DURAND)
        await visitor.act("press", entry=failure["id"], data=failure["buttons"][0]["data"], person="Karim")
        again = await visitor.until(lambda shown: marked(shown) == "delivered")
        assert again["counters"] == {"written": 3, "sent": 3, "lost": 0, "doubled": 0}


async def test_a_visit_with_a_power_cut_another_language_and_a_new_start(tmp_path: Path) -> None:
    async with demonstration(tmp_path, "--port", "0") as process, aiohttp.ClientSession() as session:
        visitor = Visitor(session, await where(process))

        assert (await visitor.act("power_cut"))[0] == 200
        assert (await visitor.act("power_cut"))[0] == 422
        await visitor.act("send", **MESSAGE)
        off = await visitor.until(lambda shown: not shown["bridge"]["up"])
        assert off["steps"]["written"]["state"] == "waiting"
        back = await visitor.until(lambda shown: marked(shown) == "delivered")
        assert back["bridge"]["up"]
        assert back["counters"] == {"written": 1, "sent": 1, "lost": 0, "doubled": 0}
        assert back["coach"] == {"send": True, "arrive": True, "answer": False, "off": False, "cut": True}

        await visitor.act("language", language="fr")
        await visitor.act("answer", number=DURAND, text="Yes")
        said = await visitor.until(lambda shown: shown["steps"]["answered"]["state"] == "done")
        assert "«\xa0Yes\xa0»" in said["rooms"][0]["entries"][-1]["text"]

        assert (await visitor.act("start_again"))[0] == 200
        blank = await visitor.until(lambda _: True)
        assert blank["counters"] == {"written": 0, "sent": 0, "lost": 0, "doubled": 0}
        assert not any(blank["coach"].values())
        await visitor.act("send", **MESSAGE)
        await visitor.until(lambda shown: marked(shown) == "delivered")


async def test_commands_typed_in_the_room_are_counted_like_what_they_do(tmp_path: Path) -> None:
    async with demonstration(tmp_path, "--port", "0") as process, aiohttp.ClientSession() as session:
        visitor = Visitor(session, await where(process))

        await visitor.act("send", **{**MESSAGE, "text": "/sms 06 12 34 56 79 See you on Friday."})
        shown = await visitor.until(lambda shown: marked(shown) == "delivered")
        assert [sms["text"] for sms in shown["telephones"][1]["sms"]] == ["Cabinet Martin : See you on Friday."]
        assert shown["counters"] == {"written": 1, "sent": 1, "lost": 0, "doubled": 0}

        await visitor.act("switch_off", number=DURAND)
        await visitor.act("send", **MESSAGE)
        first = last_typed(await visitor.until(lambda shown: marked(shown) == "undelivered"))["id"]
        await visitor.act("switch_on", number=DURAND)
        await visitor.act("send", **{**MESSAGE, "text": "/retry"})

        def again(shown: dict[str, Any]) -> bool:
            entry = next(one for one in shown["rooms"][0]["entries"] if one["id"] == first)
            return bool(entry["mark"]["state"] == "delivered")

        shown = await visitor.until(again)
        assert shown["counters"] == {"written": 3, "sent": 3, "lost": 0, "doubled": 0}
        assert shown["rooms"][0]["pinned"].startswith("This room sends SMS: what you write here goes to Mrs Durand.")
