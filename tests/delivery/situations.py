"""How a message may stand, for tests of what is told of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bridge.delivery.telling import Situation
from bridge.domain.failures import Reason
from bridge.domain.marks import Status, Tally, progress
from bridge.domain.states import JobState, SmsState
from bridge.ports.sending import JobRow, SmsRow
from tests.making import NOW, job_row, mark_row, message

WAITS = job_row(JobState.QUEUED, due_at=NOW, reason="network", submitted_at=NOW)
"""A job that could not be posted at NOW."""


def situation(
    jobs: Sequence[JobRow] = (),
    sms: Sequence[SmsRow] = (),
    at: datetime = NOW,
    *,
    pause: tuple[Reason, int] | None = None,
    wanted: Status | None = None,
    status: Status = Status.QUEUED,
    round_: int = 1,
) -> Situation:
    stand = replace(progress([Tally(JobState.QUEUED, SmsState.PENDING, 1)]), status=status)
    row = replace(mark_row(wanted, of=message(round=round_)), round=1)
    return Situation(row, stand, jobs, sms, pause, at)
