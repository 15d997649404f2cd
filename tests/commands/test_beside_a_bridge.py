"""`bridge send` and `bridge check --send` as they are typed: beside a bridge that runs, interrupted, killed."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from bridge.sandbox.ovh import Fault
from tests.crash.child import ROOT, Child
from tests.crash.ledger import read
from tests.crash.world import DURAND, STRANGER, WITHIN, Line, World

pytestmark = [pytest.mark.crash, pytest.mark.timeout(120)]

TEXT = "Good morning from the operator"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended and what it said."""

    status: int
    said: list[str]
    logged: str


@asynccontextmanager
async def typed(folder: Path, *words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`bridge …` on the world's configuration; dead at the latest at the end of the block."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bridge", *words, "-c", str(folder / "config.yaml")),
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith(("BRIDGE_", "OVH_"))},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def ended(process: asyncio.subprocess.Process) -> Ended:
    async with asyncio.timeout(WITHIN):
        said, logged = await process.communicate()
    return Ended(process.returncode or 0, said.decode().splitlines(), logged.decode())


async def says(process: asyncio.subprocess.Process, words: str) -> None:
    """Wait until it says this."""
    assert process.stdout is not None
    async with asyncio.timeout(WITHIN):
        while words not in (line := (await process.stdout.readline()).decode()):
            assert line, f"it ended without saying {words}"


async def stop(world: World, child: Child) -> None:
    child.terminate()
    await world.until(lambda: child.ended, "the bridge stops")
    assert child.status == 0, "\n".join(child.log[-40:])


async def started(world: World) -> Child:
    child = await world.start()
    await world.until(lambda: child.told("bridge.ready") or child.ended, "the bridge is there")
    return child


async def furnish(world: World) -> None:
    """A bridge ran here once."""
    await stop(world, await started(world))


async def shown(world: World) -> Line:
    """Where the one answer stands."""
    await world.until(lambda: world.posts_of(world.incoming[0]), "the answer is shown")
    (answer,) = world.posts_of(world.incoming[0])
    return answer


async def states(world: World) -> list[tuple[str, int]]:
    return [(one.state, one.attempt) for one in (await read(world.database)).jobs]


async def test_the_bridge_that_runs_sends_it_and_its_answer_goes_by_the_next_rule(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        child = await started(world)
        async with typed(tmp_path, "send", "06 99 99 99 99", TEXT) as process:
            end = await ended(process)
        assert (end.status, end.logged) == (0, "")
        assert end.said == [
            "Written down. The bridge that is running sends it.",
            "OVH accepted it: on its way to 06 99 99 99 99.",
        ]
        await world.until(lambda: world.inbox(STRANGER) == [TEXT], "it arrives")
        await world.ovh.answer(STRANGER, "Good morning to you")
        answer = await shown(world)
        await stop(world, child)
        assert answer in world.lines("desk")
        rows = await read(world.database)
        assert {post.kind for post in rows.posts} - {"first_message"} == {"stranger"}
        assert len(world.ovh.records.accepted) == 1


async def test_whose_room_wrote_to_that_number_last_gets_the_answer(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        child = await started(world)
        world.say("reception", "Can you come at nine?")
        await world.until(lambda: world.inbox(DURAND), "the room's SMS arrives")
        async with typed(tmp_path, "send", DURAND, TEXT) as process:
            assert (await ended(process)).status == 0
        await world.until(lambda: TEXT in world.inbox(DURAND), "the operator's SMS arrives")
        await world.ovh.answer(DURAND, "An answer to the operator")
        answer = await shown(world)
        await stop(world, child)
        assert answer in world.lines("reception")


async def test_a_phone_is_proven_beside_the_bridge_which_shows_the_answer_to_nobody(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        child = await started(world)
        async with typed(tmp_path, "check", "--send", STRANGER, "--phone", "office") as process:
            await world.until(lambda: world.inbox(STRANGER), "it arrives")
            assert world.inbox(STRANGER) == ["Test of the SMS bridge, phone office. Answer OK to end the test."]
            await world.ovh.answer(STRANGER, "OK")
            end = await ended(process)
        assert (end.status, end.logged) == (0, "")
        assert "All is well with phone office" in end.said[-1]
        await world.ovh.answer(DURAND, "Hello")
        await world.until(lambda: world.posts_of(world.incoming[1]), "the next answer is shown")
        assert world.posts_of(world.incoming[0]) == []
        await stop(world, child)
        assert [one.state for one in (await read(world.database)).replies] == ["routed", "routed"]


async def test_interrupted_it_takes_back_what_has_not_left(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        await furnish(world)
        await world.ovh.unplug()
        async with typed(tmp_path, "send", DURAND, TEXT) as process:
            await says(process, "Not sent: the fault is ours")
            process.send_signal(signal.SIGINT)
            end = await ended(process)
        assert (end.status, end.said) == (1, ["Cancelled: nothing was sent, nothing was charged."])
        assert [state for state, _ in await states(world)] == ["cancelled"]
        await world.ovh.plug_in()
        await stop(world, await started(world))
        assert world.ovh.records.posts_seen == 0


async def test_interrupted_in_the_middle_of_the_post_it_waits_for_the_answer(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        await furnish(world)
        world.ovh.script(Fault.hang(carried_out=True))
        async with typed(tmp_path, "send", DURAND, TEXT) as process:
            await world.until(lambda: world.ovh.hanging, "the POST is under way")
            process.send_signal(signal.SIGINT)
            world.ovh.release()
            end = await ended(process)
        assert (end.status, end.said) == (0, ["OVH accepted it: on its way to 06 12 34 56 78."])
        assert await states(world) == [("accepted", 1)]


async def test_while_it_sends_no_bridge_starts_and_after_its_death_the_next_one_finds_the_sms(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        await furnish(world)
        world.ovh.script(Fault.hang(carried_out=True))
        async with typed(tmp_path, "send", DURAND, TEXT) as process:
            await world.until(lambda: world.ovh.hanging, "the POST is under way")
            second = await world.start()
            await world.until(lambda: second.ended, "a bridge gives up")
            assert second.status == 3
            process.kill()
            assert (await ended(process)).status == -signal.SIGKILL
        world.ovh.release()
        assert await states(world) == [("submitting", 1)]
        child = await started(world)
        await world.until(lambda: world.inbox(DURAND), "the SMS arrives")
        await world.until(lambda: child.told("jobs.adopted") and _looked(world), "the bridge looks for it")
        await stop(world, child)
        assert await states(world) == [("accepted", 1)]
        assert world.ovh.records.posts_seen == 1


def _looked(world: World) -> bool:
    """Whether OVH's list was asked for a tag: no room shows this SMS, and what was asked is recorded at a stop."""
    return any(one.query.get("tag") and one.status == 200 for one in world.ovh.records.requests)


async def test_neither_number_nor_text_reach_the_logs(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        await furnish(world)
        world.ovh.script(Fault.odd_answer({"odd": True}, carried_out=True))
        async with typed(tmp_path, "send", DURAND, TEXT) as process:
            end = await ended(process)
        assert end.status == 0
        for secret in (TEXT, "12345678", "06 12 34 56 78", "application-secret", "consumer-key"):
            assert secret not in end.logged
