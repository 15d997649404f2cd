"""What a team is told of a message, worked out from its rows: pure. Each notice is unique by message and round."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.domain.failures import Reason, Refusal
from bridge.domain.ids import JobId
from bridge.domain.marks import WAITING, Progress, Status
from bridge.domain.offers import cause_told, may_be_retried
from bridge.domain.patience import Patience
from bridge.domain.states import JobState, SmsState
from bridge.ports.rows import NewPost, Params
from bridge.ports.sending import JobRow, MarkRow, SmsRow

NAMED = 10
"""Failures named one by one in a notice; the rest is a count."""

ABSENT = "absent"
"""The reason of a job that is queued again since OVH surely has not got it."""

FAILED_SMS = frozenset({SmsState.UNDELIVERED, SmsState.REFUSED, SmsState.STOPPED, SmsState.EXPIRED})


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a notice may depend on. `pause`: why the account posts nothing, with the pause's own number."""

    row: MarkRow
    progress: Progress
    jobs: Sequence[JobRow]
    sms: Sequence[SmsRow]
    pause: tuple[Reason, int] | None
    now: datetime


def notices(situation: Situation, patience: Patience) -> list[NewPost]:
    """What the room should have been told by now, and again if it changed."""
    made = (
        _refused(situation),
        _failed(situation),
        _unconfirmed(situation),
        _paused(situation),
        _waiting(situation, patience),
        _not_confirmed_yet(situation, patience),
    )
    return [post for post in made if post is not None]


def summary(row: MarkRow, progress: Progress) -> NewPost | None:
    """A list's one line, edited as it changes; none before OVH accepted anything."""
    counts = progress.summary
    if not row.is_list or (counts.delivered + counts.failed + counts.unconfirmed == 0 and progress.status in WAITING):
        return None
    if progress.status in (Status.REJECTED, Status.CANCELLED):
        return None
    params = {
        "total": counts.total,
        "delivered": counts.delivered,
        "failed": counts.failed,
        "unconfirmed": counts.unconfirmed,
        "waiting": counts.waiting,
    }
    return _post(row, "summary", params)


def next_look(situation: Situation, patience: Patience) -> datetime | None:
    """When time alone would change what is told; None: only news will."""
    times: list[datetime] = []
    begun = situation.row.message.round_at
    for job in situation.jobs:
        if job.state in (JobState.QUEUED, JobState.SUBMITTING, JobState.HELD):
            times += (_waits_since(job, begun) + patience.told_waiting, begun + patience.told_operations)
        elif job.state is JobState.RECONCILING and job.submitted_at is not None:
            times += (job.submitted_at + patience.told_unconfirmed, begun + patience.told_operations)
    return min((time for time in times if time > situation.now), default=None)


def _post(row: MarkRow, kind: str, params: Params, buttons: tuple[str, ...] = ()) -> NewPost:
    message = row.message
    return NewPost(kind, f"message:{message.id}", message.room_id, params, message.round, message.ref.id, buttons)


def _refused(at: Situation) -> NewPost | None:
    """The whole message was refused: before the POST, or by OVH."""
    job = next((job for job in at.jobs if job.state is JobState.REJECTED), None)
    if job is None:
        return None
    buttons = (f"anyway:{at.row.message.id}",) if job.reason == Refusal.MAY_BE_REFUSED else ()
    return _post(at.row, "refused", {**job.params, "reason": job.reason or "other"}, buttons)


def _failed(at: Situation) -> NewPost | None:
    """Some receivers were not reached. Those of a refused job are told by its own notice."""
    refused = {job.id for job in at.jobs if job.state is JobState.REJECTED}
    failed = [one for one in _news(at) if one.state in FAILED_SMS and one.job_id not in refused]
    if not failed:
        return None
    retry = any(may_be_retried(one.state, one.cause) for one in failed)
    params: dict[str, object] = {
        "failures": [_named(one) for one in failed[:NAMED]],
        "more": max(0, len(failed) - NAMED),
        "retry": retry,
    }
    return _post(at.row, "failed", params, (f"retry:{at.row.message.id}",) if retry else ())


def _named(one: SmsRow) -> dict[str, object]:
    return {"name": one.name, "number": one.number, "cause": cause_told(one.state, one.cause)}


