"""When a room is told, that nothing is told twice, and the one line of a list."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.delivery.telling import may_have_been_told, next_look, notices, over, summary
from bridge.domain.failures import Reason
from bridge.domain.marks import Progress, Status, Tally, progress
from bridge.domain.patience import Patience
from bridge.domain.states import JobState, SmsState
from bridge.ports.rows import NewPost
from bridge.ports.sending import JobRow, SmsRow
from tests.delivery.situations import WAITS, situation
from tests.making import NOW, after, job_row, mark_row, sms_row

J, S = JobState, SmsState
USUAL = Patience()


# --- never twice -----------------------------------------------------------------------------------------------------
states = st.sampled_from(list(J))
jobs = st.lists(
    st.builds(
        job_row,
        states,
        due_at=st.just(NOW),
        submitted_at=st.sampled_from([None, NOW]),
        reason=st.sampled_from([None, "network", "absent"]),
    ),
    max_size=3,
)
sms = st.lists(st.builds(sms_row, st.sampled_from(list(S)), st.sampled_from([None, "phone_off"])), max_size=3)


@given(jobs, sms, st.integers(0, 90_000), st.sampled_from([None, (Reason.KEYS, 1), (Reason.SERVER, 2)]))
def test_no_two_notices_share_a_key_and_the_same_rows_tell_the_same(
    jobs: list[JobRow], sms: list[SmsRow], seconds: int, pause: tuple[Reason, int] | None
) -> None:
    at = situation(jobs, sms, after(seconds), pause=pause)
    made = notices(at, USUAL)
    keys = [(post.kind, post.subject, post.room_id, post.round) for post in made]
    assert len(keys) == len(set(keys))
    assert notices(at, USUAL) == made


@given(jobs, st.integers(0, 90_000))
def test_between_now_and_the_next_look_time_alone_tells_nothing_new(jobs: list[JobRow], seconds: int) -> None:
    at = situation(jobs, (), after(seconds))
    due = next_look(at, USUAL)
    until = after(seconds) + timedelta(days=1) if due is None else due - timedelta(microseconds=1)
    assert due is None or due > at.now
    told = {post.kind for post in notices(at, USUAL)}  # some of it is over by then: a wait that ended with its time
    assert {post.kind for post in notices(replace(at, now=until), USUAL)} <= told


# --- next_look -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("job", "seconds", "looks"),
    [
        (WAITS, 0, 60),
        (WAITS, 60, 900),
        (WAITS, 900, None),
        (job_row(J.QUEUED, due_at=after(5)), 0, 65),
        (job_row(J.RECONCILING, submitted_at=after(10)), 40, 310),
        (job_row(J.RECONCILING, submitted_at=after(10)), 310, 900),
        (job_row(J.RECONCILING, submitted_at=after(10)), 900, None),
        (job_row(J.ACCEPTED, submitted_at=after(10)), 40, None),
        (job_row(J.UNCONFIRMED, submitted_at=after(10)), 40, None),
    ],
)
def test_a_message_is_looked_at_again_when_something_falls_due_to_be_told(
    job: JobRow, seconds: float, looks: float | None
) -> None:
    due = next_look(situation([job], at=after(seconds)), USUAL)
    assert due == (None if looks is None else after(looks))


# --- the end of a wait -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("wanted", "status", "done"),
    [
        (Status.QUEUED, Status.ACCEPTED, "sent"),
        (Status.RECONCILING, Status.BUFFERED, "sent"),
        (Status.SUBMITTING, Status.DELIVERED, "sent"),
        (Status.QUEUED, Status.EXPIRED, "expired"),
        (Status.QUEUED, Status.CANCELLED, "cancelled"),
        (Status.RECONCILING, Status.UNCONFIRMED, "unconfirmed"),
        (Status.RECONCILING, Status.PARKED, "failed"),
        (Status.QUEUED, Status.REJECTED, "failed"),
        (Status.RECONCILING, Status.UNDELIVERED, "sent"),
        (Status.RECONCILING, Status.NO_REPORT, "sent"),
        (Status.QUEUED, Status.RECONCILING, None),
        (Status.ACCEPTED, Status.DELIVERED, None),
        (None, Status.ACCEPTED, None),
    ],
)
def test_how_a_wait_ended(wanted: Status | None, status: Status, done: str | None) -> None:
    assert over(mark_row(wanted), status) == done


@pytest.mark.parametrize(("seconds", "told"), [(0, False), (59, False), (60, True), (3600, True)])
def test_no_notice_of_a_wait_is_searched_for_before_one_can_have_been_posted(seconds: int, told: bool) -> None:
    assert may_have_been_told(mark_row(Status.QUEUED), NOW + timedelta(seconds=seconds), Patience()) is told


# --- a list's one line -----------------------------------------------------------------------------------------------
def line(*tallies: Tally, is_list: bool = True) -> NewPost | None:
    return summary(mark_row(is_list=is_list), progress(tallies))


def test_a_list_has_one_line_that_is_edited() -> None:
    post = line(
        Tally(J.ACCEPTED, S.DELIVERED, 41), Tally(J.ACCEPTED, S.UNDELIVERED, 1), Tally(J.ACCEPTED, S.ACCEPTED, 1)
    )
    assert post is not None
    assert (post.kind, post.subject, post.buttons) == ("summary", "message:1", ())
    assert post.params == {"total": 43, "delivered": 41, "failed": 1, "unconfirmed": 0, "waiting": 1}


@pytest.mark.parametrize(
    "stands",
    [
        [Tally(J.QUEUED, S.PENDING, 3)],
        [Tally(J.RECONCILING, S.PENDING, 3)],
        [Tally(J.REJECTED, S.REFUSED, 3)],
        [Tally(J.CANCELLED, S.CANCELLED, 3)],
    ],
)
def test_it_has_none_before_anything_left_nor_when_nothing_ever_did(stands: list[Tally]) -> None:
    assert line(*stands) is None


def test_a_line_room_has_no_summary() -> None:
    stand: Progress = progress([Tally(J.ACCEPTED, S.DELIVERED, 1)])
    assert summary(mark_row(is_list=False), stand) is None
