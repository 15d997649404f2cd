"""What OVH and the operators say of an SMS: ids, reports, lists, pulls."""

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.adapters.database.outcomes import Outcome
from bridge.domain.causes import Cause
from bridge.domain.ids import OvhId
from bridge.domain.sms import Report
from bridge.domain.states import JobState, RoomState, SmsState
from bridge.ports.sending import JobMove
from tests.contract.store.world import LEASE, World, number


async def test_an_answer_to_a_post_accepts_the_job(world: World) -> None:
    job = await world.accepted(1)
    assert (await world.job(job.message_id)).state is JobState.ACCEPTED
    assert await world.tally(job.message_id) == {"accepted": 1}
    assert await world.accept(job, 1) == set()


async def test_a_late_answer_still_moves_what_was_looked_for_or_given_up(world: World) -> None:
    job = await world.submitted()
    for step in (JobState.RECONCILING, JobState.UNCONFIRMED):
        await world.write(lambda tx, to=step: tx.jobs.move([JobMove(job.id, 1, to, world.now)]))  # type: ignore[misc]
    assert await world.tally(job.message_id) == {"unconfirmed": 1}
    assert await world.accept(job, 1) == {job.id}
    assert await world.tally(job.message_id) == {"accepted": 1}


async def test_an_id_of_another_job_proves_nothing(world: World) -> None:
    await world.accepted(1)
    job = await world.submitted()
    assert await world.accept(job, 1) == set()
    assert (await world.job(job.message_id)).state is JobState.SUBMITTING
    assert await world.accept(job, 1, 2) == {job.id}
    await world.told(1, SmsState.DELIVERED)
    assert await world.tally(job.message_id) == {"accepted": 1}


async def test_receivers_that_ovh_refused_are_refused_alone(world: World) -> None:
    job = await world.submitted(world.new("list"))
    await world.accept(job, 1, 2, refused=(number(2),))
    assert await world.tally(job.message_id) == {"accepted": 2, "refused": 1}
    (row,) = await world.read(lambda tx: tx.messages.sms_of({job.message_id}))
    assert (row.number, row.cause) == (number(2), "invalid_number")


async def test_a_report_changes_its_sms_and_tells_whose(world: World) -> None:
    job = await world.accepted(1)
    assert await world.told(1, SmsState.IN_NETWORK) == {job.message_id}
    assert await world.told(1, SmsState.IN_NETWORK) == set()
    assert await world.told(1, SmsState.UNDELIVERED, cause=Cause.PHONE_OFF) == {job.message_id}
    (row,) = await world.read(lambda tx: tx.messages.sms_of({job.message_id}))
    assert (row.state, row.cause) == (SmsState.UNDELIVERED, "phone_off")


async def test_the_first_final_report_stays(world: World) -> None:
    job = await world.accepted(1)
    await world.told(1, SmsState.DELIVERED)
    assert await world.told(1, SmsState.UNDELIVERED) == set()
    assert await world.tally(job.message_id) == {"delivered": 1}


async def test_reports_in_any_order_end_the_same(world: World) -> None:
    news = (SmsState.ACCEPTED, SmsState.IN_NETWORK, SmsState.BUFFERED, SmsState.DELIVERED)
    for first, order in enumerate(permutations(news), start=1):
        job = await world.accepted(first)
        for state in order:
            await world.told(first, state)
        assert await world.tally(job.message_id) == {"delivered": 1}


@given(
    order=st.permutations([SmsState.ACCEPTED, SmsState.IN_NETWORK, SmsState.BUFFERED, SmsState.UNDELIVERED]),
    known_after=st.integers(0, 4),
)
def test_reports_before_and_after_the_id_is_known_end_the_same(order: list[SmsState], known_after: int) -> None:
    def folded(states: list[SmsState]) -> Outcome:
        outcome = Outcome(states[0])
        for state in states[1:]:
            outcome = outcome.after(Outcome(state))
        return outcome

    early, late = order[:known_after], order[known_after:]
    stands = Outcome(SmsState.ACCEPTED)
    if early:
        stands = stands.after(folded(early))
    for state in late:
        stands = stands.after(Outcome(state))
    assert stands.state is SmsState.UNDELIVERED


async def test_a_report_that_came_before_its_id_was_known_counts(world: World) -> None:
    job = await world.submitted()
    await world.told(5, SmsState.IN_NETWORK)
    assert await world.told(5, SmsState.DELIVERED) == set()
    await world.told(5, SmsState.BUFFERED)
    await world.accept(job, 5)
    assert await world.tally(job.message_id) == {"delivered": 1}


async def test_early_reports_are_kept_for_72_hours(world: World) -> None:
    await world.told(5, SmsState.DELIVERED)
    world.clock.pass_(timedelta(hours=72, seconds=1).total_seconds())
    await world.told(6, SmsState.DELIVERED)
    job = await world.accepted(5)
    assert await world.tally(job.message_id) == {"accepted": 1}


async def test_no_more_than_ten_thousand_reports_are_kept_for_unknown_ids(world: World) -> None:
    await world.report(*(Report(OvhId(id_), SmsState.DELIVERED) for id_ in range(1, 10_001)))
    await world.told(20_000, SmsState.DELIVERED)
    job = await world.accepted(20_000)
    assert await world.tally(job.message_id) == {"accepted": 1}
    other = await world.accepted(10_000)
    assert await world.tally(other.message_id) == {"delivered": 1}


