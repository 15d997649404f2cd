"""A message of several SMS costs more than one: that is told at once, as long as it can still be stopped."""

from datetime import timedelta

from bridge.domain.composing import size
from bridge.domain.ids import MessageId
from bridge.domain.rooms import Room
from bridge.domain.states import JobState, SmsState
from bridge.ports.rows import NewPost
from bridge.ports.sending import NewMessage
from bridge.ports.store import Tx

KIND = "several_parts"
_LETTERS_KEPT = 5


def costs_of(message: MessageId, room: Room, new: NewMessage, hold: timedelta) -> NewPost | None:
    """What to tell of a message just written down; None: nothing of it leaves, or it makes one SMS."""
    first = new.jobs[0]
    if first.state is not JobState.QUEUED:
        return None
    receivers = sum(sms.state is SmsState.PENDING for job in new.jobs for sms in job.sms)
    return costs(message, room, first.text, receivers, new.ref.id, hold)


def costs(message: MessageId, room: Room, text: str, receivers: int, reply_to: str, hold: timedelta) -> NewPost | None:
    """The same of a text that leaves as it is to so many people.

    One credit a person and part (OVH's FAQ on SMS). `hold`: for how long it can be stopped.
    """
    measured = size(text, room)
    if measured.parts <= 1:
        return None
    helps = measured.parts_without_costly < measured.parts
    letters = measured.costly if helps else ()
    params: dict[str, object] = {
        "parts": measured.parts,
        "receivers": receivers,
        "price": receivers * measured.parts,
        "costly": list(letters[:_LETTERS_KEPT]),
        "letters": len(letters),
        "parts_without": measured.parts_without_costly,
        "hold": int(hold.total_seconds()),
        "done": None,  # an edit may make it short and long again
    }
    return NewPost(KIND, f"message:{message}", room.id, params, reply_to=reply_to)


async def costs_ended(tx: Tx, message: MessageId, room: Room, done: str) -> None:
    """What was told of the cost no longer holds: `short`, `cancelled` or `refused`."""
    await tx.posts.finish(KIND, f"message:{message}", room.id, 1, done)
    tx.ring("posts")
