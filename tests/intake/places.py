"""Intake on a store of its own, handed events as a chat would: for what the browser's room does not know."""

from datetime import timedelta
from itertools import count
from typing import Any

from bridge.domain.events import ChatEvent, Edited, Typed
from bridge.domain.ids import ChatRef, Person, RoomAddress
from bridge.domain.states import PostState
from bridge.intake.chat import ChatIntake, ChatRules
from bridge.metrics import Figures
from bridge.ports.rows import PostRow
from bridge.wording import Chat, sentence
from tests.contract.store.world import ANN, World

OPERATOR = Person("web", "9", "Olga")
PRIVATE = RoomAddress("web", "private")


class Places:
    """A line, a list and a desk that are linked; any other address is not; `web:private` is one person's own."""

    def __init__(self, world: World) -> None:
        self.world = world
        tags = (f"b{number:016}" for number in count())
        rules = ChatRules(
            tags.__next__,
            frozenset({OPERATOR.address}),
            timedelta(seconds=3),
            lambda address: address == PRIVATE,
            language="en",
            timezone="UTC",
        )
        self.intake = ChatIntake("web", world.store, world.clock, rules, Figures())
        self._numbers = count(1)

    def typed(self, text: str, room: str = "line", person: Person = ANN, **changed: Any) -> Typed:
        """Somebody writes there."""
        id_ = f"e{next(self._numbers)}"
        return Typed(id_, ChatRef(RoomAddress("web", room), id_), person, text, self.world.now, **changed)

    def edited(self, event: Typed, text: str) -> Edited:
        """The same person changes it."""
        return Edited(f"e{next(self._numbers)}", event.ref, event.person, text, self.world.now)

    async def take(self, *events: ChatEvent) -> None:
        """One batch."""
        await self.intake.accept(events, None)

    async def queued(self) -> list[PostRow]:
        """What waits to be posted, oldest first; nothing is posted by asking."""
        return sorted((await self._claimed()), key=lambda post: post.id)

    async def _claimed(self) -> list[PostRow]:
        rows: list[PostRow] = []
        while claimed := await self.world.write(
            lambda tx: tx.posts.claim(self.world.now, self.world.now + timedelta(minutes=5), 50, ["web"])
        ):
            rows += claimed
            for row in claimed:
                await self._place(row)
        return rows

    async def _place(self, row: PostRow) -> None:
        await self.world.write(lambda tx: tx.posts.settle(row.id, row.revision, PostState.POSTED, remote=f"p{row.id}"))

    async def said(self) -> list[tuple[str, str]]:
        """The same as (room, sentence)."""
        return [
            (row.room.address, sentence(row.kind, row.params, "en", "UTC", now=row.created_at, chat=Chat("telegram")))
            for row in await self.queued()
        ]
