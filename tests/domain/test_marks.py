from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.marks import (
    FAILED,
    NOT_CONFIRMED,
    ON_ITS_WAY,
    RANK,
    WAITING,
    Progress,
    Status,
    Summary,
    Tally,
    progress,
    status_of,
)
from bridge.domain.states import FINAL_SMS, OPEN_JOBS, SMS_AFTER_JOB, JobState, SmsState

J, S, M = JobState, SmsState, Status

WHILE_PENDING = [
    (J.HELD, M.HELD),
    (J.QUEUED, M.QUEUED),
    (J.SUBMITTING, M.SUBMITTING),
    (J.RECONCILING, M.RECONCILING),
]
SETTLED = [
    (J.ACCEPTED, S.ACCEPTED, M.ACCEPTED),
    (J.ACCEPTED, S.IN_NETWORK, M.IN_NETWORK),
    (J.ACCEPTED, S.BUFFERED, M.BUFFERED),
    (J.ACCEPTED, S.DELIVERED, M.DELIVERED),
    (J.ACCEPTED, S.UNDELIVERED, M.UNDELIVERED),
    (J.ACCEPTED, S.NO_REPORT, M.NO_REPORT),
    (J.ACCEPTED, S.REFUSED, M.REFUSED),
    (J.ACCEPTED, S.UNCONFIRMED, M.UNCONFIRMED),
    (J.ACCEPTED, S.STOPPED, M.STOPPED),
    (J.QUEUED, S.STOPPED, M.STOPPED),
    (J.QUEUED, S.REFUSED, M.REFUSED),
    (J.REJECTED, S.REFUSED, M.REJECTED),
    (J.REJECTED, S.STOPPED, M.STOPPED),
    (J.PARKED, S.REFUSED, M.PARKED),
    (J.UNCONFIRMED, S.UNCONFIRMED, M.UNCONFIRMED),
    (J.EXPIRED, S.EXPIRED, M.EXPIRED),
    (J.CANCELLED, S.CANCELLED, M.CANCELLED),
]
# Every way in which an SMS can stand, by its mark.
STANDS = {mark: (job, sms) for job, sms, mark in SETTLED} | {mark: (job, S.PENDING) for job, mark in WHILE_PENDING}

ONE_OF_EACH = [M.QUEUED, M.BUFFERED, M.DELIVERED, M.EXPIRED, M.NO_REPORT]


def of(*marks: Status) -> Progress:
    """How a message stands whose SMS stand so."""
    return progress(Tally(*STANDS[mark], 1) for mark in marks)


@pytest.mark.parametrize(("job", "mark"), WHILE_PENDING)
def test_a_pending_sms_is_where_its_job_is(job: JobState, mark: Status) -> None:
    assert status_of(job, S.PENDING) is mark


@pytest.mark.parametrize(("job", "sms", "mark"), SETTLED)
def test_a_settled_sms_speaks_for_itself_but_for_refused_and_parked_jobs(
    job: JobState, sms: SmsState, mark: Status
) -> None:
    assert status_of(job, sms) is mark


@pytest.mark.parametrize("job", JobState)
def test_every_state_that_a_job_leaves_its_sms_in_has_a_mark(job: JobState) -> None:
    sms = SMS_AFTER_JOB.get(job, S.PENDING)
    assert status_of(job, sms) in RANK


@pytest.mark.parametrize("mark", Status)
def test_one_sms_is_marked_as_it_stands(mark: Status) -> None:
    assert of(mark).status is mark


@pytest.mark.parametrize("marks", list(combinations_with_replacement(Status, 2)))
def test_two_sms_show_the_least_advanced_or_when_all_is_over_how_it_ended(marks: tuple[Status, Status]) -> None:
    assert of(*marks).status is _expected(set(marks))


@pytest.mark.parametrize("marks", list(combinations_with_replacement(ONE_OF_EACH, 3)))
def test_so_do_three(marks: tuple[Status, ...]) -> None:
    assert of(*marks).status is _expected(set(marks))


def _expected(marks: set[Status]) -> Status:
    """The rule of lists, written down once more."""
    marks = marks - {M.CANCELLED} or marks
    going_on = marks & (WAITING | ON_ITS_WAY)
    if going_on:
        return min(going_on, key=list(Status).index)
    if marks == {M.DELIVERED}:
        return M.DELIVERED
    if failed := marks & FAILED:
        return min(failed, key=list(Status).index)
    if unsure := marks & NOT_CONFIRMED:
        return min(unsure, key=list(Status).index)
    return M.CANCELLED


def test_the_marks_of_waiting_come_in_the_order_in_which_an_sms_goes() -> None:
    way = [M.QUEUED, M.SUBMITTING, M.RECONCILING, M.ACCEPTED, M.IN_NETWORK, M.BUFFERED, M.DELIVERED]
    assert way == sorted(way, key=RANK.__getitem__)
    assert RANK[M.HELD] < RANK[M.QUEUED], "releasing moves a mark forward"


@pytest.mark.parametrize("unsure", sorted(NOT_CONFIRMED))
@pytest.mark.parametrize("later", [M.DELIVERED, *sorted(FAILED)])
def test_what_was_not_confirmed_may_still_become_delivered_or_failed(unsure: Status, later: Status) -> None:
    assert RANK[unsure] < RANK[later]


def test_the_families_of_marks_do_not_overlap_and_leave_only_the_ends_out() -> None:
    families = [WAITING, ON_ITS_WAY, NOT_CONFIRMED, FAILED, {M.DELIVERED}, {M.CANCELLED}]
    assert sorted(mark for family in families for mark in family) == sorted(Status)


def test_delivered_41_of_43_failed_1_waiting_1() -> None:
    stands = progress(
        [
            Tally(J.ACCEPTED, S.DELIVERED, 40),
            Tally(J.ACCEPTED, S.DELIVERED, 1),
            Tally(J.ACCEPTED, S.UNDELIVERED, 1),
            Tally(J.ACCEPTED, S.BUFFERED, 1),
        ]
    )
    assert stands == Progress(M.BUFFERED, Summary(43, delivered=41, failed=1, unconfirmed=0, waiting=1))
    assert not stands.final


def test_the_cancelled_are_not_counted_beside_others() -> None:
    assert of(M.CANCELLED, M.DELIVERED).summary == Summary(1, 1, 0, 0, 0)
    assert of(M.CANCELLED, M.CANCELLED) == Progress(M.CANCELLED, Summary(2, 0, 0, 0, 0))


@given(st.dictionaries(st.sampled_from(Status), st.integers(1, 500), min_size=1))
def test_every_sms_is_counted_once_and_all_is_over_when_none_waits(counts: dict[Status, int]) -> None:
    stands = progress(Tally(*STANDS[mark], count) for mark, count in counts.items())
    told = stands.summary
    cancelled = counts.pop(M.CANCELLED, 0)
    assert told.total == (sum(counts.values()) or cancelled)
    assert told.delivered + told.failed + told.unconfirmed + told.waiting == sum(counts.values())
    assert stands.final == all(
        STANDS[mark][1] in FINAL_SMS and not (STANDS[mark][1] is S.PENDING and STANDS[mark][0] in OPEN_JOBS)
        for mark in counts
    )


@given(st.lists(st.sampled_from(Status), min_size=1))
def test_the_order_of_the_rows_does_not_matter(marks: list[Status]) -> None:
    assert of(*marks) == of(*reversed(marks))
