"""The same deaths with Telegram's groups: it keeps updates until they are confirmed, and knows no ids of ours."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio

from bridge.sandbox.ovh import Fault
from tests.crash.ledger import REPEAT, Counted, read
from tests.crash.play import come_to_rest, die
from tests.crash.points import ON_TELEGRAM, Death
from tests.crash.runs import Deaths, running, selected
from tests.crash.table import Record, note
from tests.crash.telegram_world import TelegramWorld
from tests.crash.test_owner import listening
from tests.crash.world import DURAND, KLEIN, LOPEZ

pytestmark = [pytest.mark.crash, pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="module")]

DEATHS = 5
MESSAGES = 30


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def deaths(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deaths]:
    """The deaths that were asked for, some at a time."""

    async def run(death: Death) -> Counted:
        return await die(tmp_path_factory.mktemp("crash"), death, chat=TelegramWorld)

    async with running(selected(request), run) as tasks:
        yield tasks


@pytest.mark.parametrize("death", ON_TELEGRAM, ids=str)
async def test_killed_at_this_point_on_telegram_it_loses_nothing_and_doubles_no_sms(
    death: Death, deaths: Deaths, record_property: Record
) -> None:
    note(record_property, await deaths[death])


async def test_killed_before_it_is_written_down_that_an_answer_stands_there_it_posts_it_again_and_says_so(
    tmp_path: Path,
) -> None:
    async with TelegramWorld(tmp_path) as world:
        first = await world.start()
        await greeted(world)
        first.terminate()
        await world.until(lambda: first.ended, "the rooms have been greeted, and it stops")
        second = await world.start("post_row.before_record")
        world.say("reception", "Can you come at nine?")
        await world.until(lambda: world.inbox(DURAND), "the SMS arrives")
        answer = await world.ovh.answer(DURAND, "Yes, at nine")
        assert answer is not None
        await world.until(lambda: second.ended, "it dies when the answer stands there")
        assert second.status == -signal.SIGKILL
        assert len(world.posts_of(answer)) == 1
        counted = await come_to_rest(world, await world.start(), "")
        once, again = (one.text for one in world.posts_of(answer))
        assert again == f"{once} {REPEAT}"
        assert counted.replies == counted.posts == counted.accepted == 1


async def test_killed_between_a_mark_and_its_record_it_shows_it_once_more(tmp_path: Path) -> None:
    async with TelegramWorld(tmp_path) as world:
        first = await world.start("mark.before_record")
        world.say("reception", "Can you come at nine?")
        await world.until(lambda: first.ended, "it dies when the mark stands there")
        counted = await come_to_rest(world, await world.start(), "")
        assert counted.accepted == counted.jobs == 1


@pytest.mark.parametrize("seed", [7])
async def test_five_deaths_in_a_burst_of_30_messages_lose_nothing_and_double_no_sms(
    tmp_path: Path, seed: int, record_property: Record
) -> None:
    random = Random(seed)
    async with TelegramWorld(tmp_path) as world:
        for death in range(DEATHS):
            for number in range(death * MESSAGES // DEATHS, (death + 1) * MESSAGES // DEATHS):
                world.say(random.choice(("reception", "choir", "night")), f"Message {number}")
            child = await world.start()
            moment = world.changes + random.randint(20, 160)
            await world.until(lambda: world.changes >= moment, f"moment {moment} of life {death}")  # noqa: B023
            for person in filter(world.inbox, random.sample((DURAND, KLEIN, LOPEZ), 2)):
                await world.ovh.answer(person, f"Answer from {person[-3:]} in life {death}!")
            child.kill()
            await world.until(lambda: child.ended, "it is dead")  # noqa: B023
            assert child.status == -signal.SIGKILL
        counted = await come_to_rest(world, await world.start(), f"{DEATHS} random moments on telegram (seed {seed})")
        note(record_property, counted)
        assert counted.accepted == counted.jobs == MESSAGES
        assert counted.receivers_doubled == 0
        assert counted.posts == counted.replies > 0


async def test_a_second_bridge_exits_with_3_before_telegram_or_ovh_hear_of_it(tmp_path: Path) -> None:
    async with TelegramWorld(tmp_path) as world:
        first = await world.start()
        await greeted(world)
        async with listening() as (url, callers):
            world.write_configuration(ovh_url=f"{url}/1.0", chat_url=url)
            second = await world.start()
            await world.until(lambda: second.ended, "the second bridge gives up")
            assert second.status == 3
            assert any("already running on this database" in line for line in second.log), second.log
            assert not callers
        world.say("reception", "Are you still there?")
        await come_to_rest(world, first, "")


async def test_asked_to_stop_in_the_middle_of_a_post_it_waits_for_the_answer_and_writes_it_down(
    tmp_path: Path,
) -> None:
    async with TelegramWorld(tmp_path) as world:
        world.ovh.script(Fault.hang(carried_out=True))
        child = await world.start()
        world.say("reception", "Can you come at nine?")
        await world.until(lambda: world.ovh.hanging, "the POST is under way")
        child.terminate()
        await world.until(lambda: child.told("bridge.stopping"), "it has heard")
        await world.until(lambda: not world.telegram.polled, "nothing more is taken in")
        assert not child.ended
        world.ovh.release()
        await world.until(lambda: child.ended, "the bridge stops")
        assert child.status == 0, child.log
        assert [(job.state, job.attempt) for job in (await read(world.database)).jobs] == [("accepted", 1)]


async def test_asked_twice_it_ends_at_once_and_finds_out_at_the_next_start(tmp_path: Path) -> None:
    async with TelegramWorld(tmp_path) as world:
        world.ovh.script(Fault.hang(carried_out=True))
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
        assert counted.posts_seen == counted.accepted == counted.jobs == 1


async def greeted(world: TelegramWorld) -> None:
    """Every room has been told to whom words typed there go, and it is written down."""
    await world.until(lambda: len(world.posted) == len(world.telegram.called("pinChatMessage")) == 4, "all are greeted")
