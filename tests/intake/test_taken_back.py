"""What its author takes back while it waits does not leave, whatever was tried before."""

from datetime import timedelta

from bridge.domain.events import Deleted, Typed
from bridge.domain.states import JobState
from bridge.ports.sending import JobMove
from tests.contract.store.world import ANN
from tests.intake.places import Places


async def tried(places: Places) -> Typed:
    """A message that was posted once, and surely did not get there: it waits for another try."""
    world, typed = places.world, places.typed("Hello")
    await places.take(typed)
    world.clock.pass_(6)
    (job,) = await world.claim()
    later = world.now + timedelta(minutes=5)
    await world.write(lambda tx: tx.jobs.move([JobMove(job.id, job.attempt, JobState.QUEUED, due_at=later)]))
    return typed


async def test_a_message_that_waits_for_another_try_is_cancelled_when_it_is_deleted(places: Places) -> None:
    typed = await tried(places)
    await places.take(Deleted("d1", typed.ref, ANN, places.world.now))
    places.world.clock.pass_(600)
    assert await places.world.claim() == []
    assert await places.said() == []


async def test_one_that_is_just_leaving_is_not(places: Places) -> None:
    typed = places.typed("Hello")
    await places.take(typed)
    places.world.clock.pass_(6)
    assert len(await places.world.claim()) == 1
    await places.take(Deleted("d1", typed.ref, ANN, places.world.now))
    ((_, said),) = await places.said()
    late = "Deleted too late: the SMS is leaving, or has left, and cannot be recalled."
    assert said == f"{late} To correct it, write a new message."


async def test_one_that_ovh_refused_never_left_whatever_is_done_to_it_afterwards(places: Places) -> None:
    world, typed = places.world, places.typed("Hello")
    await places.take(typed)
    world.clock.pass_(6)
    (job,) = await world.claim()
    await world.write(lambda tx: tx.jobs.move([JobMove(job.id, job.attempt, JobState.REJECTED, reason="other")]))
    await places.take(places.edited(typed, "Good evening"))
    ((_, said),) = await places.said()
    assert said.startswith("Still not sent: editing a message does not send it.")
    await places.take(Deleted("d1", typed.ref, ANN, world.now))
    assert await places.said() == []
