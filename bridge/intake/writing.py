"""T0's rows: what a person typed, as message, jobs and sms. Pure but for the tags it is given."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.domain.composing import Refused, compose
from bridge.domain.failures import Refusal
from bridge.domain.ids import ChatRef, Person
from bridge.domain.numbers import E164, reachable_by_short_number
from bridge.domain.rooms import Receiver, Room
from bridge.domain.routing import Send
from bridge.domain.sms import MAX_RECEIVERS
from bridge.domain.states import JobState, SmsState
from bridge.ports.sending import NewJob, NewMessage, NewSms

BY_COMMAND = "by_command"
"""Stands in the parameters of a job whose receiver a command named: an edit of its message must name the same."""


@dataclass(frozen=True, slots=True)
class Written:
    """Who wrote what, where and when (UTC)."""

    ref: ChatRef
    person: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class Drafting:
    """What every message is written down with. `marks_after`: how long after `hold` a waiting one is marked."""

    now: datetime
    new_tag: Callable[[], str]
    marks_after: timedelta


def message(
    send: Send,
    room: Room,
    written: Written,
    opted_out: Collection[E164],
    drafting: Drafting,
    *,
    hold: bool = True,
) -> NewMessage:
    """The rows of one message; one of which nothing may leave has a single rejected job.

    It expires `expires_after` after the person wrote it, and never later than that after now.
    """
    now = drafting.now
    due_at = now + room.hold if hold else now
    expires_at = min(written.at, now) + room.rules.expires_after
    text = compose(send.text, room, anyway=send.anyway)
    sms = _sms(send.receivers, room, opted_out)
    refused = text if isinstance(text, Refused) else _nobody(sms)
    words = send.text if isinstance(text, Refused) else text
    tag = drafting.new_tag
    if refused is None:
        params = {BY_COMMAND: True} if send.by_command else {}
        jobs = [NewJob(tag(), words, JobState.QUEUED, due_at, expires_at, share, None, params) for share in _cut(sms)]
    else:
        why = refused.reason.value, refused.params
        jobs = [NewJob(tag(), words, JobState.REJECTED, due_at, expires_at, _settled(sms), *why)]
    return NewMessage(
        room.id,
        room.account_id,
        room.phone_id,
        written.ref,
        written.person,
        send.text,
        written.at,
        tuple(jobs),
        # A mark after the hold spares a busy room one call in two; what cannot leave is told at once.
        mark_due_at=now if refused else due_at + drafting.marks_after,
    )


def _sms(receivers: Sequence[Receiver], room: Room, opted_out: Collection[E164]) -> tuple[NewSms, ...]:
    """Each number once, whatever the list says; those who may not or cannot be written to are told from the start."""
    rows: dict[E164, NewSms] = {}
    for receiver in receivers:
        number, name = receiver.number, receiver.name
        if number in opted_out:
            row = NewSms(number, name, SmsState.STOPPED, "stopped")
        elif room.rules.short_number and not reachable_by_short_number(number):
            row = NewSms(number, name, SmsState.REFUSED, Refusal.UNREACHABLE.value)
        else:
            row = NewSms(number, name)
        rows.setdefault(number, row)
    return tuple(rows.values())


def _nobody(sms: Sequence[NewSms]) -> Refused | None:
    """Why nothing leaves although the text may: no receiver is left."""
    if any(one.state is SmsState.PENDING for one in sms):
        return None
    causes = {one.cause for one in sms}
    reason = Refusal(causes.pop() or Refusal.NO_RECEIVER) if len(causes) == 1 else Refusal.NO_RECEIVER
    return Refused(reason, {"people": [one.name or one.number for one in sms]})


def _settled(sms: Sequence[NewSms]) -> tuple[NewSms, ...]:
    """Nobody gets it; who stopped stays stopped."""
    return tuple(
        NewSms(one.number, one.name, SmsState.REFUSED, one.cause) if one.state is SmsState.PENDING else one
        for one in sms
    )


def _cut(sms: Sequence[NewSms]) -> list[tuple[NewSms, ...]]:
    """At most 500 receivers a POST. Those who get none go along with the last: no POST is made up of them."""
    waiting = [one for one in sms if one.state is SmsState.PENDING]
    told = tuple(one for one in sms if one.state is not SmsState.PENDING)
    shares = [tuple(waiting[start : start + MAX_RECEIVERS]) for start in range(0, len(waiting), MAX_RECEIVERS)]
    return [*shares[:-1], shares[-1] + told]
