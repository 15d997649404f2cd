"""A database put back from a copy: what left since then is told by the room itself, and does not leave again."""

from bridge.domain.events import Typed
from bridge.domain.marks import Status
from bridge.ports.chat import Mark
from tests.contract.matrix_world import MODERATOR, MatrixWorld
from tests.contract.worlds import Recorder, a_post, listening


def heard(sink: Recorder) -> list[str]:
    return [event.text for event in sink.events if isinstance(event, Typed)]


async def test_what_was_marked_or_answered_since_is_not_taken_again(world: MatrixWorld) -> None:
    first, again = Recorder(), Recorder()
    async with world.platform() as platform:
        async with listening(platform, first):
            await world.person_types("avant la copie")
            await first.until_events(1)
            copy = first.cursors[-1]
            marked = await world.person_types("après la copie")
            answered = await world.person_types("!sms status")
            await world.person_types("// entre nous")
            await first.until_events(4)
        await platform.mark(Mark(marked, Status.DELIVERED, "remis"), None)
        await platform.post(a_post(world, "Remis.", reply_to=answered.id))
        await world.claire.demands(world.room.address, "m.reaction", MODERATOR + 1)
        lined = await world.person_types("sans réaction")
        await platform.mark(Mark(lined, Status.DELIVERED, "remis"), None)

    async with world.platform() as platform, listening(platform, again, copy):
        await world.person_types("depuis")
        await again.until(lambda seen: "depuis" in heard(seen))

    assert heard(again) == ["// entre nous", "depuis"]
