"""T0's rows: what is written down of a message before anything else happens."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.failures import Refusal
from bridge.domain.ids import ChatRef
from bridge.domain.numbers import E164
from bridge.domain.rooms import Receiver, Room
from bridge.domain.routing import Send
from bridge.domain.sms import MAX_RECEIVERS
from bridge.domain.states import JobState, SmsState
from bridge.intake.writing import Drafting, Written, message
from bridge.ports.sending import NewMessage
from tests.making import CLAIRE, DIALLO, DURAND, NOW, PETIT, ROOM, after, ago, numbers, room, rules

MARKS_AFTER = timedelta(seconds=3)
FIXED = Receiver(E164("+33123456789"), "Mairie")
FOREIGN = Receiver(E164("+4915123456789"))


def tags() -> Iterator[str]:
    return (f"b{number:016}" for number in count())


def written(
    text: str = "Bonjour",
    receivers: Sequence[Receiver] = (DURAND,),
    *,
    where: Room | None = None,
    opted_out: Collection[Receiver] = (),
    at: datetime = NOW,
    hold: bool = True,
) -> NewMessage:
    numbers_ = {one.number for one in opted_out}
    drafting = Drafting(NOW, tags().__next__, MARKS_AFTER)
    wrote = Written(ChatRef(ROOM, "m1"), CLAIRE, at)
    return message(Send(text, tuple(receivers)), where or room(), wrote, numbers_, drafting, hold=hold)


def people(count_: int) -> tuple[Receiver, ...]:
    return tuple(Receiver(number) for number in numbers(count_))


# --- one message -------------------------------------------------------------------------------------------------
def test_a_message_keeps_who_wrote_which_words_where_and_when() -> None:
    new = written("Bonjour « toi »", at=ago(3), where=room(phone=rules(prefix="Cabinet : ")))
    assert (new.ref, new.person, new.written_at) == (ChatRef(ROOM, "m1"), CLAIRE, ago(3))
    assert new.text == "Bonjour « toi »"
    assert [job.text for job in new.jobs] == ['Cabinet : Bonjour " toi "']


def test_it_has_one_job_with_one_sms_a_receiver_as_they_are_now() -> None:
    new = written(receivers=[DURAND, PETIT, DIALLO])
    assert [(job.state, job.reason) for job in new.jobs] == [(JobState.QUEUED, None)]
    assert [(one.number, one.name, one.state) for one in new.jobs[0].sms] == [
        (receiver.number, receiver.name, SmsState.PENDING) for receiver in (DURAND, PETIT, DIALLO)
    ]


def test_it_leaves_when_the_room_s_hold_is_over_and_is_marked_a_moment_later() -> None:
    new = written(where=room(hold=timedelta(seconds=20)))
    assert new.jobs[0].due_at == after(20)
    assert new.mark_due_at == after(23)


@pytest.mark.parametrize(("hold", "held"), [(timedelta(0), True), (timedelta(seconds=20), False)])
def test_without_a_hold_it_leaves_at_once(hold: timedelta, held: bool) -> None:
    new = written(where=room(hold=hold), hold=held)
    assert (new.jobs[0].due_at, new.mark_due_at) == (NOW, NOW + MARKS_AFTER)


# --- expiry --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("wrote", "expires"),
    [
        (NOW, NOW + timedelta(hours=12)),
        (NOW - timedelta(hours=11), NOW + timedelta(hours=1)),
        (NOW - timedelta(hours=13), NOW - timedelta(hours=1)),  # the bridge was down: late is worse than never
        (NOW + timedelta(hours=1), NOW + timedelta(hours=12)),  # a chat's clock that is ahead gains nothing
    ],
)
def test_it_expires_so_long_after_the_person_wrote_it(wrote: datetime, expires: datetime) -> None:
    assert written(at=wrote).jobs[0].expires_at == expires


@given(st.timedeltas(timedelta(days=-30), timedelta(days=30)), st.timedeltas(timedelta(seconds=1), timedelta(days=3)))
def test_it_never_expires_later_than_counted_from_now_nor_from_the_writing(
    wrote: timedelta, expires_after: timedelta
) -> None:
    new = written(at=NOW + wrote, where=room(phone=rules(expires_after=expires_after)))
    assert new.jobs[0].expires_at == min(NOW, NOW + wrote) + expires_after


# --- receivers -----------------------------------------------------------------------------------------------------
def test_each_number_gets_it_once_however_often_the_list_has_it() -> None:
    again = Receiver(DURAND.number, "Maman")
    assert [(one.number, one.name) for one in written(receivers=[DURAND, PETIT, again, DURAND]).jobs[0].sms] == [
        (DURAND.number, DURAND.name),
        (PETIT.number, PETIT.name),
    ]


def test_whoever_stopped_or_cannot_be_reached_is_told_from_the_start_and_the_others_leave() -> None:
    new = written(receivers=[DURAND, PETIT, FIXED, FOREIGN], opted_out=[PETIT])
    assert new.jobs[0].state is JobState.QUEUED
    assert {one.number: (one.state, one.cause) for one in new.jobs[0].sms} == {
        DURAND.number: (SmsState.PENDING, None),
        PETIT.number: (SmsState.STOPPED, "stopped"),
        FIXED.number: (SmsState.REFUSED, "unreachable"),
        FOREIGN.number: (SmsState.REFUSED, "unreachable"),
    }


def test_a_named_sender_reaches_other_numbers_too() -> None:
    new = written(receivers=[DURAND, FOREIGN], where=room(phone=rules(short_number=False)))
    assert {one.state for one in new.jobs[0].sms} == {SmsState.PENDING}


def test_whoever_stopped_stays_stopped_with_a_named_sender_too() -> None:
    new = written(opted_out=[DURAND], where=room(phone=rules(short_number=False)))
    assert new.jobs[0].state is JobState.REJECTED


@pytest.mark.parametrize(("receivers", "sizes"), [(500, [500]), (501, [500, 1]), (1203, [500, 500, 203])])
def test_more_than_500_receivers_are_cut_into_posts_with_a_tag_each(receivers: int, sizes: list[int]) -> None:
    new = written(receivers=people(receivers))
    assert [len(job.sms) for job in new.jobs] == sizes
    assert len({job.tag for job in new.jobs}) == len(sizes)
    assert [one.number for job in new.jobs for one in job.sms] == list(numbers(receivers))


def test_no_post_is_made_up_of_people_who_may_not_be_written_to() -> None:
    everybody = people(1003)
    new = written(receivers=everybody, opted_out=everybody[:600])
    waiting = [sum(one.state is SmsState.PENDING for one in job.sms) for job in new.jobs]
    assert waiting == [403]
    assert sorted(one.number for job in new.jobs for one in job.sms) == sorted(numbers(1003))


@given(st.lists(st.integers(0, 1100), max_size=1200), st.sets(st.integers(0, 1100), max_size=600))
def test_every_number_has_one_sms_and_every_post_somebody_to_go_to(listed: list[int], stopped: set[int]) -> None:
    everybody = people(1101)
    new = written(receivers=[everybody[one] for one in listed], opted_out=[everybody[one] for one in stopped])
    told = [one.number for job in new.jobs for one in job.sms]
    assert sorted(told) == sorted({everybody[one].number for one in listed})
    for job in new.jobs:
        waiting = sum(one.state is SmsState.PENDING for one in job.sms)
        assert waiting <= MAX_RECEIVERS
        assert (job.state is JobState.QUEUED) == (waiting > 0)
    assert new.jobs


# --- nothing may leave -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("receivers", "opted_out", "reason", "told"),
    [
        ([], [], Refusal.NO_RECEIVER, []),
        ([DURAND], [DURAND], Refusal.STOPPED, ["Mme Durand"]),
        ([DURAND, DIALLO], [DURAND, DIALLO], Refusal.STOPPED, ["Mme Durand", DIALLO.number]),
        ([FIXED], [], Refusal.UNREACHABLE, ["Mairie"]),
        ([DURAND, FIXED], [DURAND], Refusal.NO_RECEIVER, ["Mme Durand", "Mairie"]),
    ],
)
def test_a_message_nobody_may_get_has_one_rejected_job_and_is_told_at_once(
    receivers: list[Receiver], opted_out: list[Receiver], reason: Refusal, told: list[str]
) -> None:
    new = written(receivers=receivers, opted_out=opted_out)
    assert [(job.state, job.reason, job.params) for job in new.jobs] == [
        (JobState.REJECTED, reason.value, {"people": told})
    ]
    assert new.mark_due_at == NOW


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "empty"), ("voir https://exemple.fr", "link"), ("a" * 1000, "too_long")],
    ids=["empty", "link", "too long"],
)
def test_a_text_that_may_not_leave_has_one_rejected_job_however_many_receivers(text: str, reason: str) -> None:
    new = written(text, [*people(700), DURAND, FIXED], opted_out=[DURAND])
    assert [(job.state, job.reason, job.text) for job in new.jobs] == [(JobState.REJECTED, reason, text)]
    states = [one.state for one in new.jobs[0].sms]
    assert (states.count(SmsState.REFUSED), states.count(SmsState.STOPPED)) == (701, 1)
    assert new.mark_due_at == NOW


def test_it_tells_why_in_what_the_notice_needs() -> None:
    assert written("voir https://exemple.fr").jobs[0].params == {"link": "https://exemple.fr"}
