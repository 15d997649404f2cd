"""One owner a database, and how it is asked to stop."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bridge.sandbox.ovh import Fault
from tests.crash.ledger import read
from tests.crash.play import come_to_rest
from tests.crash.world import DURAND, World

pytestmark = [pytest.mark.crash, pytest.mark.timeout(120)]


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[str, list[object]]]:
    """A server that nobody should call: its URL, and who called."""
    callers: list[object] = []

    def called(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        callers.append(writer)
        writer.close()

    server = await asyncio.start_server(called, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", callers


async def refuses_a_second(world: World) -> None:
    first = await world.start()
    await world.until(lambda: world.registered or first.ended, "the first bridge is there")
    async with listening() as (url, callers):
        world.write_configuration(ovh_url=f"{url}/1.0", chat_url=url)
        second = await world.start()
        await world.until(lambda: second.ended, "the second bridge gives up")
        assert second.status == 3
        assert any("already running on this database" in line for line in second.log), second.log
        assert not second.told("web.listening")
        assert not callers
    world.say("reception", "Are you still there?")
    await come_to_rest(world, first, "")


async def test_a_second_bridge_on_the_same_database_exits_with_3_before_any_call(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        await refuses_a_second(world)


async def test_a_second_bridge_on_the_same_postgresql_exits_with_3_before_any_call(
    tmp_path: Path, postgres_url: str
) -> None:
    async with World(tmp_path, postgres_url) as world:
        await refuses_a_second(world)


async def test_asked_to_stop_in_the_middle_of_a_post_it_waits_for_the_answer_and_writes_it_down(
    tmp_path: Path,
) -> None:
    async with World(tmp_path) as world:
        world.ovh.script(Fault.hang(carried_out=True))
        child = await world.start()
        entry = world.say("reception", "Can you come at nine?")
        await world.until(lambda: world.ovh.hanging, "the POST is under way")
        child.terminate()
        await world.until(lambda: child.told("bridge.stopping"), "it has heard")
        assert not child.ended
        world.ovh.release()
        await world.until(lambda: child.ended, "the bridge stops")
        assert child.status == 0, child.log
        rows = await read(world.database)
        assert [(job.ref, job.state, job.attempt) for job in rows.jobs] == [(entry.id, "accepted", 1)]
        assert len(world.ovh.records.accepted) == 1


@pytest.mark.parametrize("accepted", [True, False], ids=["ovh accepted", "ovh did not"])
async def test_asked_twice_it_ends_at_once_and_finds_out_at_the_next_start(tmp_path: Path, accepted: bool) -> None:
    async with World(tmp_path) as world:
        world.ovh.script(Fault.hang(carried_out=accepted))
        first = await world.start()
        world.say("reception", "Can you come at nine?")
        await world.until(lambda: world.ovh.hanging, "the POST is under way")
        first.terminate()
        await world.until(lambda: first.told("bridge.stopping"), "it has heard")
        first.terminate()
        await world.until(lambda: first.ended, "it ends without the answer")
        assert first.status == 1
        assert [job.state for job in (await read(world.database)).jobs] == ["submitting"]
        world.ovh.release()
        second = await world.start()
        counted = await come_to_rest(world, second, "")
        assert second.told("jobs.adopted")
        assert counted.posts_seen == (1 if accepted else 2)
        assert counted.accepted == counted.jobs == 1
        assert world.inbox(DURAND) == ["Can you come at nine?"]


async def test_killed_while_a_post_hangs_that_ovh_accepted_it_posts_it_no_second_time(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.ovh.script(Fault.hang(carried_out=True), times=3)
        first = await world.start()
        world.say("reception", "Can you come at nine?")
        world.say("choir", "Rehearsal is at eight")
        world.say("night", "The key is under the mat")
        await world.until(lambda: world.ovh.hanging == 3, "all three POSTs are under way")
        first.kill()
        await world.until(lambda: first.ended, "it is dead")
        assert first.status == -signal.SIGKILL
        world.ovh.release()
        counted = await come_to_rest(world, await world.start(), "")
        assert counted.posts_seen == counted.accepted == counted.jobs == 3
