"""What happens in a chat is written down: one batch, one transaction, the platform's cursor in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import cast

from bridge.domain.events import Alarm, ChatEvent, Deleted, Edited, Missed, Pressed, Typed, Unreadable
from bridge.domain.ids import ChatRef, RoomAddress
from bridge.intake.alarms import take_alarm
from bridge.intake.changed import take_deleted, take_edited
from bridge.intake.moved import take_room_event
from bridge.intake.pressed import take_pressed
from bridge.intake.rules import ChatRules
from bridge.intake.typed import take_typed
from bridge.intake.writing import Drafting
from bridge.metrics import Figures
from bridge.ports.clock import Clock
from bridge.ports.probe import Probe, no_probe
from bridge.ports.store import Store, Tx

__all__ = ["ChatIntake", "ChatRules"]

_PAUSES = (0.02, 0.05, 0.1, 0.2, 0.5, *(1.0,) * 20)
"""Seconds: as long as a post may be under way, and once more."""


@dataclass(frozen=True, slots=True)
class ChatIntake:
    """One platform's sink. Returning from `accept` means that everything is on disk.

    `in_vain`: rooms whose posts were waited for until patience ended. They are not waited for again before one of
    their posts is seen to stand there: a room that hangs would hold up all others with every answer typed in it.
    """

    platform: str
    store: Store
    clock: Clock
    rules: ChatRules
    figures: Figures
    probe: Probe = no_probe
    in_vain: set[RoomAddress] = field(default_factory=set)

    async def accept(self, events: Sequence[ChatEvent], cursor: str | None) -> None:
        """Write a batch down. An event seen before changes nothing; the cursor moves with the rest."""
        await self._until_placed({ref for event in events if (ref := _answered(event)) is not None})
        self.probe("t0.before")

        async def work(tx: Tx) -> int:
            return await self._take(tx, events, cursor)

        taken = await self.store.write(work)
        self.probe("t0.committed")
        for _ in range(taken):
            self.figures.message_in(self.platform)

    async def _until_placed(self, refs: set[ChatRef]) -> None:
        """Wait until it can be told whether what was replied to, or pressed, is a post of ours.

        A post that is being put into its room, or was when the power failed, stands there before its row says
        where: who is fast would be taken for a colleague talking to a colleague, and not be sent.
        """
        hanging: set[RoomAddress] = set()
        for pause in _PAUSES if refs else ():
            asked, hanging = await self.store.read(lambda tx: _undecided(tx, refs))
            self.in_vain.difference_update(asked - hanging)
            if hanging <= self.in_vain:
                return
            await self.clock.sleep(pause)
        self.in_vain.update(hanging)

    async def _take(self, tx: Tx, events: Sequence[ChatEvent], cursor: str | None) -> int:
        new = await tx.events.first_seen(self.platform, [event.event_id for event in events])
        fresh: list[ChatEvent] = []
        for event in events:
            if event.event_id in new:
                new.discard(event.event_id)  # a batch may itself carry an event twice
                fresh.append(event)
        drafting = Drafting(self.clock.now(), self.rules.new_tag, self.rules.marks_after)
        typed = 0
        for kind, run in groupby(fresh, type):
            batch = list(run)
            typed += len(batch) if kind is Typed else 0
            await self._take_run(tx, batch, drafting)
        if cursor is not None:
            await tx.events.set_cursor(self.platform, cursor)
        return typed

    async def _take_run(self, tx: Tx, batch: list[ChatEvent], drafting: Drafting) -> None:
        """Events of one type in a row: what people type, in bulk; the rest is rare and taken one by one."""
        if isinstance(batch[0], Typed):
            await take_typed(tx, cast("list[Typed]", batch), drafting, self.rules)
            return
        for event in batch:
            match event:
                case Edited():
                    await take_edited(tx, event, drafting)
                case Deleted():
                    await take_deleted(tx, event, drafting)
                case Pressed():
                    await take_pressed(tx, event, drafting, self.rules.operators)
                case Unreadable() | Missed() | Alarm():
                    await take_alarm(tx, self.platform, event, drafting.now)
                case _:
                    await take_room_event(tx, event)


def _answered(event: ChatEvent) -> ChatRef | None:
    """What this event is about, where that may be a post of ours."""
    match event:
        case Typed(reply_to=str(post)):
            return ChatRef(event.ref.room, post)
        case Pressed():
            return event.ref
        case _:
            return None


async def _undecided(tx: Tx, refs: set[ChatRef]) -> tuple[set[RoomAddress], set[RoomAddress]]:
    """The rooms of what is not known to be ours, and those of them that may have a post of ours nobody knows of."""
    rooms = {ref.room for ref in refs - (await tx.posts.at(refs)).keys()}
    return rooms, {room for room in rooms if await tx.posts.unplaced({room})}
