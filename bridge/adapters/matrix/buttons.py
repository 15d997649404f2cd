"""Choices under posts: put there as reactions, taken away, and read when somebody chooses."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence

from bridge.adapters.matrix.calls import Calls
from bridge.adapters.matrix.choices import meant, seed, seeds
from bridge.adapters.matrix.connection import Connection
from bridge.adapters.matrix.failures import Refused
from bridge.adapters.matrix.reading import at
from bridge.adapters.matrix.timeline import Opener
from bridge.domain.failures import Permanent, Refusal
from bridge.ports.chat import Button

_RELATIONS = "/_matrix/client/v1"
_KEPT = 2000

Standing = Mapping[int, tuple[str, str]]
"""The choices that stand under a post: number -> (our reaction's id, what it means)."""


class Buttons:
    """Remembers, in memory, what it has put; what it does not know it asks the server."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._standing: OrderedDict[str, Standing] = OrderedDict()

    async def put(self, room_id: str, post_id: str, number: str, buttons: Sequence[Button]) -> None:
        """Let the post have these and no others. `number` names the post for ever: a repeat puts nothing twice.

        Where reactions are forbidden to us the lines stand there all the same, and people react by themselves.
        """
        before = self._standing.get(post_id)
        if before is None:
            before = await listed_by(self._connection.calls, room_id, post_id, self._connection.me.user)
        standing = dict(before)
        wanted = {place: one.data for place, one in enumerate(buttons, 1)}
        for place, (reaction, data) in before.items():
            if wanted.get(place) != data:
                await self._take_back(room_id, reaction, number)
                del standing[place]
        for place, button in enumerate(buttons, 1):
            if place not in standing:
                reaction = await self._react(room_id, seed(post_id, place, button), f"{number}-{place}-{button.data}")
                standing[place] = (reaction, button.data)
        self._remember(post_id, standing)

    def none(self, post_id: str) -> None:
        """A post that was just put there without any."""
        self._remember(post_id, {})

    async def meaning(self, room_id: str, post_id: str, number: int) -> str | None:
        """What the choice with this number does, None where the post has none. Raises what a call raises."""
        standing = self._standing.get(post_id)
        if standing is None:
            try:
                standing = await listed_by(self._connection.calls, room_id, post_id, self._connection.me.user)
                if number not in standing:
                    standing = {**await self._written(room_id, post_id), **standing}
            except Permanent:
                return None
            self._remember(post_id, standing)
        return standing[number][1] if number in standing else None

    async def _written(self, room_id: str, post_id: str) -> Standing:
        """What the post says of its choices, or its latest edit does (the server tells it with the event)."""
        user, opener = self._connection.me.user, Opener(await self._connection.ready(), {})
        told = await self._connection.calls("GET", "rooms", room_id, "event", post_id)
        if at(told, "sender") != user:
            return {}
        edit = at(told, "unsigned", "m.relations", "m.replace")
        latest = at(opener.open(room_id, edit), "content", "m.new_content") if at(edit, "sender") == user else None
        return meant(latest if latest is not None else at(opener.open(room_id, told), "content"))

    async def _react(self, room_id: str, content: dict[str, object], number: str) -> str:
        try:
            return await self._connection.send(room_id, "m.reaction", content, number, mark=False)
        except Refused:  # it stands there, by a try whose answer was lost
            return ""
        except Permanent as refused:
            if refused.reason is not Refusal.MAY_NOT_WRITE:
                raise
            return ""

    async def _take_back(self, room_id: str, reaction: str, number: str) -> None:
        """Where we may not, it goes on standing there, and choosing it is too late."""
        if not reaction:
            return  # people put it there by themselves
        try:
            await self._connection.redact(room_id, reaction, f"{number}-x{reaction[1:12]}")
        except Permanent as refused:
            if refused.reason is not Refusal.MAY_NOT_WRITE:
                raise

    def _remember(self, post_id: str, standing: Standing) -> None:
        self._standing[post_id] = standing
        self._standing.move_to_end(post_id)
        if len(self._standing) > _KEPT:
            self._standing.popitem(last=False)


async def listed_by(calls: Calls, room_id: str, event_id: str, user: str) -> Standing:
    """The choices that we put under a post, as the server has them."""
    return seeds(await annotations(calls, room_id, event_id), user)


async def annotations(calls: Calls, room_id: str, event_id: str) -> object:
    """The reactions on an event, at most the last hundred; those taken back are left out by the server."""
    path = ("rooms", room_id, "relations", event_id, "m.annotation", "m.reaction")
    told = await calls("GET", *path, query={"limit": "100"}, root=_RELATIONS)
    return told.get("chunk")
