"""Second thoughts: within `hold` an edit changes what leaves and a deletion stops it; later both are answered."""

from bridge.domain.composing import compose, words_that_leave
from bridge.domain.events import Deleted, Edited
from bridge.domain.states import JobState
from bridge.intake.writing import Drafting
from bridge.ports.rows import NewPost
from bridge.ports.sending import JobMove, JobRow, Message
from bridge.ports.store import Tx


async def take_edited(tx: Tx, event: Edited, drafting: Drafting) -> None:
    """The text that leaves is the one that stands there when the hold is over. An edit never sends by itself."""
    message = (await tx.messages.at({event.ref})).get(event.ref)
    if message is None or words_that_leave(event.text) == words_that_leave(message.text):
        return
    jobs = await tx.messages.jobs_of({message.id})
    if not all(_waits(job) for job in jobs):
        never_left = all(job.submitted_at is None for job in jobs)
        await _say(tx, "edit_not_sent" if never_left else "edited_too_late", event.event_id, message)
        return
    words = words_that_leave(event.text)
    if not isinstance(words, str):  # turned into a note or a command: nothing of it leaves
        await _settle(tx, jobs, JobState.CANCELLED, drafting)
        return
    room = (await tx.rooms.by_id({message.room_id}))[message.room_id]
    text = compose(words, room)
    if isinstance(text, str):
        await tx.jobs.replace_text(message.id, words, text)
        return
    await _settle(tx, jobs, JobState.REJECTED, drafting, text.reason.value, text.params)


async def take_deleted(tx: Tx, event: Deleted, drafting: Drafting) -> None:
    """A message taken back within its hold is cancelled; later its author learns that it left."""
    message = (await tx.messages.at({event.ref})).get(event.ref)
    if message is None:
        return
    jobs = await tx.messages.jobs_of({message.id})
    if all(_waits(job) for job in jobs):
        await _settle(tx, jobs, JobState.CANCELLED, drafting)
    elif any(job.submitted_at is not None for job in jobs):
        await _say(tx, "edited_too_late", event.event_id, message)


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


async def _say(tx: Tx, kind: str, event_id: str, message: Message) -> None:
    post = NewPost(kind, f"event:{event_id}", message.room_id, {}, reply_to=message.ref.id)
    await tx.posts.add([post])
    tx.ring("posts")
