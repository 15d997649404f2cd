"""What its author or an operator decides of a message afterwards, by a button or a command."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Literal

from bridge.domain.failures import Refusal
from bridge.domain.ids import Person
from bridge.domain.offers import may_be_retried
from bridge.domain.rooms import Receiver
from bridge.domain.routing import TAKES_PART, Send
from bridge.domain.states import JobState, SmsState
from bridge.intake.costs import costs_ended, costs_of
from bridge.intake.writing import Drafting, Written, message
from bridge.ports.sending import JobMove, JobRow, Message, NewMessage, SmsRow
from bridge.ports.store import Tx

Cancelled = Literal["cancelled", "partly", "late", "nothing"]

_STOPPABLE = frozenset({JobState.QUEUED, JobState.HELD})
MAY_HAVE_LEFT = frozenset({JobState.SUBMITTING, JobState.RECONCILING, JobState.ACCEPTED, JobState.UNCONFIRMED})


def may_decide(person: Person, about: Message, operators: Collection[str]) -> bool:
    """Its author, or an operator."""
    return person.address == about.person.address or person.address in operators


async def cancel(tx: Tx, about: Message) -> Cancelled:
    """Stop what has not left. What may have left cannot be stopped; what ended needs it no more (`nothing`)."""
    jobs = await tx.messages.jobs_of({about.id})
    moved = await tx.jobs.move(
        [JobMove(job.id, job.attempt, JobState.CANCELLED, reason="pressed") for job in jobs if job.state in _STOPPABLE]
    )
    leaves = any(job.state in MAY_HAVE_LEFT for job in jobs if job.id not in moved)
    if not moved:
        return "late" if leaves else "nothing"
    if leaves:
        return "partly"
    room = (await tx.rooms.by_id({about.room_id}))[about.room_id]
    await costs_ended(tx, about.id, room, "cancelled")
    return "cancelled"


async def retry(tx: Tx, about: Message, drafting: Drafting) -> bool:
    """Write again to those whose failure was for now. False: there are none."""
    failed = await tx.messages.sms_of({about.id})
    again = [one for one in failed if may_be_retried(one.state, one.cause)]
    return await _new_round(tx, about, again, drafting) is not None


async def resend(tx: Tx, about: Message, drafting: Drafting) -> bool:
    """Write again to those of whom nobody knows whether they got it."""
    open_ = await tx.messages.sms_of({about.id})
    again = [one for one in open_ if one.state is SmsState.UNCONFIRMED]
    return await _new_round(tx, about, again, drafting) is not None


async def try_anyway(tx: Tx, about: Message, drafting: Drafting) -> bool:
    """Send what was held back with a warning. False: it is settled otherwise."""
    if not _warned(await tx.messages.jobs_of({about.id})):
        return False
    new = await _new_round(tx, about, await tx.messages.sms_of({about.id}), drafting)
    if new is None:
        return False
    room = (await tx.rooms.by_id({about.room_id}))[about.room_id]
    post = costs_of(about.id, room, new, timedelta(0))
    if post is not None:
        await tx.posts.revise(post)  # an edit may have ended what was told of it before
    return True


def _warned(jobs: Sequence[JobRow]) -> bool:
    return any(job.state is JobState.REJECTED and job.reason == Refusal.MAY_BE_REFUSED for job in jobs)


async def _new_round(tx: Tx, about: Message, again: Sequence[SmsRow], drafting: Drafting) -> NewMessage | None:
    room = (await tx.rooms.by_id({about.room_id}))[about.room_id]
    if not again or room.state not in TAKES_PART:  # a button outlives its room's link
        return None
    receivers = tuple(Receiver(one.number, one.name) for one in again)
    opted_out = await tx.optouts.among({(room.account_id, one.number) for one in receivers})
    # The wish is of now: its time to expire counts from it, not from the first writing.
    written = Written(about.ref, about.person, drafting.now)
    stopped = {number for _, number in opted_out}
    # Whoever asks for it again knows the warning: it left before, or was held back with these very words.
    send = Send(about.text, receivers, anyway=True)
    new = message(send, room, written, stopped, drafting, hold=False)
    await tx.messages.add_round(about.id, new)
    return new
