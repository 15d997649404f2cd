"""The parts of a transaction, each about one topic. SQL stays in adapters/database; lists go in and out whole."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bridge.domain.failures import Reason
from bridge.domain.ids import (
    AccountId,
    ChatRef,
    MessageId,
    OvhId,
    PostId,
    ReplyId,
    RoomAddress,
    RoomId,
)
from bridge.domain.numbers import E164
from bridge.domain.rooms import Room
from bridge.domain.states import JobState, PostState, ReplyState, RoomState
from bridge.ports.rows import Account, FetchedReply, FilePhone, FileRoom, NamedReply, NewPost, PostRow
from bridge.ports.sending import MarkRow, MarkUpdate


class Events(Protocol):
    """What was seen of each chat platform."""

    async def first_seen(self, platform: str, ids: Sequence[str]) -> set[str]:
        """Write the ids down and tell which of them are new."""
        ...

    async def set_cursor(self, platform: str, cursor: str) -> None:
        """Where the platform's listening goes on after a restart."""
        ...

    async def cursor(self, platform: str) -> str | None:
        """Where it went on last, None at the very first start."""
        ...

    async def set_aside(self, platform: str, event_id: str, raw: str) -> None:
        """Keep what could not be read, as it came; at most 64 KiB of each, and the last 1,000."""
        ...

    async def encrypted(self, platform: str) -> set[RoomAddress]:
        """Places there that were ever seen encrypted."""
        ...

    async def see_encrypted(self, rooms: Collection[RoomAddress]) -> None:
        """These are; nothing takes that back."""
        ...


class Rooms(Protocol):
    """Rooms, their addresses and receivers."""

    async def at(self, addresses: Collection[RoomAddress], *, within: bool = False) -> dict[RoomAddress, Room]:
        """The rooms at these addresses, current or earlier ones; retired rooms are left out.

        `within`: also those that are a part of such a place, as a forum's topics are (`-100123/45`).
        """
        ...

    async def by_id(self, ids: Collection[RoomId]) -> dict[RoomId, Room]:
        """These rooms, whatever their state."""
        ...

    async def of_account(self, account: AccountId) -> list[Room]:
        """The account's active rooms, a desk among them having no receivers."""
        ...

    async def on(self, platform: str) -> list[Room]:
        """The platform's rooms that take part: active or muted."""
        ...

    async def put_file(self, phones: Sequence[FilePhone], rooms: Sequence[FileRoom]) -> None:
        """Make the tables say what the configuration says: upsert, rename, retire; never delete."""
        ...

    async def set_state(self, room: RoomId, state: RoomState) -> None:
        """Suspend, restore or retire; suspended posts wait, restored ones are queued again."""
        ...

    async def move(self, old: RoomAddress, new: RoomAddress) -> RoomId | None:
        """The room is now at `new`; None when there is no such room or it is there already.

        Ids of the old place mean nothing in the new one: what stands there is no longer found nor edited.
        """
        ...


class Accounts(Protocol):
    """OVH accounts: their pauses, watermarks and callback secrets."""

    async def all(self) -> list[Account]:
        """Every account a phone of the configuration uses."""
        ...

    async def by_slug(self, slug: str) -> Account | None:
        """The account behind a phone's callback path, old slugs included."""
        ...

    async def pause(self, account: AccountId, reason: Reason, probe_at: datetime) -> int | None:
        """Post nothing until a probe succeeds. Gives the pause's number when it is a new one, to be told.

        One for the same reason within an hour of the last is the same pause.
        """
        ...

    async def resume(self, account: AccountId) -> bool:
        """Post again. True when it was paused."""
        ...

    async def note(
        self,
        account: AccountId,
        *,
        credits: float | None = None,
        probe_at: datetime | None = None,
        watermark: datetime | None = None,
        polled_at: datetime | None = None,
        called_back_at: datetime | None = None,
    ) -> None:
        """Write down what was learned; None leaves a column as it is."""
        ...

    async def phone_of(self, account: AccountId) -> str:
        """The name of the account's first phone in the file; its service's where no phone uses it any more."""
        ...

    async def rotate(self, account: AccountId, until: datetime) -> str:
        """Give a new secret for its callbacks; the current one opens them until then (UTC), an older one no more."""
        ...


class Replies(Protocol):
    """SMS that came in."""

    async def name(self, account: AccountId, ids: Sequence[OvhId], now: datetime) -> int:
        """Write down ids never seen before; tells how many were new."""
        ...

    async def claim(self, now: datetime, lease_until: datetime, limit: int) -> list[NamedReply]:
        """Answers to be fetched now, and those that waited and are to be routed again."""
        ...

    async def put(self, reply: FetchedReply) -> None:
        """Store an answer and where it went."""
        ...

    async def later(self, reply: ReplyId, state: ReplyState, due_at: datetime | None, *, unknown: bool = False) -> None:
        """Try again then (None: never); that the signed API does not know it (`unknown`) is counted."""
        ...

    async def route_again(self, account: AccountId) -> int:
        """Answers that no room claimed are due now, still waiting; tells how many."""
        ...

    async def withdraw(self, room: RoomId) -> int:
        """Answers routed to this room and not yet put there wait again, due now; tells how many."""
        ...

    async def stored(self, reply: ReplyId) -> FetchedReply | None:
        """An answer as it was put; None for one that is not there."""
        ...

    async def carry(self, account: AccountId, tags: Collection[str]) -> set[str]:
        """Which of these tags stored answers carry: proof that their SMS were sent."""
        ...


