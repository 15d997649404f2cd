"""Whether we may write in a room, by its power levels (spec.matrix.org, m.room.power_levels and room version 12)."""

import re
from collections.abc import Mapping
from typing import Any

from bridge.adapters.matrix.calls import Calls
from bridge.adapters.matrix.reading import at
from bridge.domain.failures import Permanent

_BEFORE_12 = frozenset({"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"})
"""Versions in which who made a room has a level as everybody else; later its makers may do everything."""

_WRITTEN = re.compile(r"\s*-?[0-9]{1,18}\s*")


async def may_write(calls: Calls, room_id: str, content: Mapping[str, Any], user: str, encrypted: bool) -> bool:
    """Whether a message may be put there. Raises what a call raises."""
    needed = needed_for(content, "m.room.encrypted" if encrypted else "m.room.message")
    return level_of(content, user) >= needed or await is_maker(calls, room_id, user)


async def is_maker(calls: Calls, room_id: str, user: str) -> bool:
    """Whether we made the room, where that gives all rights."""
    try:
        made = await calls("GET", "rooms", room_id, "state", "m.room.create", query={"format": "event"})
    except Permanent:
        return False
    if at(made, "content", "room_version") in (None, *_BEFORE_12):
        return False
    others = at(made, "content", "additional_creators")
    return at(made, "sender") == user or (isinstance(others, list) and user in others)


def level_of(content: Mapping[str, Any], user: str) -> int:
    """Somebody's level."""
    users = content.get("users")
    own = users.get(user) if isinstance(users, Mapping) else None
    return _level(own if own is not None else content.get("users_default"), 0)


def needed_for(content: Mapping[str, Any], event_type: str, *, state: bool = False) -> int:
    """The level that such an event takes."""
    events = content.get("events")
    own = events.get(event_type) if isinstance(events, Mapping) else None
    if own is not None:
        return _level(own, 0)
    return _level(content.get("state_default"), 50) if state else _level(content.get("events_default"), 0)


def _level(value: object, otherwise: int) -> int:
    """Old rooms write levels as text."""
    if isinstance(value, str) and _WRITTEN.fullmatch(value):
        return int(value)
    return value if type(value) is int else otherwise
