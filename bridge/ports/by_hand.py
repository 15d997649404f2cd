"""The part of a transaction that commands write SMS down with: no chat, one person at a terminal."""

from typing import Protocol

from bridge.domain.ids import RoomId
from bridge.domain.numbers import E164
from bridge.domain.rooms import Language, Room


class Consoles(Protocol):
    """The room of each phone on which SMS hang that an operator sends by hand. No chat has it, no answer goes there."""

    async def of(self, phone: str, account: str, language: Language, timezone: str) -> Room | None:
        """That room, made at its first use. None when no phone of this name on this account is in the tables.

        `account` is `endpoint/service_name`, as the configuration has it now.
        """
        ...

    async def unsettled(self, room: RoomId, number: E164) -> bool:
        """Whether an earlier SMS to this number hangs there of which is not known what became of it."""
        ...
