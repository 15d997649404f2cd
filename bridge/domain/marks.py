"""The one mark on a person's message, worked out from what became of its SMS. It only moves forward."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bridge.domain.states import JobState, SmsState


class Status(StrEnum):
    """What a mark says: the states of a message's jobs and SMS, in one list."""

    HELD = "held"
    QUEUED = "queued"
    SUBMITTING = "submitting"
    RECONCILING = "reconciling"
    ACCEPTED = "accepted"
    IN_NETWORK = "in_network"
    BUFFERED = "buffered"
    NO_REPORT = "no_report"
    UNCONFIRMED = "unconfirmed"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    REFUSED = "refused"
    UNDELIVERED = "undelivered"
    STOPPED = "stopped"
    EXPIRED = "expired"
    PARKED = "parked"
    CANCELLED = "cancelled"


WAITING = frozenset({Status.HELD, Status.QUEUED, Status.SUBMITTING, Status.RECONCILING})
ON_ITS_WAY = frozenset({Status.ACCEPTED, Status.IN_NETWORK, Status.BUFFERED})
NOT_CONFIRMED = frozenset({Status.UNCONFIRMED, Status.NO_REPORT})
FAILED = frozenset({Status.REJECTED, Status.REFUSED, Status.UNDELIVERED, Status.STOPPED, Status.EXPIRED, Status.PARKED})
RANK = {status: rank for rank, status in enumerate(Status)}
"""A mark is only replaced by one of a higher rank. Held comes before queued: releasing it moves it forward."""


@dataclass(frozen=True, slots=True)
class Tally:
    """So many SMS of a message are in this state, their job in that one."""

    job: JobState
    sms: SmsState
    count: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A list in one line: delivered 41 of 43, failed 1, waiting 1."""

    total: int
    delivered: int
    failed: int
    unconfirmed: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How a message stands: its mark, and its summary."""

    status: Status
    summary: Summary

    @property
    def final(self) -> bool:
        """Whether nothing more is expected, though a late report may still tell."""
        return self.summary.waiting == 0


def status_of(job: JobState, sms: SmsState) -> Status:
    """One SMS in the words of marks: while it is pending, its job's state says where it is."""
    if sms is SmsState.PENDING:
        return Status(job.value)
    if sms is SmsState.REFUSED and job in (JobState.PARKED, JobState.REJECTED):
        return Status(job.value)
    return Status(sms.value)


def progress(tallies: Iterable[Tally]) -> Progress:
    """Not all final: the least advanced. All final: all delivered, else any failed, else not confirmed."""
    counts: dict[Status, int] = {}
    for tally in tallies:
        status = status_of(tally.job, tally.sms)
        counts[status] = counts.get(status, 0) + tally.count
    cancelled = counts.pop(Status.CANCELLED, 0)
    if not counts:
        return Progress(Status.CANCELLED, Summary(cancelled, 0, 0, 0, 0))

    def total(among: frozenset[Status]) -> int:
        return sum(counts.get(status, 0) for status in among)

    summary = Summary(
        total=sum(counts.values()),
        delivered=counts.get(Status.DELIVERED, 0),
        failed=total(FAILED),
        unconfirmed=total(NOT_CONFIRMED),
        waiting=total(WAITING | ON_ITS_WAY),
    )
    return Progress(_least_advanced(counts, summary), summary)


def _least_advanced(counts: dict[Status, int], summary: Summary) -> Status:
    present = sorted(counts, key=RANK.__getitem__)
    for among in (WAITING | ON_ITS_WAY, FAILED, NOT_CONFIRMED):
        for status in present:
            if status in among:
                return status
    return Status.DELIVERED
