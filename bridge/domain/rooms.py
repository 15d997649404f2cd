"""Rooms as the relay sees them: who receives what is typed, through which phone, under which rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bridge.domain.ids import AccountId, PhoneId, RoomAddress, RoomId
from bridge.domain.numbers import E164
from bridge.domain.states import RoomState

Language = Literal["fr", "en"]


@dataclass(frozen=True, slots=True)
class Receiver:
    """One person a room writes to. Without a name, the number is shown."""

    number: E164
    name: str | None = None


@dataclass(frozen=True, slots=True)
class SendingRules:
    """What a phone asks of every text that leaves through it.

    `prefix` opens each SMS and is counted in its parts; `short_number` says that receivers can answer, that links are
    refused and that only French mobiles can be reached; `expires_after` counts from when the person wrote.
    """

    phone: str
    short_number: bool
    prefix: str
    plain_text: bool
    on_uncertain: Literal["resend", "ask"]
    expires_after: timedelta
    stop_clause: bool = False


def hears_all(sends: Literal["everything", "commands"], receivers: Sequence[Receiver]) -> bool:
    """Whether all that is typed in such a room leaves; elsewhere replies to the bot and commands are enough for it."""
    return sends == "everything" and bool(receivers)


@dataclass(frozen=True, slots=True)
class Room:
    """A room with its receivers: one makes it a line, several a list, none a desk."""

    id: RoomId
    address: RoomAddress
    account_id: AccountId
    phone_id: PhoneId
    phone: str
    state: RoomState
    sends: Literal["everything", "commands"]
    hold: timedelta
    language: Language
    timezone: str
    prefix: str | None
    receivers: tuple[Receiver, ...]
    rules: SendingRules

    @property
    def is_desk(self) -> bool:
        """Whether the phone's unclaimed answers land here."""
        return not self.receivers

    @property
    def hears_all(self) -> bool:
        """Whether all that is typed here leaves, and not replies and commands alone."""
        return hears_all(self.sends, self.receivers)

    @property
    def is_list(self) -> bool:
        """Whether what is typed here goes to several people."""
        return len(self.receivers) > 1
