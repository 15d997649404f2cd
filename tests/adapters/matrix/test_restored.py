"""A database put back from a copy: what left since then is told by the room itself, and does not leave again."""

from bridge.domain.events import Edited, Missed, Typed
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


async def test_an_edit_made_while_the_bridge_was_away_is_heard_whatever_its_message_bears(world: MatrixWorld) -> None:
    first, again = Recorder(), Recorder()
    async with world.platform() as platform, listening(platform, first):
        marked, answered = await world.person_types("à 9 h"), await world.person_types("à 11 h")
        await first.until_events(2)
        await platform.mark(Mark(marked, Status.QUEUED, "attend"), None)
        await platform.post(a_post(world, "5 SMS : 5 crédits.", reply_to=answered.id))
    await world.person_edits(marked, "à 10 h")
    await world.person_edits(answered, "à midi")

    async with world.platform() as platform, listening(platform, again, first.cursors[-1]):
        await again.until(lambda seen: len(seen.events) > 1)
    assert [event.text for event in again.events if isinstance(event, Edited)] == ["à 10 h", "à midi"]


async def test_what_was_cancelled_since_the_copy_is_cancelled_again_and_what_waited_is_told(world: MatrixWorld) -> None:
    first, again = Recorder(), Recorder()
    async with world.platform() as platform, listening(platform, first):
        await world.person_types("avant la copie")
        await first.until_events(1)
        copy = first.cursors[-1]
        ref = await world.person_types("à 9 h")
        command = await world.person_types("!sms cancel", reply_to=ref.id)
        waiting = await world.person_types("attend")
        await first.until_events(4)
        shown = await platform.mark(Mark(ref, Status.QUEUED, "attend"), None)
        await platform.mark(Mark(ref, Status.CANCELLED, "annulé"), shown)
        await platform.post(a_post(world, "Annulé.", reply_to=command.id))
        await platform.mark(Mark(waiting, Status.QUEUED, "attend"), None)

    async with world.platform() as platform, listening(platform, again, copy):
        await world.person_types("depuis")
        await again.until(lambda seen: "depuis" in heard(seen))
    assert heard(again) == ["à 9 h", "/cancel", "depuis"]
    assert [event.room for event in again.events if isinstance(event, Missed)] == [ref.room]
