"""Jobs: claimed in order, once, moved by guarded steps."""

from dataclasses import replace
from datetime import timedelta

from bridge.domain.failures import Reason
from bridge.domain.ids import OvhId
from bridge.domain.offers import may_be_retried
from bridge.domain.sms import Found
from bridge.domain.states import JobState, SmsState
from bridge.ports.sending import JobMove, NewSms
from tests.contract.store.world import LEASE, World, number


async def test_a_job_is_claimed_once_and_comes_whole(world: World) -> None:
    (message,) = await world.add(world.new("list", text="Bonjour"))
    (job,) = await world.claim()
    assert (job.message_id, job.text, job.attempt, job.phone) == (message, "Bonjour", 1, "accueil")
    assert job.receivers == (number(1), number(2), number(3))
    assert job.submitted_at == world.now
    assert await world.claim() == []


async def test_a_job_is_not_claimed_before_it_is_due_nor_after_it_expired(world: World) -> None:
    later = world.now + timedelta(seconds=5)
    await world.add(world.new("line", due_at=later), world.new("list", people=[7], expires_at=world.now))
    assert await world.claim() == []
    assert await world.read(lambda tx: tx.dues.next_due("jobs")) == later
    world.clock.pass_(5)
    assert [job.room_id for job in await world.claim()] == [world.rooms["line"].id]


async def test_jobs_of_a_paused_account_stay_and_are_not_due(world: World) -> None:
    await world.add()
    await world.write(lambda tx: tx.accounts.pause(world.account, Reason.KEYS, world.now))
    assert await world.claim() == []
    assert await world.read(lambda tx: tx.dues.next_due("jobs")) is None
    await world.write(lambda tx: tx.accounts.resume(world.account))
    assert len(await world.claim()) == 1


async def test_no_more_jobs_are_claimed_than_allowed_oldest_first(world: World) -> None:
    await world.add(*(world.new("list", people=[index]) for index in range(10, 15)))
    assert [job.receivers for job in await world.claim(2)] == [(number(10),), (number(11),)]
    assert [job.receivers for job in await world.claim(2)] == [(number(12),), (number(13),)]


async def test_an_open_job_holds_back_later_ones_to_its_receivers_in_its_room_alone(world: World) -> None:
    first = await world.submitted(world.new("list", people=[1, 2]))
    await world.add(world.new("list", people=[2, 3]), world.new("list", people=[3, 4]))
    await world.add(world.new("list", people=[5]), world.new("line", people=[1]))
    assert [job.receivers for job in await world.claim()] == [(number(5),), (number(1),)]
    assert await world.read(lambda tx: tx.dues.next_due("jobs")) is None
    await world.accept(first, 100, 101)
    assert [job.receivers for job in await world.claim()] == [(number(2), number(3))]


async def test_what_is_not_confirmed_or_over_frees_the_way(world: World) -> None:
    for to in (JobState.UNCONFIRMED, JobState.EXPIRED, JobState.PARKED):
        job = await world.submitted()
        await world.add()
        for step in (JobState.RECONCILING, to):
            move = JobMove(job.id, job.attempt, step, world.now)
            assert await world.write(lambda tx, move=move: tx.jobs.move([move])) == {job.id}  # type: ignore[misc]
        (following,) = await world.claim()
        await world.accept(following, following.id)


async def test_a_step_needs_its_attempt_and_an_allowed_move(world: World) -> None:
    job = await world.submitted()

    async def move(to: JobState, attempt: int) -> bool:
        moves = [JobMove(job.id, attempt, to, world.now, reason="link")]
        return bool(await world.write(lambda tx: tx.jobs.move(moves)))

    assert not await move(JobState.REJECTED, attempt=0)
    assert not await move(JobState.CANCELLED, attempt=1)
    assert await move(JobState.REJECTED, attempt=1)
    assert not await move(JobState.QUEUED, attempt=1)
    row = await world.job(job.message_id)
    assert (row.state, row.reason, row.due_at) == (JobState.REJECTED, "link", None)
    assert await world.tally(job.message_id) == {"refused": 1}


