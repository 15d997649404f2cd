"""What an operator sends by hand, and the part of a transaction that it is written down with. No chat is in it."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from bridge.domain.ids import MessageId, RoomId
from bridge.domain.numbers import E164
from bridge.domain.rooms import Language, Room
from bridge.ports.rows import FilePhone


@dataclass(frozen=True, slots=True)
class ByHand:
    """Through which phone, as the configuration has it now, to whom, and which words. No repr shows the latter.

    `anyway`: with contact details in it that OVH may refuse. `proof`: its answer is for whoever proves the phone, and
    for no room.
    """

    phone: FilePhone
    number: E164 = field(repr=False)
    text: str = field(repr=False)
    anyway: bool = False
    proof: bool = False


class Unwritten(StrEnum):
    """Why nothing was written down."""

    NO_PHONE = "no_phone"  # the tables know no such phone yet: the configuration has changed since the last start
    UNSETTLED = "unsettled"  # of an earlier one to the same number nobody knows whether it left, and nobody finds out


CONSOLE = "console"
"""The platform of what is sent by hand. No chat has this name: no lane claims anything of it."""

PROOF = "proof:"
"""How the ids of proofs begin, in the console's rooms."""

Write = Callable[[ByHand, bool], Awaitable[MessageId | Unwritten]]
"""Writes it down, due at once. The flag: whether this process has the database for itself."""

Own = Callable[[AsyncExitStack], Awaitable[bool]]
"""Takes the database for as long as the stack is open; False when another process has it."""

Drive = Callable[[MessageId], AbstractAsyncContextManager[None]]
"""Drives this message's job for the block, and no other. Only for who has the database."""


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
