"""Second thoughts: within `hold` an edit changes what leaves and a deletion stops it; later both are answered."""

from bridge.domain.commands import Sms
from bridge.domain.composing import compose, words_that_leave
from bridge.domain.events import Deleted, Edited
from bridge.domain.rooms import Room
from bridge.domain.routing import TAKES_PART
from bridge.domain.states import JobState, SmsState
from bridge.intake.costs import costs, costs_ended
from bridge.intake.second_thoughts import MAY_HAVE_LEFT, cancel
from bridge.intake.writing import BY_COMMAND, Drafting
from bridge.ports.rows import NewPost, Params
from bridge.ports.sending import JobMove, JobRow, Message
from bridge.ports.store import Tx


async def take_edited(tx: Tx, event: Edited, drafting: Drafting) -> None:
    """The text that leaves is the one that stands there when the hold is over. An edit never sends by itself."""
    message = (await tx.messages.at({event.ref})).get(event.ref)
    words = words_that_leave(event.text)
    if message is None:
        if isinstance(words, Sms):
            await _never_was_one(tx, event)
        return
    if event.person.id != message.person.id:
        return  # Matrix hands over anybody's; clients show the author's own alone
    jobs = await tx.messages.jobs_of({message.id})
    text = await _same_to_same(tx, words, message, jobs)
    if text == message.text:
        return
    if not all(_waits(job) for job in jobs):
        await _say(tx, _why_not(jobs), event.event_id, message)
        return
    room = (await tx.rooms.by_id({message.room_id}))[message.room_id]
    if text is not None:
        await _replace(tx, text, message, jobs, room, drafting)
        return
    await _settle(tx, jobs, JobState.CANCELLED, drafting)
    await costs_ended(tx, message.id, room, "cancelled")
    if words is not None:  # a note: nothing of it leaves, as its author knows
        await _say(tx, "edited_command", event.event_id, message)


def _why_not(jobs: list[JobRow]) -> str:
    """What is told to whoever edits a message that no longer just waits for its hold to be over."""
    if all(job.state is JobState.QUEUED for job in jobs):
        return "edit_still_waits"  # tried in vain: what was tried stays as it is
    return "edited_too_late" if any(job.state in MAY_HAVE_LEFT for job in jobs) else "edit_not_sent"


async def _never_was_one(tx: Tx, event: Edited) -> None:
    """Whoever mends a mistake in what was typed waits for an SMS that does not leave: told once a message."""
    room = (await tx.rooms.at({event.ref.room})).get(event.ref.room)
    if room is not None and room.state in TAKES_PART:
        subject = f"edited:{event.ref.id}"
        await tx.posts.add([NewPost("edit_not_sent", subject, room.id, {}, reply_to=event.ref.id)])
        tx.ring("posts")


async def _same_to_same(tx: Tx, words: object, message: Message, jobs: list[JobRow]) -> str | None:
    """The edited words, if they go to whom the first ones go, and in the same way; None: it is another thing now."""
    by_command = any(job.params.get(BY_COMMAND) for job in jobs)
    match words:
        case str():
            return None if by_command else words
        case Sms(who=who, text=text):
            receivers = [one.number for one in await tx.asked.standing(message.id)]
            return text if receivers == [who] else None
        case _:
            return None


async def _replace(tx: Tx, words: str, message: Message, jobs: list[JobRow], room: Room, drafting: Drafting) -> None:
    """These words leave now, or none: what may not leave is told like what is typed so."""
    text = compose(words, room)
    if not isinstance(text, str):
        await tx.jobs.replace_text(message.id, words, words)  # what is tried anyway are the new words
        await _settle(tx, jobs, JobState.REJECTED, drafting, text.reason.value, text.params)
        await costs_ended(tx, message.id, room, "refused")
        return
    await tx.jobs.replace_text(message.id, words, text)
    receivers = sum(one.sms is SmsState.PENDING for one in await tx.asked.standing(message.id))
    post = costs(message.id, room, text, receivers, message.ref.id, room.hold)
    if post is None:
        await costs_ended(tx, message.id, room, "short")
        return
    await tx.posts.revise(post)
    tx.ring("posts")


async def take_deleted(tx: Tx, event: Deleted, drafting: Drafting) -> None:
    """A message taken back while it waits is cancelled; later its author learns that it left."""
    message = (await tx.messages.at({event.ref})).get(event.ref)
    if message is None:
        return
    done = await cancel(tx, message)
    await tx.marks.touch({message.id}, drafting.now)
    tx.ring("marks")
    if done == "partly":
        await _say(tx, "cancel_told", event.event_id, message, {"why": done})
    elif done == "late":
        await _say(tx, "deleted_too_late", event.event_id, message)


def _waits(job: JobRow) -> bool:
    return job.state is JobState.QUEUED and job.submitted_at is None


async def _settle(
    tx: Tx,
    jobs: list[JobRow],
    to: JobState,
    drafting: Drafting,
    reason: str | None = None,
    params: dict[str, object] | None = None,
) -> None:
    await tx.jobs.move([JobMove(job.id, job.attempt, to, reason=reason, params=params) for job in jobs])
    await tx.marks.touch({job.message_id for job in jobs}, drafting.now)
    tx.ring("marks")


async def _say(tx: Tx, kind: str, event_id: str, message: Message, params: Params | None = None) -> None:
    post = NewPost(kind, f"event:{event_id}", message.room_id, params or {}, reply_to=message.ref.id)
    await tx.posts.add([post])
    tx.ring("posts")
