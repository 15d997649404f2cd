"""Ten deaths in the middle of a burst, at moments that nobody chose."""

import signal
from pathlib import Path
from random import Random

import pytest

from tests.crash.play import come_to_rest
from tests.crash.table import Record, note
from tests.crash.world import DURAND, KLEIN, LOPEZ, World

pytestmark = [pytest.mark.crash, pytest.mark.timeout(120)]

DEATHS = 10
MESSAGES = 60
ROOMS = ("reception", "choir", "night")


@pytest.mark.parametrize("seed", [20])
async def test_ten_deaths_in_a_burst_of_60_messages_lose_nothing_and_double_nothing(
    tmp_path: Path, seed: int, record_property: Record
) -> None:
    random = Random(seed)
    async with World(tmp_path) as world:
        for death in range(DEATHS):
            for number in range(death * MESSAGES // DEATHS, (death + 1) * MESSAGES // DEATHS):
                world.say(random.choice(ROOMS), f"Message {number}")
            child = await world.start()
            moment = world.changes + random.randint(4, 60)
            await world.until(lambda: world.changes >= moment, f"moment {moment} of life {death}")  # noqa: B023
            for person in filter(world.inbox, random.sample((DURAND, KLEIN, LOPEZ), 2)):
                await world.ovh.answer(person, f"Answer from {person[-3:]} in life {death}!")
            child.kill()
            await world.until(lambda: child.ended, "it is dead")  # noqa: B023
            assert child.status == -signal.SIGKILL
        counted = await come_to_rest(world, await world.start(), f"{DEATHS} random moments (seed {seed})")
        note(record_property, counted)
        assert counted.accepted == counted.jobs == MESSAGES
        assert counted.receivers_doubled == 0
        assert counted.posts == counted.replies > DEATHS
