"""Invitations: accepted from operators, and into rooms that the configuration names or that follow such a room."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import structlog

from bridge.adapters.matrix.calls import Calls
from bridge.adapters.matrix.connection import Connection
from bridge.adapters.matrix.cursor import Cursor, Invitation
from bridge.adapters.matrix.failures import Refused, may_be_its_own
from bridge.adapters.matrix.reading import Raw, at, events, rooms
from bridge.domain.failures import OutcomeUnknown, Permanent, Temporary
from bridge.domain.wellformed import well_formed
from bridge.ports.clock import Clock

log = structlog.get_logger(__name__)

_MOST = 100  # invitations of strangers that are kept: one may turn out to be to the room that follows another
_DIRECT = "m.direct"
AGAIN = (30.0, 3600.0)  # seconds until an invitation is tried again, at first and at most
GIVEN_UP = 86_400.0  # seconds after which it is left: its homeserver does not come back


@dataclass(frozen=True, slots=True)
class Welcome:
    """Who may ask the bot in, by user id, and which rooms it may be asked into by anybody, by room id."""

    people: frozenset[str] = frozenset()
    rooms: frozenset[str] = frozenset()

    def accepts(self, invitation: Invitation, moves: Mapping[str, str]) -> bool:
        """`moves`: rooms that go on as others, new -> old."""
        return invitation.by in self.people or invitation.room in self.rooms or invitation.room in moves


@dataclass(slots=True)
class Directs:
    """Rooms that are conversations of two, as our account's data lists them."""

    rooms: set[str] = field(default_factory=set)
    _listed: dict[str, list[str]] | None = None

    async def load(self, calls: Calls, user: str) -> None:
        """Read the list, once, before anything that was said in these rooms is handed over.

        Raises Temporary, OutcomeUnknown; a server that refuses the list, or knows none, keeps nobody from listening.
        """
        if self._listed is None:
            try:
                told = await calls("GET", "user", user, "account_data", _DIRECT)
            except (Permanent, Temporary) as failure:
                if isinstance(failure, Temporary) and not may_be_its_own(failure):
                    raise
                if not (isinstance(failure, Refused) and failure.nothing_there):
                    log.warning("matrix.directs_unknown", why=str(failure))
                told = {}
            self._listed = {who: list(those) for who, those in told.items() if isinstance(those, list)}
            self.rooms.update(str(room) for those in self._listed.values() for room in those)

    async def add(self, calls: Calls, user: str, invitation: Invitation) -> None:
        """One more. Raises what a call raises."""
        if invitation.room not in self.rooms:
            listed = {**(self._listed or {})}
            listed[invitation.by] = [*listed.get(invitation.by, []), invitation.room]
            try:
                await calls("PUT", "user", user, "account_data", _DIRECT, body=listed)
            except Permanent as refused:  # known until the next start, then
                log.warning("matrix.direct_not_listed", room=invitation.room, why=refused.detail)
            self._listed = listed
            self.rooms.add(invitation.room)


def invitations(sync: Raw, user: str) -> list[Invitation]:
    """Those that a sync brought for us."""
    found = []
    for room_id, told in rooms(sync, "invite").items():
        for raw in events(told, "invite_state"):
            mine = at(raw, "type") == "m.room.member" and at(raw, "state_key") == user
            if mine and at(raw, "content", "membership") == "invite" and isinstance(at(raw, "sender"), str):
                found.append(Invitation(room_id, well_formed(raw["sender"]), at(raw, "content", "is_direct") is True))
    return found


class Joining:
    """Follows invitations, each on its own: one that cannot be followed now is tried again later, a day long."""

    def __init__(self, connection: Connection, directs: Directs, welcome: Welcome, clock: Clock) -> None:
        self._connection = connection
        self._directs = directs
        self._welcome = welcome
        self._clock = clock
        self._later: dict[str, _Later] = {}
        self._behind: set[str] = set()

    async def leave(self, moved: Iterable[str]) -> None:
        """Out of rooms that go on elsewhere, where we are by now: who stayed behind must not send from there.

        Only where the move was made: not where the other place is another room's, or the room has come back since.
        One that cannot be left now is left later, after a restart too: its end stands in its state. Raises nothing.
        """
        self._behind |= set(moved)
        if self._behind:
            self._behind = await self._connection.moved(self._behind)
        for room in sorted(self._behind):
            try:
                await self._connection.calls("POST", "rooms", room, "leave", body={})
            except (Temporary, OutcomeUnknown) as failure:
                log.info("matrix.left_later", room=room, why=str(failure))
                continue
            except Permanent as refused:
                log.warning("matrix.cannot_leave", room=room, why=refused.detail)
            self._behind.discard(room)

    async def accept(self, cursor: Cursor) -> tuple[Invitation, ...]:
        """Join where we were asked by who may; gives the invitations that are left. Raises no failure of a call."""
        left: list[Invitation] = []
        for invitation in cursor.invites:
            welcome = self._welcome.accepts(invitation, cursor.moves)
            if not welcome or not await self._followed(invitation):
                left.append(invitation)
        self._later = {room: one for room, one in self._later.items() if room in {one.room for one in left}}
        return tuple(left[-_MOST:])

    async def _followed(self, invitation: Invitation) -> bool:
        """Whether it is settled: we are in, or shall never be."""
        now, room = self._clock.monotonic(), invitation.room
        later = self._later.setdefault(room, _Later(now, now, AGAIN[0]))
        if now < later.due:
            return False
        try:
            if invitation.direct:  # first: once we are in, it is an invitation no more, and is not seen again
                await self._directs.add(self._connection.calls, self._connection.me.user, invitation)
            await self._connection.calls("POST", "rooms", room, "join", body={})
        except Permanent as refused:
            log.warning("matrix.cannot_join", room=room, why=refused.detail)
            return True
        except (Temporary, OutcomeUnknown) as failure:
            asked = failure.retry_after.total_seconds() if isinstance(failure, Temporary) and failure.retry_after else 0
            log.info("matrix.joined_later", room=room, why=str(failure))
            self._later[room] = _Later(later.since, now + max(asked, later.pause), min(AGAIN[1], later.pause * 2))
            return now - later.since > GIVEN_UP
        return True


@dataclass(frozen=True, slots=True)
class _Later:
    """An invitation that could not be followed: tried since, again from then, and so long after that (seconds)."""

    since: float
    due: float
    pause: float