async def test_a_job_queued_again_is_another_attempt_and_the_earlier_one_s_answer_is_not_taken(world: World) -> None:
    job = await world.submitted()
    again = JobMove(job.id, 1, JobState.QUEUED, world.now + timedelta(seconds=30), failures=1)
    assert await world.write(lambda tx: tx.jobs.move([again]))
    assert await world.claim() == []
    world.clock.pass_(30)
    (second,) = await world.claim()
    assert (second.id, second.tag, second.attempt, second.failures) == (job.id, job.tag, 2, 1)
    assert await world.accept(job, 7) == set()
    assert await world.accept(second, 7) == {job.id}


async def test_looks_are_due_one_after_the_other_and_counted(world: World) -> None:
    job = await world.submitted()
    at = world.now + timedelta(seconds=35)
    await world.write(lambda tx: tx.jobs.move([JobMove(job.id, 1, JobState.RECONCILING, at)]))
    assert await world.read(lambda tx: tx.dues.next_due("looks")) == at
    world.clock.pass_(35)

    async def look() -> list[int]:
        found = await world.write(lambda tx: tx.jobs.claim_looks(world.now, world.now + LEASE, 5))
        return [one.look for one in found]

    assert await look() == [0]
    assert await look() == []
    answered = JobMove(job.id, 1, JobState.RECONCILING, world.now, look=1, answered_at=world.now)
    assert await world.write(lambda tx: tx.jobs.move([answered])) == {job.id}
    assert await look() == [1]


async def test_a_look_is_given_the_reports_that_came_early(world: World) -> None:
    await world.told(8, SmsState.DELIVERED)
    world.clock.pass_(10)
    job = await world.submitted()
    await world.told(9, SmsState.DELIVERED)
    await world.write(lambda tx: tx.jobs.move([JobMove(job.id, 1, JobState.RECONCILING, world.now)]))
    (found,) = await world.write(lambda tx: tx.jobs.claim_looks(world.now, world.now + LEASE, 5))
    assert found.hints == (9,)


async def test_ids_found_before_a_list_is_complete_are_kept(world: World) -> None:
    job = await world.submitted(world.new("list"))
    found = Found((OvhId(1), OvhId(2)), {OvhId(1): number(1), OvhId(2): number(3)})
    step = JobMove(job.id, 1, JobState.RECONCILING, world.now, look=1, found=found)
    assert await world.write(lambda tx: tx.jobs.move([step]))
    await world.told(2, SmsState.DELIVERED)
    assert await world.tally(job.message_id) == {"pending": 3}
    (looking,) = await world.write(lambda tx: tx.jobs.claim_looks(world.now, world.now + LEASE, 5))
    assert looking.ids == (1, 2)
    assert await world.accept(looking, 1, 2, missing=(number(2),)) == {job.id}
    assert await world.tally(job.message_id) == {"accepted": 1, "delivered": 1, "unconfirmed": 1}


async def test_jobs_of_a_dead_owner_are_looked_for_and_never_posted_again(world: World) -> None:
    job = await world.submitted()
    world.clock.pass_(LEASE.total_seconds())
    assert await world.write(lambda tx: tx.jobs.adopt_orphans("me", LEASE)) == []
    assert await world.write(lambda tx: tx.jobs.adopt_orphans("you", LEASE)) == [job.id]
    assert await world.claim() == []
    assert (await world.job(job.message_id)).state is JobState.RECONCILING


async def test_what_waited_too_long_expires(world: World) -> None:
    soon = world.now + timedelta(seconds=60)
    ids = await world.add(*(world.new("list", people=[index], expires_at=soon) for index in (1, 2, 3)))
    await world.add(world.new("line"))
    world.clock.pass_(60)
    assert await world.write(lambda tx: tx.jobs.expire(world.now, 2)) == ids[:2]
    assert await world.write(lambda tx: tx.jobs.expire(world.now, 2)) == ids[2:]
    assert await world.tally(ids[0]) == {"expired": 1}
    assert (await world.job(ids[0])).state is JobState.EXPIRED


