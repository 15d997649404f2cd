"""The states of every row, as data: which there are, which moves are allowed. docs/states.md has the same words."""

from collections.abc import Mapping
from enum import StrEnum


class JobState(StrEnum):
    """One text, at most 500 receivers, one POST."""

    HELD = "held"  # a person must decide
    QUEUED = "queued"  # leaves when due
    SUBMITTING = "submitting"  # written down before the POST: from here on it may have been sent
    RECONCILING = "reconciling"  # perhaps sent: looked up at OVH, never posted blindly
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNCONFIRMED = "unconfirmed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    PARKED = "parked"  # its work failed five times for a reason of ours


class SmsState(StrEnum):
    """One receiver of one job."""

    PENDING = "pending"  # its job is held, queued, submitting or reconciling
    ACCEPTED = "accepted"
    IN_NETWORK = "in_network"
    BUFFERED = "buffered"  # the operator keeps it for a phone that is off
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    NO_REPORT = "no_report"
    REFUSED = "refused"  # never left: this receiver, or the whole job, was refused
    STOPPED = "stopped"  # the receiver asked for no more SMS
    UNCONFIRMED = "unconfirmed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class ReplyState(StrEnum):
    """An SMS that came in."""

    NAMED = "named"  # its id is known, its text is not yet
    FETCHED = "fetched"
    ROUTED = "routed"
    WAITING = "waiting"  # no room claims it
    DROPPED = "dropped"  # the signed API does not know it
    UNREADABLE = "unreadable"


class PostState(StrEnum):
    """Something to put into a room."""

    QUEUED = "queued"
    SENDING = "sending"
    POSTED = "posted"
    FAILED = "failed"
    SUSPENDED = "suspended"  # the room cannot be written to


class RoomState(StrEnum):
    """Whether a room takes part."""

    ACTIVE = "active"
    SUSPENDED = "suspended"  # the bot was removed
    MUTED = "muted"  # the bot reads and may not write
    UNLINKED = "unlinked"  # no phone is for it: it can be answered, and sends nothing
    RETIRED = "retired"  # gone from the configuration


_J, _S, _R, _P = JobState, SmsState, ReplyState, PostState

JOB_MOVES: Mapping[JobState, frozenset[JobState]] = {
    _J.HELD: frozenset({_J.QUEUED, _J.EXPIRED, _J.CANCELLED, _J.REJECTED}),
    _J.QUEUED: frozenset({_J.SUBMITTING, _J.HELD, _J.REJECTED, _J.EXPIRED, _J.CANCELLED, _J.PARKED}),
    _J.SUBMITTING: frozenset({_J.ACCEPTED, _J.REJECTED, _J.QUEUED, _J.RECONCILING}),
    _J.RECONCILING: frozenset({_J.ACCEPTED, _J.QUEUED, _J.UNCONFIRMED, _J.EXPIRED, _J.PARKED}),
    _J.UNCONFIRMED: frozenset({_J.ACCEPTED}),  # a late report still proves it
    _J.ACCEPTED: frozenset(),
    _J.REJECTED: frozenset(),
    _J.EXPIRED: frozenset(),
    _J.CANCELLED: frozenset(),
    _J.PARKED: frozenset(),
}

_REPORTED = frozenset({_S.ACCEPTED, _S.IN_NETWORK, _S.BUFFERED, _S.DELIVERED, _S.UNDELIVERED, _S.NO_REPORT})
SMS_MOVES: Mapping[SmsState, frozenset[SmsState]] = {
    _S.PENDING: _REPORTED | {_S.REFUSED, _S.STOPPED, _S.UNCONFIRMED, _S.EXPIRED, _S.CANCELLED},
    _S.ACCEPTED: _REPORTED - {_S.ACCEPTED} | {_S.UNCONFIRMED},
    _S.IN_NETWORK: _REPORTED - {_S.ACCEPTED, _S.IN_NETWORK},
    _S.BUFFERED: _REPORTED - {_S.ACCEPTED, _S.IN_NETWORK, _S.BUFFERED},
    _S.UNCONFIRMED: _REPORTED,
    _S.NO_REPORT: frozenset({_S.DELIVERED, _S.UNDELIVERED}),  # later than 72 h, and still the truth
    _S.DELIVERED: frozenset(),
    _S.UNDELIVERED: frozenset(),
    _S.REFUSED: frozenset(),
    _S.STOPPED: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.CANCELLED: frozenset(),
}

REPLY_MOVES: Mapping[ReplyState, frozenset[ReplyState]] = {
    _R.NAMED: frozenset({_R.FETCHED, _R.ROUTED, _R.WAITING, _R.DROPPED, _R.UNREADABLE}),
    _R.FETCHED: frozenset({_R.ROUTED, _R.WAITING}),
    _R.UNREADABLE: frozenset({_R.FETCHED, _R.ROUTED, _R.WAITING, _R.DROPPED}),
    _R.WAITING: frozenset({_R.ROUTED}),
    _R.ROUTED: frozenset({_R.WAITING}),  # its room was suspended before the answer could be posted
    _R.DROPPED: frozenset(),
}

POST_MOVES: Mapping[PostState, frozenset[PostState]] = {
    _P.QUEUED: frozenset({_P.SENDING, _P.SUSPENDED, _P.FAILED}),
    _P.SENDING: frozenset({_P.POSTED, _P.QUEUED, _P.FAILED, _P.SUSPENDED}),
    _P.POSTED: frozenset({_P.SENDING}),  # an edit
    _P.SUSPENDED: frozenset({_P.QUEUED, _P.FAILED}),
    _P.FAILED: frozenset(),
}

OPEN_JOBS = frozenset({_J.HELD, _J.QUEUED, _J.SUBMITTING, _J.RECONCILING})
"""Jobs that hold back later ones to the same receiver in the same room."""

FINAL_SMS = frozenset(
    {
        _S.DELIVERED,
        _S.UNDELIVERED,
        _S.NO_REPORT,
        _S.REFUSED,
        _S.STOPPED,
        _S.UNCONFIRMED,
        _S.EXPIRED,
        _S.CANCELLED,
    }
)
ANSWERABLE_SMS = frozenset(_REPORTED | {_S.UNCONFIRMED})
"""What may have reached a telephone, and so may be answered."""

SMS_AFTER_JOB: Mapping[JobState, SmsState] = {
    _J.ACCEPTED: _S.ACCEPTED,
    _J.REJECTED: _S.REFUSED,
    _J.UNCONFIRMED: _S.UNCONFIRMED,
    _J.EXPIRED: _S.EXPIRED,
    _J.CANCELLED: _S.CANCELLED,
    _J.PARKED: _S.REFUSED,
}
"""Where the pending SMS of a job go when the job is settled."""


def before(moves: Mapping[JobState, frozenset[JobState]], to: JobState) -> tuple[JobState, ...]:
    """The states from which `to` may be reached: what a guarded UPDATE compares with."""
    return tuple(sorted(state for state, allowed in moves.items() if to in allowed))