async def test_a_list_counts_ids_whose_receiver_is_not_known(world: World) -> None:
    job = await world.accepted(1, 2, 3, room="list")
    assert await world.told(2, SmsState.DELIVERED) == {job.message_id}
    assert await world.tally(job.message_id) == {"accepted": 2, "delivered": 1}
    await world.told(1, SmsState.BUFFERED)
    assert await world.tally(job.message_id) == {"accepted": 1, "buffered": 1, "delivered": 1}


async def test_a_list_whose_ids_were_all_delivered_is_delivered_to_everybody(world: World) -> None:
    job = await world.accepted(1, 2, 3, room="list")
    for id_ in (1, 2, 3):
        await world.told(id_, SmsState.DELIVERED)
    assert await world.tally(job.message_id) == {"delivered": 3}
    assert await world.read(lambda tx: tx.dues.next_due("pulls")) is None


async def test_a_failure_in_a_list_is_pulled_at_once_until_its_receiver_is_known(world: World) -> None:
    job = await world.accepted(1, 2, 3, room="list")
    await world.told(1, SmsState.DELIVERED)
    await world.told(3, SmsState.UNDELIVERED, cause=Cause.PHONE_OFF)
    assert await world.read(lambda tx: tx.dues.next_due("pulls")) == world.now
    assert "pulls" in world.rung
    await world.told(2, SmsState.DELIVERED)
    assert await world.tally(job.message_id) == {"delivered": 2, "undelivered": 1}
    assert await world.read(lambda tx: tx.messages.sms_of({job.message_id})) == []
    await world.told(3, SmsState.UNDELIVERED, cause=Cause.PHONE_OFF, receiver=number(2))
    (row,) = await world.read(lambda tx: tx.messages.sms_of({job.message_id}))
    assert (row.number, row.cause) == (number(2), "phone_off")
    assert await world.tally(job.message_id) == {"delivered": 2, "undelivered": 1}
    rows = await world.read(lambda tx: tx.dues.next_due("pulls"))
    assert rows is None


async def test_pulls_follow_their_schedule_and_end_with_the_last_report(world: World) -> None:
    job = await world.accepted(1)
    assert await world.write(lambda tx: tx.sms.claim_pulls(world.now, world.now + LEASE, 5)) == []
    world.clock.pass_(300)
    ((pulled, step),) = await world.write(lambda tx: tx.sms.claim_pulls(world.now, world.now + LEASE, 5))
    assert (pulled.id, pulled.ids, pulled.receivers, step) == (job.id, (1,), (number(1),), 0)
    at = world.now + timedelta(hours=1)
    await world.write(lambda tx: tx.sms.next_pull(job.id, 1, at))
    assert await world.read(lambda tx: tx.dues.next_due("pulls")) == at
    await world.told(1, SmsState.DELIVERED)
    assert await world.read(lambda tx: tx.dues.next_due("pulls")) is None
    await world.write(lambda tx: tx.sms.next_pull(job.id, 2, at))
    assert await world.read(lambda tx: tx.dues.next_due("pulls")) is None


async def test_a_pull_wished_for_during_another_is_made(world: World) -> None:
    job = await world.accepted(1, 2, 3, room="list")
    world.clock.pass_(300)
    await world.write(lambda tx: tx.sms.claim_pulls(world.now, world.now + LEASE, 5))
    wished = world.now
    await world.told(2, SmsState.UNDELIVERED)
    await world.write(lambda tx: tx.sms.next_pull(job.id, 1, world.now + timedelta(hours=1)))
    assert await world.read(lambda tx: tx.dues.next_due("pulls")) == wished


async def test_silence_ends_as_no_report_and_a_later_one_is_still_believed(world: World) -> None:
    job = await world.accepted(1)
    assert await world.write(lambda tx: tx.sms.give_up_reports(job.id, world.now)) == job.message_id
    assert await world.write(lambda tx: tx.sms.give_up_reports(job.id, world.now)) is None
    assert await world.tally(job.message_id) == {"no_report": 1}
    await world.told(1, SmsState.DELIVERED)
    assert await world.tally(job.message_id) == {"delivered": 1}


async def test_an_answer_belongs_to_the_newest_sms_to_its_number(world: World) -> None:
    first = await world.accepted(1)
    world.clock.pass_(60)
    second = await world.accepted(2, 3, 4, room="list")
    await world.add(world.new("line"))
    since = world.now - timedelta(hours=48)
    sent = await world.read(lambda tx: tx.sms.newest_to(world.account, number(1), since, world.now))
    assert [one.message_id for one in sent] == [second.message_id, first.message_id]
    assert [one.room_active for one in sent] == [True, True]
    await world.write(lambda tx: tx.rooms.set_state(second.room_id, RoomState.SUSPENDED))
    since = world.now - timedelta(seconds=59)
    (only,) = await world.read(lambda tx: tx.sms.newest_to(world.account, number(1), since, world.now))
    assert (only.message_id, only.room_active) == (second.message_id, False)


async def test_an_answer_finds_its_sms_by_tag(world: World) -> None:
    job = await world.accepted(1, 2, 3, room="list")
    found = await world.read(lambda tx: tx.sms.by_tags(world.account, [job.tag, "other"]))
    assert list(found) == [job.tag]
    assert [one.number for one in found[job.tag]] == [number(1), number(2), number(3)]


@pytest.mark.parametrize("size", [500])
async def test_the_longest_list_is_accepted_and_reported(world: World, size: int) -> None:
    job = await world.submitted(world.new("list", people=range(1, size + 1)))
    assert len(job.receivers) == size
    await world.accept(job, *range(1, size + 1))
    await world.report(*(Report(OvhId(id_), SmsState.DELIVERED) for id_ in range(1, size + 1)))
    assert await world.tally(job.message_id) == {"delivered": size}
