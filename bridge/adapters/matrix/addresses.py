"""Where a room is on Matrix: `matrix:!abc:example.org`; from room version 12 on without a server: `matrix:!abc`."""

import re
from typing import TypeGuard

from bridge.domain.failures import Permanent, Refusal
from bridge.domain.ids import RoomAddress

PLATFORM = "matrix"
LONGEST = 255  # characters of an id (spec.matrix.org, Appendices: common identifier format)
_ROOM = re.compile(r"![^\s:]+(?::\S+)?")
_EVENT = re.compile(r"\$[!-~]{1,254}")


def room_of(room_id: str) -> RoomAddress:
    """As the house writes it."""
    return RoomAddress(PLATFORM, room_id)


def room_id_of(room: RoomAddress) -> str:
    """Matrix's own id. Raises Permanent when it is none: there cannot be such a room."""
    if room.platform != PLATFORM or _ROOM.fullmatch(room.address) is None:
        raise Permanent(Refusal.ROOM_GONE, "not a room of Matrix")
    return room.address


def is_room_id(value: object) -> TypeGuard[str]:
    """Whether somebody named a room: people may write anything where an id belongs."""
    return (
        isinstance(value, str) and len(value) <= LONGEST and value.isprintable() and _ROOM.fullmatch(value) is not None
    )


def is_event_id(value: object) -> TypeGuard[str]:
    """The same for an event."""
    return isinstance(value, str) and _EVENT.fullmatch(value) is not None


def local_part(user: str) -> str:
    """The name in a user's id: `ann` of `@ann:example.org`."""
    return user.removeprefix("@").partition(":")[0]