def _unconfirmed(at: Situation) -> NewPost | None:
    """Nobody knows whether it was sent: a person decides."""
    unsure = _unsure(at)
    message = at.row.message.id
    buttons = (f"resend:{message}", f"leave:{message}")
    return _post(at.row, "may_have_been_sent", {"people": unsure[:NAMED]}, buttons) if unsure else None


def _unsure(at: Situation) -> list[str]:
    return [one.name or one.number for one in _news(at) if one.state is SmsState.UNCONFIRMED]


def _news(at: Situation) -> list[SmsRow]:
    """SMS of this round, and those of earlier ones that ended since it began: nobody was told of them."""
    own, since = {job.id for job in at.jobs}, at.row.message.round_at
    return [one for one in at.sms if one.job_id in own or one.changed_at > since]


def asked(row: MarkRow) -> bool:
    """Whether the room may have been asked, in this round, if something is to be sent again."""
    listed = row.shown_summary is not None and row.shown_summary.unconfirmed > 0
    return row.round == row.message.round and (row.wanted is Status.UNCONFIRMED or listed)


def known_after_all(at: Situation) -> bool:
    """Whether late news answered the question whether to resend."""
    return asked(at.row) and not _unsure(at)


def _paused(at: Situation) -> NewPost | None:
    """Keys, clock or credits: told once a room and pause, as soon as somebody's words wait for it."""
    if at.pause is None or at.progress.status not in WAITING:
        return None
    reason, number = at.pause
    if reason not in (Reason.KEYS, Reason.CLOCK, Reason.CREDITS):
        return None
    params = {"reason": reason.value, "done": None}  # the same pause may come back after it was over
    return NewPost("paused", f"pause:{number}", at.row.message.room_id, params)


def _waiting(at: Situation, patience: Patience) -> NewPost | None:
    """A minute, and it has not left. One that is being posted may just be leaving: its answer tells."""
    begun = at.row.message.round_at
    waiting = [
        job
        for job in at.jobs
        if job.state is JobState.QUEUED
        and at.now - _waits_since(job, begun) >= patience.told_waiting
        and job.expires_at > at.now  # else the next sweep drops it, and that is told
    ]
    if waiting:
        reason = at.pause[0].value if at.pause else (waiting[0].reason or ABSENT)
        if reason == ABSENT:  # nobody knows what kept the last POST from OVH
            reason = Reason.NETWORK.value
        until = max(job.expires_at for job in waiting)
        # Somebody was told that it is leaving, and it did not: it waits again, and may be cancelled again.
        params = {"until": until.isoformat(), "reason": reason, "done": None}
        return _post(at.row, "waiting", params, (f"cancel:{at.row.message.id}",))
    return None


def _waits_since(job: JobRow, begun: datetime) -> datetime:
    """From when on the room should not have to wait: its own hold is none, nor a job that was just proven absent."""
    if job.reason == ABSENT or job.submitted_at is None:
        return max(begun, job.due_at or job.submitted_at or begun)
    return begun


def _not_confirmed_yet(at: Situation, patience: Patience) -> NewPost | None:
    """Five minutes, and OVH has not said whether it was sent."""
    doubtful = in_doubt(at.jobs, at.now, patience)
    if not doubtful:
        return None
    people = [one.name or one.number for one in at.sms if one.state is SmsState.PENDING and one.job_id in doubtful]
    return _post(at.row, "not_confirmed_yet", {"people": people[:NAMED]})


def in_doubt(jobs: Iterable[JobRow], now: datetime, patience: Patience) -> set[JobId]:
    """Jobs of which OVH has not said for five minutes whether they were sent."""
    return {
        job.id
        for job in jobs
        if job.state is JobState.RECONCILING
        and job.submitted_at is not None
        and now - job.submitted_at >= patience.told_unconfirmed
    }


def may_have_been_told(row: MarkRow, now: datetime, patience: Patience) -> bool:
    """Whether this round is old enough for a notice of its wait: for nearly every message none is searched for."""
    return now - row.message.round_at >= min(patience.told_waiting, patience.told_unconfirmed)


def over(row: MarkRow, status: Status) -> str | None:
    """How a wait that may have been told ended; None: it goes on, or nothing waited."""
    if row.wanted not in WAITING or status in WAITING:
        return None
    match status:
        case Status.EXPIRED | Status.CANCELLED | Status.UNCONFIRMED:
            return status.value
        case Status.REJECTED | Status.REFUSED | Status.STOPPED | Status.PARKED:
            return "failed"
        case _:
            return "sent"
