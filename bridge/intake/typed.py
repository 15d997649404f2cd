"""What a person typed becomes a message with its jobs, a sentence that says why not, or nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bridge.domain.events import Typed
from bridge.domain.ids import AccountId, ChatRef
from bridge.domain.numbers import E164
from bridge.domain.rooms import Receiver, Room
from bridge.domain.routing import Nothing, Say, Send, aim
from bridge.intake.writing import Drafting, Written, message
from bridge.ports.rows import NewPost, PostRow
from bridge.ports.sending import NewMessage
from bridge.ports.store import Tx

ANSWERS = frozenset({"reply", "stranger"})
"""Posts that are a receiver's answer: replying to one writes to that person."""


@dataclass(frozen=True, slots=True)
class _Aimed:
    event: Typed
    room: Room
    at: Send | Say | Nothing


async def take_typed(tx: Tx, events: Sequence[Typed], drafting: Drafting) -> None:
    """Write down a run of typed messages, in their order, in as few statements as one needs."""
    rooms = await tx.rooms.at({event.ref.room for event in events})
    refs = {ChatRef(event.ref.room, event.reply_to) for event in events if event.reply_to is not None}
    posts = await tx.posts.at(refs) if refs else {}
    aimed = [_aim(event, room, posts) for event in events if (room := rooms.get(event.ref.room)) is not None]
    sends = [(one, one.at) for one in aimed if isinstance(one.at, Send)]
    if sends:
        opted_out = await tx.optouts.among(
            {(one.room.account_id, receiver.number) for one, send in sends for receiver in send.receivers}
        )
        await tx.messages.add([_message(one, send, opted_out, drafting) for one, send in sends])
        tx.ring("jobs", "marks")
    notices = [_notice(one, one.at, drafting) for one in aimed if isinstance(one.at, Say)]
    if notices:
        await tx.posts.add(notices)
        tx.ring("posts")


def _aim(event: Typed, room: Room, posts: Mapping[ChatRef, PostRow]) -> _Aimed:
    post = None if event.reply_to is None else posts.get(ChatRef(event.ref.room, event.reply_to))
    return _Aimed(event, room, aim(event, room, answering(post), is_ours=post is not None))


def answering(post: PostRow | None) -> Receiver | None:
    """Whose answer a post is, None when it is none."""
    if post is None or post.kind not in ANSWERS or not post.params.get("number"):
        return None
    name = post.params.get("name")
    return Receiver(E164(str(post.params["number"])), str(name) if name else None)


def _message(one: _Aimed, send: Send, opted_out: Collection[tuple[AccountId, E164]], drafting: Drafting) -> NewMessage:
    event, room = one.event, one.room
    stopped = {number for account, number in opted_out if account == room.account_id}
    return message(send, room, Written(event.ref, event.person, event.wrote_at), stopped, drafting)


def _notice(one: _Aimed, say: Say, drafting: Drafting) -> NewPost:
    day = drafting.now.date().isoformat()
    subject = f"{day}:{say.params.get('kind', '')}" if say.once_a_day else f"event:{one.event.event_id}"
    return NewPost(say.kind, subject, one.room.id, say.params, reply_to=one.event.ref.id)
