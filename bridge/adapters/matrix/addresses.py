"""Where a room is on Matrix: `matrix:!abc:example.org`; from room version 12 on without a server: `matrix:!abc`."""

import re

from bridge.domain.failures import Permanent, Refusal
from bridge.domain.ids import RoomAddress

PLATFORM = "matrix"
_ROOM = re.compile(r"![^\s:]+(?::\S+)?")


def room_of(room_id: str) -> RoomAddress:
    """As the house writes it."""
    return RoomAddress(PLATFORM, room_id)


def room_id_of(room: RoomAddress) -> str:
    """Matrix's own id. Raises Permanent when it is none: there cannot be such a room."""
    if room.platform != PLATFORM or _ROOM.fullmatch(room.address) is None:
        raise Permanent(Refusal.ROOM_GONE, "not a room of Matrix")
    return room.address


def local_part(user: str) -> str:
    """The name in a user's id: `ann` of `@ann:example.org`."""
    return user.removeprefix("@").partition(":")[0]
