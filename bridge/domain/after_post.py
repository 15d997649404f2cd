"""What follows from the answer to a POST, or from a look for one: pure, a table in code. Protocol: docs/flow.md."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Temporary
from bridge.domain.numbers import E164
from bridge.domain.retry import delay
from bridge.domain.sms import Absent, CannotTell, Found, Job, Submission
from bridge.domain.states import JobState

MAX_FAILURES = 5
"""Exceptions of our own while working on one row before it is parked."""

LATE_FOR = timedelta(hours=72)
"""From its POST on, how long a job that nobody could confirm is looked for again: operators keep an SMS no longer."""


@dataclass(frozen=True, slots=True)
class Broken:
    """An exception that nobody foresaw, met while working on a row. It stays on that row."""

    error: str


Posted = Submission | Temporary | Permanent | OutcomeUnknown | Broken
Looked = Found | Absent | CannotTell | Broken


@dataclass(frozen=True, slots=True)
class Accept:
    """The job was accepted with these ids; `missing` receivers were never found."""

    found: Found
    refused: tuple[E164, ...] = ()
    missing: tuple[E164, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """The job goes there, and is due then. `found`: what proves it was accepted, though receivers are missing yet."""

    to: JobState
    due_at: datetime | None = None
    reason: str | None = None
    detail: str = ""
    look: int | None = None
    answered_at: datetime | None = None
    failures: int | None = None
    found: Found | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """The account posts nothing until a probe of it succeeds."""

    reason: Reason
    retry_after: timedelta | None = None


def after_post(job: Job, outcome: Posted, now: datetime, first_look: timedelta) -> Accept | Step:
    """T2 for a job that was posted at `job.submitted_at`."""
    match outcome:
        case Submission():
            return Accept(Found(outcome.ids), refused=outcome.refused)
        case Permanent():
            return Step(JobState.REJECTED, reason=outcome.reason.value, detail=outcome.detail)
        case Temporary():
            return Step(JobState.QUEUED, due_at=_again(job, outcome, now), reason=outcome.reason.value)
        case OutcomeUnknown():
            return Step(JobState.RECONCILING, due_at=_posted_at(job, now) + first_look, look=0)
        case Broken():
            due = _posted_at(job, now) + first_look
            return Step(JobState.RECONCILING, due_at=due, look=0, failures=job.failures + 1)


def pause_after(outcome: Posted) -> Pause | None:
    """Whether the whole account waits: revoked keys, a wrong clock, no credits, or a server in trouble."""
    match outcome:
        case Temporary(reason=Reason.KEYS | Reason.CREDITS | Reason.CLOCK | Reason.SERVER as reason):
            return Pause(reason, outcome.retry_after)
        case OutcomeUnknown(reason=Reason.SERVER):
            return Pause(Reason.SERVER)
        case _:
            return None


def after_look(
    job: Job, looked: Looked, now: datetime, looks: tuple[timedelta, ...], cannot_tell: timedelta
) -> Accept | Step:
    """What follows from one look. A look that was not answered does not count, and is made again.

    Ids that an earlier look found (`job.ids`) prove the job for good: an empty list later takes nothing back.
    One that a report woke before its time may prove the job; that it found nothing says nothing.
    """
    if job.unconfirmed:
        return _after_late_look(job, looked, now, looks[0])
    due = _before_its_time(job, now, looks)
    if due is not None and not isinstance(looked, Broken) and not _complete(job, looked):
        return Step(JobState.RECONCILING, due_at=due, found=looked if isinstance(looked, Found) else None)
    step = _after_look(job, looked, now, looks, cannot_tell)
    if job.ids and isinstance(step, Step) and step.to is not JobState.RECONCILING:
        return Accept(Found(job.ids), missing=job.receivers if len(job.ids) < len(job.receivers) else ())
    return step


def _after_look(
    job: Job, looked: Looked, now: datetime, looks: tuple[timedelta, ...], cannot_tell: timedelta
) -> Accept | Step:
    match looked:
        case Found():
            return _found(job, looked, now, looks)
        case Absent():
            return _absent(job, now, looks)
        case CannotTell():
            return _unanswered(job, now, looks[0], cannot_tell, job.failures)
        case Broken():
            if job.failures + 1 >= MAX_FAILURES:  # not parked: that says it surely was not sent
                return Step(JobState.UNCONFIRMED, reason="unconfirmed", failures=job.failures + 1)
            return _unanswered(job, now, looks[0], cannot_tell, job.failures + 1)


def _after_late_look(job: Job, looked: Looked, now: datetime, first: timedelta) -> Accept | Step:
    """A report woke it after the room was asked: it proves the job, or changes nothing."""
    match looked:
        case Found():
            return Accept(looked, missing=() if _complete(job, looked) else _missing(job, looked))
        case CannotTell(other_text=False) if now - _posted_at(job, now) < LATE_FOR:
            wait = min(max(first, (now - _posted_at(job, now)) / 4), timedelta(hours=1))
            return Step(JobState.UNCONFIRMED, due_at=now + wait, reason="unconfirmed")
        case _:
            return Step(JobState.UNCONFIRMED, reason="unconfirmed")


def _before_its_time(job: Job, now: datetime, looks: tuple[timedelta, ...]) -> datetime | None:
    """When this look is due by the schedule, None when it is; as `_next_look` planned it."""
    due = _posted_at(job, now) + looks[min(job.look, len(looks) - 1)]
    if job.answered_at is not None and due <= job.answered_at:
        due = job.answered_at + looks[0]
    return due if due > now else None


def _complete(job: Job, looked: Looked) -> bool:
    """Whether nobody is missing: an answer that carries the tag proves the job without any id."""
    return isinstance(looked, Found) and (not looked.ids or len(looked.ids) >= len(job.receivers))


def _missing(job: Job, found: Found) -> tuple[E164, ...]:
    seen = set(found.receivers.values())
    return tuple(number for number in job.receivers if number not in seen)


def _found(job: Job, found: Found, now: datetime, looks: tuple[timedelta, ...]) -> Accept | Step:
    """Any id proves the whole job; receivers no id was found for are looked for until the last look."""
    if _complete(job, found):
        return Accept(found)
    missing = _missing(job, found)
    if job.look + 1 >= len(looks) or not missing:
        return Accept(found, missing=missing)
    return replace(_next_look(job, now, looks), found=found)


def _absent(job: Job, now: datetime, looks: tuple[timedelta, ...]) -> Step:
    if job.look + 1 < len(looks):
        return _next_look(job, now, looks)
    if job.failures >= MAX_FAILURES:
        return Step(JobState.PARKED, reason="parked")
    if now >= job.expires_at:
        return Step(JobState.EXPIRED, reason="expired")
    if job.on_uncertain == "ask":
        return Step(JobState.UNCONFIRMED, reason="unconfirmed")
    return Step(JobState.QUEUED, due_at=now, reason="absent", look=0, answered_at=now)


def _next_look(job: Job, now: datetime, looks: tuple[timedelta, ...]) -> Step:
    """As the schedule says; looks that are overdue after downtime keep the first interval between them."""
    planned = _posted_at(job, now) + looks[job.look + 1]
    due = planned if planned > now else now + looks[0]
    return Step(JobState.RECONCILING, due_at=due, look=job.look + 1, answered_at=now)


def _unanswered(job: Job, now: datetime, first: timedelta, cannot_tell: timedelta, failures: int) -> Step:
    since = now - max(job.answered_at or _posted_at(job, now), _posted_at(job, now))
    if since >= cannot_tell:
        return Step(JobState.UNCONFIRMED, reason="unconfirmed")
    # A quarter of the time already waited: a back-off that needs no counter, from the first interval to five minutes.
    wait = min(max(first, since / 4), timedelta(minutes=5))
    return Step(JobState.RECONCILING, due_at=now + wait, failures=failures or None)


def _again(job: Job, outcome: Temporary, now: datetime) -> datetime:
    if outcome.scope == "account" and outcome.reason is not Reason.RATE:
        return now  # the account's pause holds it back
    if outcome.reason is Reason.RATE:
        return now + (outcome.retry_after or timedelta(seconds=1))
    return now + delay(job.attempt, most=timedelta(minutes=1), retry_after=outcome.retry_after, key=job.tag)


def _posted_at(job: Job, now: datetime) -> datetime:
    return job.submitted_at or now
