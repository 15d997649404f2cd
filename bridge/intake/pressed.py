"""Buttons: a press is believed once, from the author or an operator, and changes the notice it stands under."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from bridge.domain.events import Pressed
from bridge.domain.ids import MessageId
from bridge.domain.offers import may_be_retried
from bridge.domain.rooms import Receiver
from bridge.domain.routing import Send
from bridge.domain.states import JobState, SmsState
from bridge.intake.writing import Drafting, Written, message
from bridge.ports.rows import NewPost, PostRow
from bridge.ports.sending import JobMove, Message
from bridge.ports.store import Tx


@dataclass(frozen=True, slots=True)
class _Press:
    event: Pressed
    post: PostRow
    message: Message
    drafting: Drafting


async def take_pressed(tx: Tx, event: Pressed, drafting: Drafting, operators: Collection[str]) -> None:
    """Do what the button says, or tell why not. A second press of the same button finds it gone."""
    post = (await tx.posts.at({event.ref})).get(event.ref)
    action, _, subject = event.data.partition(":")
    if post is None or event.data not in post.buttons or not subject.isascii() or not subject.isdigit():
        return
    message_id = MessageId(int(subject))
    pressed_on = (await tx.messages.by_id({message_id})).get(message_id)
    if pressed_on is None or pressed_on.room_id != post.room_id:
        return
    press = _Press(event, post, pressed_on, drafting)
    author = pressed_on.person.address == event.person.address
    if not author and event.person.address not in operators:
        await _say(tx, press, "button_denied")
        return
    done = await _ACTIONS[action](tx, press)
    if done is None:
        if action != "cancel":  # the notice itself says that it is leaving; nothing is settled yet
            await _say(tx, press, "button_late")
        done = "late"
    params = {**post.params, "done": done, "by": event.person.name}
    await tx.posts.revise(_as_new(post, params))
    await tx.marks.touch({pressed_on.id}, drafting.now)
    tx.ring("jobs", "marks", "posts")


async def _retry(tx: Tx, press: _Press) -> str | None:
    """Write again to those whose failure was for now."""
    failed = [one for one in await tx.messages.sms_of({press.message.id}) if may_be_retried(one.state, one.cause)]
    return "retried" if await _new_round(tx, press, [Receiver(one.number, one.name) for one in failed]) else None


async def _resend(tx: Tx, press: _Press) -> str | None:
    """Write again to those of whom nobody knows whether they got it."""
    unsure = [
        Receiver(one.number, one.name)
        for one in await tx.messages.sms_of({press.message.id})
        if one.state is SmsState.UNCONFIRMED
    ]
    return "resent" if await _new_round(tx, press, unsure) else None


async def _leave(tx: Tx, press: _Press) -> str | None:
    """Nothing more is sent: the notice says who decided."""
    return "left"


async def _cancel(tx: Tx, press: _Press) -> str | None:
    """Stop what has not left. What may have left cannot be stopped."""
    jobs = [job for job in await tx.messages.jobs_of({press.message.id}) if job.state is JobState.QUEUED]
    moved = await tx.jobs.move([JobMove(job.id, job.attempt, JobState.CANCELLED, reason="pressed") for job in jobs])
    return "cancelled" if moved else None


async def _new_round(tx: Tx, press: _Press, receivers: list[Receiver]) -> bool:
    if not receivers:
        return False
    message_ = press.message
    room = (await tx.rooms.by_id({message_.room_id}))[message_.room_id]
    opted_out = await tx.optouts.among({(room.account_id, one.number) for one in receivers})
    # The wish is of now: its time to expire counts from the press, not from the first writing.
    written = Written(message_.ref, message_.person, press.drafting.now)
    send = Send(message_.text, tuple(receivers))
    stopped = {number for _, number in opted_out}
    new = message(send, room, written, stopped, press.drafting, hold=False)
    await tx.messages.add_round(message_.id, new)
    return True


_ACTIONS: dict[str, Callable[[Tx, _Press], Awaitable[str | None]]] = {
    "retry": _retry,
    "resend": _resend,
    "leave": _leave,
    "cancel": _cancel,
}


def _as_new(post: PostRow, params: dict[str, object]) -> NewPost:
    return NewPost(post.kind, post.subject, post.room_id, params, post.round, post.reply_to, (), post.pinned)


async def _say(tx: Tx, press: _Press, kind: str) -> None:
    subject = f"event:{press.event.event_id}"
    await tx.posts.add([NewPost(kind, subject, press.post.room_id, {}, reply_to=press.event.ref.id)])
    tx.ring("posts")
