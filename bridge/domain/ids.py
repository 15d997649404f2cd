"""The identifiers of the house, each a type of its own so that none is taken for another."""

from dataclasses import dataclass
from typing import NewType, Self

AccountId = NewType("AccountId", int)
PhoneId = NewType("PhoneId", int)
RoomId = NewType("RoomId", int)
MessageId = NewType("MessageId", int)
JobId = NewType("JobId", int)
SmsId = NewType("SmsId", int)
ReplyId = NewType("ReplyId", int)
PostId = NewType("PostId", int)
OvhId = NewType("OvhId", int)
"""A number OVH gave: of an outgoing SMS or of an incoming one. Unique within an account only."""


@dataclass(frozen=True, slots=True, order=True)
class RoomAddress:
    """Where a room is on its chat platform: `telegram:-100123/45`, `matrix:!abc:example.org`, `web:demo`."""

    platform: str
    address: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `platform:address`. Raises ValueError when a side is empty."""
        platform, colon, address = text.partition(":")
        if not (platform and colon and address):
            raise ValueError(f"a room is written platform:address, for example web:demo, not {text!r}")
        return cls(platform, address)

    def __str__(self) -> str:
        return f"{self.platform}:{self.address}"


@dataclass(frozen=True, slots=True)
class ChatRef:
    """One message in a room of a chat, by the platform's own id for it."""

    room: RoomAddress
    id: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote or pressed, as the chat platform knows them. The name is only ever shown to the team."""

    platform: str
    id: str
    name: str

    @property
    def address(self) -> str:
        """As the configuration lists operators: `telegram:7`."""
        return f"{self.platform}:{self.id}"
