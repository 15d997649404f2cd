"""Where everything is written down."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from bridge.ports.asking_parts import Asked, Guests, Operations
from bridge.ports.by_hand import Consoles
from bridge.ports.parts import Accounts, Dues, Events, Marks, OptOuts, Posts, Replies, Rooms
from bridge.ports.sending_parts import Jobs, Messages, Sms

T = TypeVar("T")

Lane = str
"""A worker's doorbell: `jobs`, `looks`, `pulls`, `replies`, `posts`, `marks`, `hints` or `probes`."""


class Tx(Protocol):
    """One transaction. It is never open across I/O to the outside."""

    events: Events
    rooms: Rooms
    accounts: Accounts
    messages: Messages
    jobs: Jobs
    sms: Sms
    replies: Replies
    posts: Posts
    marks: Marks
    optouts: OptOuts
    dues: Dues
    guests: Guests
    asked: Asked
    operations: Operations
    consoles: Consoles

    def ring(self, *lanes: Lane) -> None:
        """After the commit, wake the workers of these lanes."""
        ...


class Store(Protocol):
    """The database. `write` resolves after the commit: what it returned is on disk."""

    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run one unit of work in the writer's transaction. Raises what it raised, or what the commit raised."""
        ...

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run reads on a snapshot. Writing through it fails."""
        ...
