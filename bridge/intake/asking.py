"""A command as it was typed, with all that carrying it out may need, and where its answer goes."""

from dataclasses import dataclass

from bridge.domain.events import Typed
from bridge.domain.ids import RoomId
from bridge.domain.rooms import Room
from bridge.intake.rules import ChatRules
from bridge.intake.writing import Drafting
from bridge.ports.rows import NewPost, Params
from bridge.ports.store import Tx


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asked where. `at` is the row through which that place is answered, a room's or a guest's."""

    event: Typed
    at: RoomId
    drafting: Drafting
    rules: ChatRules

    @property
    def by_operator(self) -> bool:
        """Whether this person may do everything."""
        return self.event.person.address in self.rules.operators


@dataclass(frozen=True, slots=True)
class InRoom(Asking):
    """The same in a room that has a phone."""

    room: Room


async def answer(
    tx: Tx, asking: Asking, kind: str, params: Params | None = None, *, once_a_minute: bool = False
) -> None:
    """Say it as a reply to the command; `once_a_minute`: however often that is asked for in this place."""
    subject = f"minute:{asking.drafting.now:%Y-%m-%dT%H:%M}" if once_a_minute else f"event:{asking.event.event_id}"
    await tx.posts.add([NewPost(kind, subject, asking.at, params or {}, reply_to=asking.event.ref.id)])
    tx.ring("posts")
