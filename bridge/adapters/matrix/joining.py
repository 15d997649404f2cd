"""Invitations: accepted from operators, and into rooms that the configuration names or that follow such a room."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from bridge.adapters.matrix.calls import Calls
from bridge.adapters.matrix.connection import Connection
from bridge.adapters.matrix.cursor import Cursor, Invitation
from bridge.adapters.matrix.failures import Refused
from bridge.adapters.matrix.reading import Raw, at, events, rooms
from bridge.domain.failures import Permanent
from bridge.domain.wellformed import well_formed

log = structlog.get_logger(__name__)

_MOST = 100  # invitations of strangers that are kept: one may turn out to be to the room that follows another
_DIRECT = "m.direct"


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

        Raises Temporary, OutcomeUnknown; a server that refuses the list keeps nobody from listening.
        """
        if self._listed is None:
            try:
                told = await calls("GET", "user", user, "account_data", _DIRECT)
            except Permanent as refused:
                if not (isinstance(refused, Refused) and refused.nothing_there):
                    log.warning("matrix.directs_unknown", why=refused.detail)
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


async def accept(connection: Connection, directs: Directs, welcome: Welcome, cursor: Cursor) -> tuple[Invitation, ...]:
    """Join where we were asked by who may; gives the invitations that are left alone. Raises what a call raises."""
    left: list[Invitation] = []
    for invitation in cursor.invites:
        if not welcome.accepts(invitation, cursor.moves):
            left.append(invitation)
            continue
        if invitation.direct:  # first: once we are in, it is an invitation no more, and is not seen again
            await directs.add(connection.calls, connection.me.user, invitation)
        try:
            await connection.calls("POST", "rooms", invitation.room, "join", body={})
        except Permanent as refused:
            log.warning("matrix.cannot_join", room=invitation.room, why=refused.detail)
    return tuple(left[-_MOST:])