async def test_an_edit_changes_what_leaves_until_the_first_post(world: World) -> None:
    (message,) = await world.add()
    assert await world.write(lambda tx: tx.jobs.replace_text(message, "Bye", "Cabinet : Bye"))
    (job,) = await world.claim()
    assert job.text == "Cabinet : Bye"
    assert (await world.read(lambda tx: tx.messages.by_id({message})))[message].text == "Bye"
    assert not await world.write(lambda tx: tx.jobs.replace_text(message, "No", "No"))
    await world.write(lambda tx: tx.jobs.move([JobMove(job.id, 1, JobState.QUEUED, world.now)]))
    assert not await world.write(lambda tx: tx.jobs.replace_text(message, "No", "No"))


async def test_a_message_is_found_where_it_was_written(world: World) -> None:
    new = world.new("list")
    (message,) = await world.add(new)
    found = (await world.read(lambda tx: tx.messages.at([new.ref])))[new.ref]
    assert (found.id, found.ref, found.person, found.round) == (message, new.ref, new.person, 1)
    elsewhere = replace(new.ref, room=world.rooms["line"].address)
    assert await world.read(lambda tx: tx.messages.at([elsewhere])) == {}


async def test_a_new_round_counts_in_place_of_what_failed(world: World) -> None:
    job = await world.accepted(1, 2, 3, room="list")
    await world.report()
    for id_, person in ((1, 1), (2, 2), (3, 3)):
        state = SmsState.UNDELIVERED if person == 2 else SmsState.DELIVERED
        await world.told(id_, state, receiver=number(person))
    (failed,) = await world.read(lambda tx: tx.messages.sms_of({job.message_id}))
    assert (failed.number, failed.state) == (number(2), SmsState.UNDELIVERED)
    retry = world.new("list", people=[2])
    assert await world.write(lambda tx: tx.messages.add_round(job.message_id, retry)) == 2
    assert await world.tally(job.message_id) == {"delivered": 2, "pending": 1}
    assert await world.read(lambda tx: tx.messages.sms_of({job.message_id})) == []
    assert [row.round for row in await world.read(lambda tx: tx.messages.jobs_of({job.message_id}))] == [2]


async def test_a_stop_takes_its_number_out_of_what_has_not_left(world: World) -> None:
    line, alist = await world.add(world.new("line"), world.new("list"))
    async_stop = await world.write(lambda tx: tx.sms.stop(world.account, [number(1)]))
    assert async_stop == {line, alist}
    assert await world.tally(line) == {"stopped": 1}
    assert (await world.job(line)).state is JobState.REJECTED
    (job,) = await world.claim()
    assert job.receivers == (number(2), number(3))
    assert await world.write(lambda tx: tx.sms.stop(world.account, [number(2)])) == set()


async def test_a_message_of_which_nothing_may_leave_is_rejected_from_the_start(world: World) -> None:
    refused = (NewSms(number(1), None, SmsState.STOPPED, "stopped"),)
    (message,) = await world.add(world.new("line", state=JobState.REJECTED, sms=refused, reason="stopped"))
    assert await world.claim() == []
    assert (await world.job(message)).reason == "stopped"
    assert await world.tally(message) == {"stopped": 1}


async def test_the_sms_of_a_parked_job_know_why_and_may_be_tried_again(world: World) -> None:
    job = await world.submitted()
    for to in (JobState.RECONCILING, JobState.PARKED):
        move = JobMove(job.id, job.attempt, to, world.now)
        await world.write(lambda tx, move=move: tx.jobs.move([move]))  # type: ignore[misc]
    (sms,) = await world.read(lambda tx: tx.messages.sms_of({job.message_id}))
    assert (sms.state, sms.cause) == (SmsState.REFUSED, "parked")
    assert may_be_retried(sms.state, sms.cause)
