"""Words that leave are written down: messages with their jobs, and what is told of those that cost more."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bridge.domain.events import Typed
from bridge.domain.ids import AccountId
from bridge.domain.numbers import E164
from bridge.domain.rooms import Room
from bridge.domain.routing import Send
from bridge.intake.costs import costs_of
from bridge.intake.writing import Drafting, Written, message
from bridge.ports.sending import NewMessage
from bridge.ports.store import Tx


@dataclass(frozen=True, slots=True)
class Leaving:
    """A typed message whose words leave its room."""

    event: Typed
    room: Room
    send: Send


async def write_down(tx: Tx, leaving: Sequence[Leaving], drafting: Drafting) -> None:
    """All of them in as few statements as one needs, in their order."""
    opted_out = await tx.optouts.among(
        {(one.room.account_id, receiver.number) for one in leaving for receiver in one.send.receivers}
    )
    new = [_message(one, opted_out, drafting) for one in leaving]
    ids = await tx.messages.add(new)
    told = [costs_of(id_, one.room, of, one.room.hold) for id_, one, of in zip(ids, leaving, new, strict=True)]
    if posts := [post for post in told if post is not None]:
        await tx.posts.add(posts)
        tx.ring("posts")
    tx.ring("jobs", "marks")


def _message(one: Leaving, opted_out: Collection[tuple[AccountId, E164]], drafting: Drafting) -> NewMessage:
    event, room = one.event, one.room
    stopped = {number for account, number in opted_out if account == room.account_id}
    return message(one.send, room, Written(event.ref, event.person, event.wrote_at), stopped, drafting)
