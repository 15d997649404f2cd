"""The demonstration on Matrix as a person starts it, and as somebody with a client of their own meets it."""

import asyncio
import re
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from bridge.sandbox.demo import demo_on_matrix, on_matrix
from tests.demonstration import WITHIN, demonstration
from tests.matrix.person import Person
from tests.matrix.timeline import Line
from tests.synapse import Account, find_synapse


async def told(process: asyncio.subprocess.Process, pattern: str) -> re.Match[str]:
    """The next line in which this is found."""
    assert process.stdout is not None
    async with asyncio.timeout(WITHIN):
        while line := (await process.stdout.readline()).decode():
            if found := re.search(pattern, line):
                return found
    raise AssertionError(f"it never said {pattern}")


async def logged_in(url: str, user: str, password: str) -> Account:
    """As any client does it."""
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": user},
        "password": password,
        "initial_device_display_name": "a client",
    }
    async with aiohttp.ClientSession() as session, session.post(f"{url}/_matrix/client/v3/login", json=body) as answer:
        assert answer.status == 200
        given = await answer.json()
    return Account(given["user_id"], password, given["device_id"], given["access_token"], user)


async def until(person: Person, room: str, seen: Callable[[Line], object]) -> Line:
    """The first message in the room that is as wanted."""
    async with asyncio.timeout(WITHIN):
        while True:
            for line in await person.shown(room):
                if seen(line):
                    return line
            await person.client.sync(timeout=500)


def processes_in(folder: Path) -> list[str]:
    """What runs with files of this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if str(folder).encode() in (command := process.read_bytes()):
                found.append(command.decode())
    return found


@pytest.mark.crash
@pytest.mark.synapse
async def test_one_logs_in_writes_gets_the_answer_and_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    if find_synapse() is None:
        pytest.skip("no Synapse here: `make synapse` installs one")
    async with demonstration(tmp_path, "--matrix", "--port", "0", keyboard=True) as process:
        url = (await told(process, r"homeserver +(http://127\.0\.0\.1:\d+)$"))[1]
        assert (await told(process, r"users +(.*)$"))[1] == "@claire:bridge.test, @karim:bridge.test"
        password = (await told(process, r"password +(\S+)"))[1]
        room = (await told(process, r"Reception \((!\S+)\)"))[1]
        assert len(processes_in(tmp_path)) == 2  # Synapse and the bridge
        async with Person(url, await logged_in(url, "claire", password), encryption=True) as claire:
            assert (await claire.state(room, "m.room.name"))["name"] == "Reception"
            await claire.encrypts(room)
            written = await claire.types(room, "Friday 9 am?")
            await told(process, r"^Mrs Durand \(06 12 34 56 78\) <- Cabinet Martin : Friday 9 am\?$")
            await until(claire, room, lambda line: line.id == written and line.given("@sms:bridge.test") == ["✅"])

            assert process.stdin is not None
            process.stdin.write(b"Durand: Yes, perfect.\n")
            await told(process, r"^Mrs Durand \(06 12 34 56 78\) -> Yes, perfect\.$")
            answer = await until(claire, room, lambda line: "Yes, perfect." in (line.text or ""))
            assert answer.reply_to == written
            assert answer.encrypted

        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(WITHIN):
            assert await process.wait() == 0
    assert processes_in(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


async def test_without_a_homeserver_it_says_what_installs_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_matrix, "find_synapse", lambda: None)
    said: list[str] = []

    assert await demo_on_matrix(0, language="fr", tell=said.append) == 1
    assert "make demo-matrix" in said[0]