class Posts(Protocol):
    """What is put into rooms."""

    async def add(self, posts: Sequence[NewPost]) -> None:
        """Queue them; one that is there already stays as it is."""
        ...

    async def revise(self, post: NewPost) -> None:
        """Queue it, or change parameters and buttons of the one that is there: an edit once it was posted.

        One that is `done` stays as it is, unless this one says of itself whether it is.
        """
        ...

    async def claim(
        self, now: datetime, lease_until: datetime, limit: int, platforms: Collection[str]
    ) -> list[PostRow]:
        """The first due post of each room, none of them in flight, go to sending."""
        ...

    async def settle(
        self,
        post: PostId,
        revision: int,
        state: PostState,
        *,
        remote: str | None = None,
        due_at: datetime | None = None,
        uncertain: bool = False,
        broken: bool = False,
    ) -> None:
        """Record what became of it; a revision made meanwhile leaves it due at once.

        Queued again counts an attempt, and a failure of ours if `broken`; `uncertain`: this try may have put it there.
        """
        ...

    async def at(self, refs: Collection[ChatRef]) -> dict[ChatRef, PostRow]:
        """Which of our posts stand there."""
        ...

    async def unplaced(self, rooms: Collection[RoomAddress]) -> bool:
        """Whether a post may stand in one of these rooms of which it is not yet written down where."""
        ...

    async def finish(self, kind: str, subject: str, room: RoomId, round_: int, done: str) -> None:
        """That post, if there is one, says how it ended (`done` in its parameters) and loses its buttons."""
        ...


class Marks(Protocol):
    """One mark row a message."""

    async def touch(self, messages: Collection[MessageId], at: datetime) -> None:
        """Something changed: look at their marks then, or earlier if they were due earlier."""
        ...

    async def touch_open(self, account: AccountId, at: datetime) -> None:
        """The same for every message of the account with an open job."""
        ...

    async def touch_room(self, room: RoomId) -> None:
        """What could not be shown in this room is due at once."""
        ...

    async def claim(
        self,
        now: datetime,
        lease_until: datetime,
        limit: int,
        platforms: Collection[str],
        busy: Collection[MessageId],
    ) -> list[MarkRow]:
        """Marks to be looked at now, those in flight (`busy`) left out; each is due again at `lease_until`."""
        ...

    async def put(self, updates: Sequence[MarkUpdate], claimed_until: datetime) -> None:
        """Write down what was worked out or shown; a touch made since the claim keeps its earlier due time."""
        ...


class OptOuts(Protocol):
    """Who wants no more SMS, by account."""

    async def add(self, account: AccountId, number: E164, source: str, now: datetime) -> bool:
        """True when the number was not opted out already."""
        ...

    async def among(self, numbers: Collection[tuple[AccountId, E164]]) -> set[tuple[AccountId, E164]]:
        """Which of these are opted out."""
        ...

    async def hint(self, account: AccountId, number: E164, due_at: datetime) -> None:
        """A STOP somebody told us of: to be confirmed at OVH. At most 1,000 wait at a time."""
        ...

    async def claim_hints(self, now: datetime, lease_until: datetime, limit: int) -> list[tuple[AccountId, E164, int]]:
        """Hints to be confirmed now, with how often that was tried."""
        ...

    async def settle_hint(
        self, account: AccountId, number: E164, due_at: datetime | None, *, counted: bool = True
    ) -> None:
        """Try again then, one try more `counted`; None: it is settled."""
        ...


class Dues(Protocol):
    """What waits, seen from outside."""

    async def next_due(self, lane: str, platforms: Collection[str] = ()) -> datetime | None:
        """When the next row of `jobs`, `looks`, `pulls`, `replies`, `posts`, `marks`, `hints` or `probes` is due."""
        ...

    async def depths(self) -> dict[str, tuple[int, datetime | None]]:
        """For each lane, how many rows wait and since when the oldest does."""
        ...

    async def unrouted(self) -> dict[AccountId, int]:
        """How many answers of each account no room claims."""
        ...

    async def states(self) -> dict[tuple[str, JobState], int]:
        """How many open jobs each phone has, by state."""
        ...

    async def release(self, now: datetime) -> None:
        """At start: what a dead process was fetching, posting or showing is due now, not at its lease's end."""
        ...
