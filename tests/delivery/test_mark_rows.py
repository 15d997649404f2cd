"""From when on a message that waits says so."""

from dataclasses import replace
from datetime import timedelta

from bridge.delivery.mark_rows import unmarked_until
from bridge.domain.marks import Progress, Status, Tally, progress
from bridge.domain.states import JobState, SmsState
from tests.making import NOW, mark_row, message

AFTER = timedelta(seconds=3)
HOLD = timedelta(seconds=5)


def stands(job: JobState, sms: SmsState = SmsState.PENDING) -> Progress:
    return progress([Tally(job, sms, 1)])


def test_a_message_that_waits_bears_nothing_before_three_seconds_after_its_hold() -> None:
    row = replace(mark_row(), hold=HOLD)
    for waits in (JobState.QUEUED, JobState.SUBMITTING, JobState.RECONCILING):
        assert unmarked_until(row, stands(waits), AFTER) == NOW + HOLD + AFTER


def test_one_that_is_sent_or_has_failed_is_marked_at_once() -> None:
    row = replace(mark_row(), hold=HOLD)
    for job, sms in ((JobState.ACCEPTED, SmsState.ACCEPTED), (JobState.REJECTED, SmsState.REFUSED)):
        assert unmarked_until(row, stands(job, sms), AFTER) == NOW


def test_another_try_is_not_held_again() -> None:
    row = replace(mark_row(of=message(round=2)), hold=HOLD)
    assert unmarked_until(row, stands(JobState.QUEUED), AFTER) == NOW + AFTER


def test_a_mark_that_is_shown_stays_up_to_date() -> None:
    row = replace(mark_row(Status.QUEUED), hold=HOLD, shown=Status.QUEUED)
    assert unmarked_until(row, stands(JobState.RECONCILING), AFTER) == NOW
