"""What people do while the power fails: they write, and they answer whatever arrives."""

import asyncio
import signal
from pathlib import Path

from tests.crash.child import Child
from tests.crash.ledger import Counted, count
from tests.crash.points import Death
from tests.crash.world import DURAND, KLEIN, LOPEZ, MOREL, STRANGER, World


async def die(folder: Path, death: Death, database: str | None = None, chat: type[World] = World) -> Counted:
    """Start, be killed there, start again, come to rest; the people neither know nor wait."""
    async with chat(folder, database) as world:
        if death.fault is not None:
            world.ovh.script(death.fault)
        first = await world.start(death.at)
        await world.until(lambda: world.registered or first.ended, "the bridge is there")
        people = asyncio.create_task(converse(world), name="people")
        try:
            await world.until(lambda: first.ended, f"the bridge dies at {death}")
            assert first.status == -signal.SIGKILL, "\n".join(first.log[-60:])
            second = await world.start()
            await people
            counted = await come_to_rest(world, second, f"{death}{_where(world, database)}")
        finally:
            people.cancel()
    assert counted.accepted == counted.jobs == len(MESSAGES) + 1
    assert counted.posts == counted.replies == len(ANSWER_AFTER) + 2
    return counted


def _where(world: World, database: str | None) -> str:
    return (" on PostgreSQL" if database else "") + (
        "" if world.platform == World.platform else f" on {world.platform}"
    )


MESSAGES = (
    ("reception", "Can you come at nine?"),
    ("choir", "Rehearsal is at eight"),
    ("night", "The key is under the mat"),
    ("reception", "And please bring the form"),
)
ANSWER_AFTER = {KLEIN: 1, LOPEZ: 1, MOREL: 1, DURAND: 3}
"""How many SMS each waits for before answering."""


async def converse(world: World) -> None:
    """A line, a list of three, two rooms that share a receiver, answers, a stranger, an answer to an answer."""
    for room, text in MESSAGES:
        world.say(room, text)
    for number, expected in ANSWER_AFTER.items():
        await world.until(lambda: len(world.inbox(number)) >= expected, f"{number} gets {expected} SMS")  # noqa: B023
        await world.ovh.answer(number, f"An answer from {number[-3:]}")
    await world.ovh.answer(DURAND, "I forgot to say: yes")
    await world.ovh.answer(STRANGER, "Is this the office?")
    klein = world.incoming[0]
    await world.until(lambda: world.posts_of(klein), "the answer stands in the choir's room")
    world.say("choir", "Thank you, Klein", reply_to=world.posts_of(klein)[0].id)
    await world.until(lambda: len(world.inbox(KLEIN)) >= 2, "who answered is answered")


async def come_to_rest(world: World, child: Child, probe: str) -> Counted:
    """All that was written arrives; then the bridge is stopped in peace, and everything is counted."""
    # Dead at a late point it may have left nothing to do: what is stopped in peace must be there first.
    await world.until(lambda: (child.told("bridge.ready") and world.at_rest) or child.ended, "all is at rest")
    assert not child.ended, "\n".join(child.log[-60:])
    child.terminate()
    await world.until(lambda: child.ended, "the bridge stops")
    assert child.status == 0, "\n".join(child.log[-60:])
    return await count(world, probe)
