"""What proves that OVH accepted a job, beside the ids that a look finds."""

from bridge.domain.ids import OvhId
from bridge.domain.sms import Job
from bridge.domain.states import JobState, SmsState
from bridge.ports.sending import Acceptance, JobMove
from tests.contract.store.world import LEASE, World


async def test_an_answer_proves_its_job_although_no_id_of_it_is_known(world: World) -> None:
    job = await world.submitted()
    await world.write(lambda tx: tx.jobs.move([JobMove(job.id, 1, JobState.RECONCILING, due_at=world.now)]))
    proven = Acceptance(job.id, job.attempt, (), world.now)
    assert await world.write(lambda tx: tx.jobs.accept([proven])) == {job.id}
    (row,) = await world.read(lambda tx: tx.messages.jobs_of({job.message_id}))
    assert row.state is JobState.ACCEPTED


async def test_a_report_of_an_unknown_id_has_jobs_in_doubt_looked_for_with_it_as_a_hint(world: World) -> None:
    job = await world.submitted()
    moved = JobMove(job.id, 1, JobState.UNCONFIRMED)
    for step in (JobMove(job.id, 1, JobState.RECONCILING, due_at=world.now), moved):
        await world.write(lambda tx, step=step: tx.jobs.move([step]))  # type: ignore[misc]
    assert await looks(world) == []
    await world.told(7, SmsState.DELIVERED)
    assert "looks" in world.rung
    world.clock.pass_(10)
    (found,) = await looks(world)
    assert (found.id, found.unconfirmed, found.hints, found.receivers) == (job.id, True, (7,), job.receivers)
    await world.write(lambda tx: tx.jobs.move([moved]))
    world.clock.pass_(3600)
    assert await looks(world) == [], "one look a report"
    await world.accept(job, 7)
    assert await world.tally(job.message_id) == {"delivered": 1}


async def test_after_three_days_no_report_has_a_job_looked_for(world: World) -> None:
    job = await world.submitted()
    for to in (JobState.RECONCILING, JobState.UNCONFIRMED):
        await world.write(lambda tx, to=to: tx.jobs.move([JobMove(job.id, 1, to, due_at=None)]))  # type: ignore[misc]
    world.clock.pass_(73 * 3600)
    await world.told(7, SmsState.DELIVERED)
    world.clock.pass_(3600)
    assert await looks(world) == []


async def looks(world: World) -> list[Job]:
    return await world.write(lambda tx: tx.jobs.claim_looks(world.now, world.now + LEASE, 10))


async def test_ids_of_another_job_prove_nothing(world: World) -> None:
    first = await world.submitted()
    await world.accept(first, 100)
    second = await world.submitted()
    claimed = Acceptance(second.id, second.attempt, (OvhId(100),), world.now)
    assert await world.write(lambda tx: tx.jobs.accept([claimed])) == set()
    tallies = await world.read(lambda tx: tx.messages.tallies({second.message_id}))
    assert [tally.sms for tally in tallies[second.message_id]] == [SmsState.PENDING]
