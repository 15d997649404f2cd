"""The table of what follows from a POST and from a look for it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bridge.domain.after_post import Accept, Broken, Looked, Pause, Posted, Step, after_look, after_post, pause_after
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Refusal, Temporary
from bridge.domain.ids import OvhId
from bridge.domain.sms import Absent, CannotTell, Found, Submission
from bridge.domain.states import JOB_MOVES, JobState
from tests.making import NOW, after, job, numbers

LOOKS = tuple(timedelta(seconds=one) for one in (35, 90, 180, 600))
DAY = timedelta(hours=24)
LAST = len(LOOKS) - 1


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def posted(outcome: Posted, now: datetime = NOW, **of: Any) -> Accept | Step:
    return after_post(job(**of), outcome, now, LOOKS[0])


def looked(outcome: Looked, now: datetime, **of: Any) -> Accept | Step:
    return after_look(job(**of), outcome, now, LOOKS, DAY)


def step(of: Accept | Step) -> Step:
    assert isinstance(of, Step)
    return of


# --- T2 ----------------------------------------------------------------------------------------------------------
def test_an_accepted_post_is_accepted_with_its_ids_and_the_receivers_ovh_refused() -> None:
    refused = numbers(1)
    assert posted(Submission((OvhId(7),), refused)) == Accept(Found((OvhId(7),)), refused=refused)


def test_a_decoded_refusal_is_final_and_keeps_its_reason() -> None:
    assert posted(Permanent(Refusal.CONTACT_DETAILS, "said OVH")) == Step(
        JobState.REJECTED, reason="contact_details", detail="said OVH"
    )


@pytest.mark.parametrize("reason", [Reason.KEYS, Reason.CLOCK, Reason.CREDITS])
def test_what_the_account_is_to_blame_for_queues_the_job_again_behind_the_account_s_pause(reason: Reason) -> None:
    failure = Temporary(reason, scope="account")
    assert posted(failure) == Step(JobState.QUEUED, due_at=NOW, reason=reason.value)
    assert pause_after(failure) == Pause(reason)


@pytest.mark.parametrize("reason", [Reason.NETWORK, Reason.SERVER])
def test_what_was_surely_not_sent_is_queued_again_with_back_off(reason: Reason) -> None:
    waits = []
    for attempt in range(1, 12):
        again = step(posted(Temporary(reason), attempt=attempt))
        assert (again.to, again.reason) == (JobState.QUEUED, reason.value)
        assert again.due_at is not None
        waits.append(again.due_at - NOW)
    assert seconds(1.5) <= waits[0] <= seconds(2)
    assert waits[3] > waits[2] > waits[1] > waits[0]
    assert max(waits) <= seconds(60)


@pytest.mark.parametrize(("asked", "wait"), [(seconds(17), 17), (None, 1)])
def test_after_429_the_job_waits_as_long_as_was_asked_or_a_second(asked: timedelta | None, wait: float) -> None:
    again = step(posted(Temporary(Reason.RATE, asked, "account")))
    assert (again.to, again.due_at) == (JobState.QUEUED, after(wait))
    assert pause_after(Temporary(Reason.RATE, asked, "account")) is None, "a pace is no pause"


@pytest.mark.parametrize("outcome", [OutcomeUnknown(), OutcomeUnknown(Reason.SERVER), Broken("KeyError")])
def test_what_may_have_been_sent_is_looked_for_from_the_first_interval_after_the_post(outcome: Posted) -> None:
    look = step(posted(outcome, now=after(30)))
    assert (look.to, look.due_at, look.look) == (JobState.RECONCILING, after(35), 0)


def test_an_exception_of_ours_while_posting_is_counted() -> None:
    assert step(posted(Broken("KeyError"), failures=3)).failures == 4


@pytest.mark.parametrize(
    ("outcome", "pause"),
    [
        (OutcomeUnknown(Reason.SERVER), Pause(Reason.SERVER)),
        (Temporary(Reason.SERVER, seconds(9)), Pause(Reason.SERVER, seconds(9))),
        (OutcomeUnknown(), None),
        (Temporary(Reason.NETWORK), None),
        (Permanent(Refusal.OTHER), None),
        (Submission((OvhId(1),)), None),
        (Broken("KeyError"), None),
    ],
)
def test_after_an_error_of_the_server_the_whole_account_waits(outcome: Posted, pause: Pause | None) -> None:
    assert pause_after(outcome) == pause


# --- looks that found ----------------------------------------------------------------------------------------------
def test_any_id_proves_the_job_of_one_receiver() -> None:
    found = Found((OvhId(7),))
    assert looked(found, after(35)) == Accept(found)


@pytest.mark.parametrize("ids", [3, 4])
def test_as_many_ids_as_receivers_or_more_and_none_is_missing(ids: int) -> None:
    found = Found(tuple(OvhId(one) for one in range(ids)))
    assert looked(found, after(35), receivers=3) == Accept(found)


def _fewer(known: int) -> Found:
    people = numbers(3)
    return Found(tuple(OvhId(one) for one in range(known)), {OvhId(one): people[one] for one in range(known)})


@pytest.mark.parametrize(("look", "now", "due"), [(0, 35, 90), (1, 90, 180), (2, 180, 600)])
def test_while_receivers_are_missing_they_are_looked_for_again(look: int, now: float, due: float) -> None:
    again = step(looked(_fewer(2), after(now), receivers=3, look=look))
    assert (again.to, again.look, again.due_at, again.answered_at) == (
        JobState.RECONCILING,
        look + 1,
        after(due),
        after(now),
    )


def test_receivers_that_the_last_look_misses_are_told_and_the_job_is_accepted() -> None:
    assert looked(_fewer(1), after(600), receivers=3, look=LAST) == Accept(_fewer(1), missing=numbers(3)[1:])


def test_what_a_look_found_is_kept_so_that_a_later_empty_list_does_not_make_it_absent() -> None:
    again = step(looked(_fewer(2), after(35), receivers=3))
    assert again.found == _fewer(2)


@pytest.mark.parametrize("look", range(LAST))
def test_an_empty_look_for_a_job_some_of_whose_ids_are_known_counts_but_is_not_absence(look: int) -> None:
    again = step(looked(Absent(), after(700), receivers=3, look=look, ids=(OvhId(1),)))
    assert (again.to, again.look) == (JobState.RECONCILING, look + 1)


def test_an_empty_last_look_for_a_job_some_of_whose_ids_are_known_accepts_it_and_its_receivers_are_missing() -> None:
    accepted = looked(Absent(), after(600), receivers=3, look=LAST, ids=(OvhId(1),))
    assert accepted == Accept(Found((OvhId(1),)), missing=numbers(3))


@pytest.mark.parametrize("outcome", [CannotTell("network"), Broken("KeyError")])
def test_ids_found_once_prove_the_job_though_the_looks_for_the_others_are_given_up(outcome: Looked) -> None:
    of: dict[str, Any] = {"receivers": 3, "look": 1, "ids": (OvhId(1),), "failures": 4}
    assert looked(outcome, NOW + DAY, **of) == Accept(Found((OvhId(1),)), missing=numbers(3))


# --- looks that did not --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("look", "now", "due"), [(0, 35, 90), (1, 90, 180), (2, 180, 600), (1, 95, 180)])
def test_an_empty_look_is_followed_by_the_next_of_the_schedule(look: int, now: float, due: float) -> None:
    assert looked(Absent(), after(now), look=look) == Step(
        JobState.RECONCILING, due_at=after(due), look=look + 1, answered_at=after(now)
    )


@pytest.mark.parametrize("look", range(LAST))
def test_after_downtime_overdue_looks_are_made_the_first_interval_apart(look: int) -> None:
    assert step(looked(Absent(), after(7200), look=look)).due_at == after(7200 + 35)


def test_absent_at_every_look_it_is_queued_again_at_once() -> None:
    assert looked(Absent(), after(600), look=LAST) == Step(
        JobState.QUEUED, due_at=after(600), reason="absent", look=0, answered_at=after(600)
    )


def test_absent_at_every_look_a_person_is_asked_where_that_is_wished() -> None:
    assert step(looked(Absent(), after(600), look=LAST, on_uncertain="ask")).to is JobState.UNCONFIRMED


@pytest.mark.parametrize("on_uncertain", ["resend", "ask"])
@pytest.mark.parametrize(("left", "to"), [(0, JobState.EXPIRED), (-60, JobState.EXPIRED)])
def test_found_absent_after_its_time_it_expires(on_uncertain: str, left: float, to: JobState) -> None:
    end = step(looked(Absent(), after(600), look=LAST, expires_at=after(600 + left), on_uncertain=on_uncertain))
    assert (end.to, end.reason) == (to, "expired")


@pytest.mark.parametrize("outcome", [Absent(), CannotTell("network")])
def test_a_job_past_its_time_is_looked_for_all_the_same(outcome: Looked) -> None:
    assert step(looked(outcome, after(90), look=1, expires_at=NOW)).to is JobState.RECONCILING


def test_a_job_whose_post_broke_five_times_is_parked_once_it_is_absent() -> None:
    assert step(looked(Absent(), after(600), look=LAST, failures=5)).to is JobState.PARKED
    assert step(looked(Absent(), after(600), look=LAST, failures=4)).to is JobState.QUEUED


# --- looks that were not answered ------------------------------------------------------------------------------------
@pytest.mark.parametrize("look", range(LAST + 1))
@pytest.mark.parametrize("outcome", [CannotTell("network"), Broken("KeyError")])
def test_a_look_that_was_not_answered_is_none_and_is_made_again(look: int, outcome: Looked) -> None:
    again = step(looked(outcome, after(700), look=look))
    assert (again.to, again.look, again.answered_at) == (JobState.RECONCILING, None, None)
    assert again.due_at is not None
    assert seconds(35) <= again.due_at - after(700) <= seconds(300)


def test_unanswered_looks_come_less_and_less_often_up_to_five_minutes() -> None:
    waits = []
    for since in (35, 200, 400, 1200, 6000, 80_000):
        again = step(looked(CannotTell("network"), after(since)))
        assert again.due_at is not None
        waits.append((again.due_at - after(since)).total_seconds())
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (35, 300)


@pytest.mark.parametrize(
    ("hours", "answered", "to"),
    [
        (23.9, None, JobState.RECONCILING),
        (24, None, JobState.UNCONFIRMED),
        (30, 7, JobState.RECONCILING),
        (30, 6, JobState.UNCONFIRMED),
        (30, -48, JobState.UNCONFIRMED),  # a look for an earlier attempt says nothing of this one
    ],
)
def test_without_an_answered_look_for_24_h_nobody_can_tell(hours: float, answered: float | None, to: JobState) -> None:
    at = None if answered is None else after(answered * 3600)
    assert step(looked(CannotTell("network"), after(hours * 3600), look=2, answered_at=at)).to is to


@pytest.mark.parametrize(
    ("failures", "to"), [(0, JobState.RECONCILING), (3, JobState.RECONCILING), (4, JobState.UNCONFIRMED)]
)
def test_a_look_that_breaks_is_counted_and_the_fifth_time_a_person_decides(failures: int, to: JobState) -> None:
    broken = step(looked(Broken("KeyError"), after(700), look=2, failures=failures))
    assert (broken.to, broken.failures) == (to, failures + 1)


# --- all of it -------------------------------------------------------------------------------------------------------
OUTCOMES: list[Posted] = [
    Submission((OvhId(1),)),
    Permanent(Refusal.OTHER),
    *(Temporary(reason, scope="account") for reason in Reason),
    Temporary(Reason.NETWORK),
    OutcomeUnknown(),
    OutcomeUnknown(Reason.SERVER),
    Broken("KeyError"),
]


@pytest.mark.parametrize("outcome", OUTCOMES, ids=repr)
def test_every_step_after_a_post_is_a_move_that_the_table_of_states_allows(outcome: Posted) -> None:
    to = step_or_accepted(posted(outcome))
    assert to in JOB_MOVES[JobState.SUBMITTING]


def step_or_accepted(of: Accept | Step) -> JobState:
    return of.to if isinstance(of, Step) else JobState.ACCEPTED


# --- looks that a report woke ------------------------------------------------------------------------------------
@pytest.mark.parametrize("outcome", [Absent(), CannotTell("network"), Found((OvhId(1),))])
def test_a_look_before_its_time_that_proves_not_everybody_counts_for_nothing(outcome: Looked) -> None:
    made = step(looked(outcome, after(200), look=LAST, submitted_at=NOW, receivers=2, answered_at=after(180)))
    assert (made.to, made.due_at, made.look, made.answered_at) == (JobState.RECONCILING, after(600), None, None)
    assert made.found == (outcome if isinstance(outcome, Found) else None)


def test_looks_after_downtime_keep_their_distance_though_a_report_woke_one() -> None:
    made = step(looked(Absent(), after(5010), look=2, submitted_at=NOW, answered_at=after(5000)))
    assert (made.to, made.due_at, made.look) == (JobState.RECONCILING, after(5035), None)


def test_a_look_before_its_time_that_finds_the_job_proves_it() -> None:
    found = Found((OvhId(1),))
    assert looked(found, after(20), submitted_at=NOW, receivers=1) == Accept(found)


def test_what_was_not_confirmed_is_proven_by_a_late_look_or_stays_as_it_is() -> None:
    late = {"unconfirmed": True, "submitted_at": NOW, "receivers": 2}
    one, other = numbers(2)
    found = Found((OvhId(1),), {OvhId(1): one})
    assert looked(found, after(90_000), **late) == Accept(found, missing=(other,))
    for nothing in (Absent(), Broken("KeyError"), CannotTell("text differs", other_text=True)):
        assert looked(nothing, after(90_000), **late) == Step(JobState.UNCONFIRMED, reason="unconfirmed")


def test_a_late_look_that_was_not_answered_is_made_again_for_three_days() -> None:
    late = {"unconfirmed": True, "submitted_at": NOW}
    again = step(looked(CannotTell("network"), after(90_000), **late))
    assert (again.to, again.due_at) == (JobState.UNCONFIRMED, after(93_600))
    assert step(looked(CannotTell("network"), after(72 * 3600), **late)).due_at is None
