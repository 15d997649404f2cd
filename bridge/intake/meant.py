"""Which message a command is about: the one replied to, or its author's latest."""

from bridge.domain.ids import ChatRef, MessageId, ReplyId
from bridge.intake.asking import InRoom
from bridge.ports.rows import PostRow
from bridge.ports.sending import Message
from bridge.ports.store import Tx


async def meant(tx: Tx, asking: InRoom) -> Message | str:
    """The message, or the kind of notice that says why there is none.

    A reply may be to a person's message, to one of our posts about it, or to an answer: then it is what that answers.
    """
    replied = asking.event.reply_to
    if replied is None:
        return await tx.asked.latest(asking.room.id, asking.event.person) or "nothing_yet"
    found = await _replied_to(tx, ChatRef(asking.event.ref.room, replied))
    return found if found is not None and found.room_id == asking.room.id else "nothing_meant"


async def _replied_to(tx: Tx, ref: ChatRef) -> Message | None:
    if message := (await tx.messages.at({ref})).get(ref):
        return message
    post = (await tx.posts.at({ref})).get(ref)
    if post is None:
        return None
    about = await _about(tx, post)
    if about is not None:
        return (await tx.messages.by_id({about})).get(about)
    if post.reply_to is None:
        return None
    answered = ChatRef(ref.room, post.reply_to)
    return (await tx.messages.at({answered})).get(answered)


async def _about(tx: Tx, post: PostRow) -> MessageId | None:
    """What a post's subject names: a message, or an answer to one."""
    kind, _, number = post.subject.partition(":")
    if not (number.isascii() and number.isdigit()):
        return None
    if kind == "message":
        return MessageId(int(number))
    if kind != "reply":
        return None
    reply = await tx.replies.stored(ReplyId(int(number)))
    return None if reply is None else reply.message_id
