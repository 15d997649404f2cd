"""What proves that OVH accepted a job, beside the ids that a look finds."""

from bridge.domain.ids import OvhId
from bridge.domain.states import JobState, SmsState
from bridge.ports.sending import Acceptance, JobMove
from tests.contract.store.world import World


async def test_an_answer_proves_its_job_although_no_id_of_it_is_known(world: World) -> None:
    job = await world.submitted()
    await world.write(lambda tx: tx.jobs.move([JobMove(job.id, 1, JobState.RECONCILING, due_at=world.now)]))
    proven = Acceptance(job.id, job.attempt, (), world.now)
    assert await world.write(lambda tx: tx.jobs.accept([proven])) == {job.id}
    (row,) = await world.read(lambda tx: tx.messages.jobs_of({job.message_id}))
    assert row.state is JobState.ACCEPTED


async def test_ids_of_another_job_prove_nothing(world: World) -> None:
    first = await world.submitted()
    await world.accept(first, 100)
    second = await world.submitted()
    claimed = Acceptance(second.id, second.attempt, (OvhId(100),), world.now)
    assert await world.write(lambda tx: tx.jobs.accept([claimed])) == set()
    tallies = await world.read(lambda tx: tx.messages.tallies({second.message_id}))
    assert [tally.sms for tally in tallies[second.message_id]] == [SmsState.PENDING]
