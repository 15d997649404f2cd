"""Buttons: a press is believed once, from the author or an operator, and changes the notice it stands under."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from bridge.domain.events import Pressed
from bridge.domain.ids import MessageId
from bridge.intake.second_thoughts import cancel, may_decide, resend, retry, try_anyway
from bridge.intake.writing import Drafting
from bridge.ports.rows import NewPost, PostRow
from bridge.ports.sending import Message
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
    if not may_decide(event.person, pressed_on, operators):
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
    return "retried" if await retry(tx, press.message, press.drafting) else None


async def _resend(tx: Tx, press: _Press) -> str | None:
    return "resent" if await resend(tx, press.message, press.drafting) else None


async def _leave(tx: Tx, press: _Press) -> str | None:
    """Nothing more is sent: the notice says who decided."""
    return "left"


async def _cancel(tx: Tx, press: _Press) -> str | None:
    return "cancelled" if await cancel(tx, press.message) in ("cancelled", "partly") else None


async def _anyway(tx: Tx, press: _Press) -> str | None:
    return "anyway" if await try_anyway(tx, press.message, press.drafting) else None


_ACTIONS: dict[str, Callable[[Tx, _Press], Awaitable[str | None]]] = {
    "retry": _retry,
    "resend": _resend,
    "leave": _leave,
    "cancel": _cancel,
    "anyway": _anyway,
}


def _as_new(post: PostRow, params: dict[str, object]) -> NewPost:
    return NewPost(post.kind, post.subject, post.room_id, params, post.round, post.reply_to, (), post.pinned)


async def _say(tx: Tx, press: _Press, kind: str) -> None:
    subject = f"event:{press.event.event_id}"
    await tx.posts.add([NewPost(kind, subject, press.post.room_id, {}, reply_to=press.event.ref.id)])
    tx.ring("posts")
