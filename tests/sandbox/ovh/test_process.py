"""The simulated OVH as a process: what it prints is enough to use it, and its telephones answer over HTTP."""

import asyncio
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bridge.sandbox.ovh import SimulatedOvh
from bridge.sandbox.ovh.control import Control
from tests.sandbox.ovh.caller import DURAND, Caller


@pytest.fixture
async def controlled() -> AsyncIterator[tuple[SimulatedOvh, Caller]]:
    async with SimulatedOvh(delivery_after=0.0) as ovh, Caller(ovh) as caller:
        ovh.answers_also(Control(ovh).respond)
        yield ovh, caller


async def asked(caller: Caller, method: str, path: str, **options: Any) -> tuple[int, Any]:
    async with caller.session.request(method, caller.ovh.url.removesuffix("/1.0") + path, **options) as answer:
        return answer.status, await answer.json()


async def test_a_telephone_shows_what_arrived_and_answers(controlled: tuple[SimulatedOvh, Caller]) -> None:
    ovh, caller = controlled
    await caller.send(DURAND)
    await ovh.until(lambda: ovh.telephone(DURAND).inbox)
    status, [telephone] = await asked(caller, "GET", "/telephones")
    assert (status, telephone["number"], len(telephone["inbox"])) == (200, DURAND, 1)
    assert await asked(caller, "POST", "/telephones/0612345678/answer", data='{"text": "OK"}') == (
        200,
        {"arrived": True, "id": next(iter(ovh.books().incoming))},
    )
    assert next(iter(ovh.books().incoming.values())).message == "OK"


async def test_telephones_are_switched_and_faults_chosen(controlled: tuple[SimulatedOvh, Caller]) -> None:
    ovh, caller = controlled
    assert (await asked(caller, "POST", "/telephones/+33612345678/off"))[1]["on"] is False
    assert (await asked(caller, "POST", "/telephones/+33612345678/on"))[1]["on"] is True
    assert await asked(caller, "POST", "/mode", json={"mode": "revoked"}) == (200, {"mode": "revoked"})
    assert (await caller.call("GET", "/sms")).status == 403
    assert await asked(caller, "POST", "/credits", json={"credits": 5}) == (200, {"credits": 5.0})
    assert ovh.mode == "revoked"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/telephones/abc/answer", '{"text": "OK"}', 400),
        ("POST", "/telephones/0612345678/answer", "{}", 400),
        ("POST", "/telephones/0612345678/answer", "OK", 400),
        ("POST", "/telephones/0612345678/answer", "[]", 400),
        ("POST", "/telephones/0612345678/explode", "", 404),
        ("GET", "/telephones/0612345678", "", 404),
        ("GET", "/mode", "", 404),
        ("POST", "/mode", '{"mode": "angry"}', 400),
        ("POST", "/credits", '{"credits": "many"}', 400),
        ("POST", "/credits", '{"credits": -1}', 400),
    ],
)
async def test_what_makes_no_sense_is_told(
    controlled: tuple[SimulatedOvh, Caller], method: str, path: str, body: str, status: int
) -> None:
    _, caller = controlled
    answered, told = await asked(caller, method, path, data=body)
    assert answered == status
    assert told["error"]


async def test_without_its_control_a_simulator_has_none_of_these_addresses(caller: Caller) -> None:
    assert (await asked(caller, "POST", "/mode", json={"mode": "revoked"}))[0] == 403
    assert (await caller.call("GET", "/sms")).status == 200


@asynccontextmanager
async def process(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bridge.sandbox.ovh",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.communicate()


async def told_by(started: asyncio.subprocess.Process) -> str:
    assert started.stdout is not None
    async with asyncio.timeout(30):
        return (await started.stdout.readuntil(b"Ctrl-C ends it.")).decode()


async def test_the_process_prints_all_that_a_configuration_needs_and_ends_on_a_signal() -> None:
    async with process("--port", "0", "--service", "sms-zz1-1", "--credits", "7", "--sender", "CABINET") as started:
        told = await told_by(started)
        assert "service_name: sms-zz1-1" in told
        assert {"application_key", "application_secret", "consumer_key"} <= set(re.findall(r"^ +(\w+):", told, re.M))
        [endpoint] = re.findall(r"endpoint: (\S+)", told)
        async with aiohttp.ClientSession() as session, session.get(f"{endpoint}/auth/time") as answer:
            assert answer.status == 200
        started.send_signal(signal.SIGTERM)
        assert await started.wait() == 0


async def test_a_taken_port_is_told_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        async with process("--port", str(taken.getsockname()[1])) as started:
            _, said = await started.communicate()
    assert started.returncode == 1
    assert said.startswith(b"Error: port ")
    assert said.count(b"\n") == 1
