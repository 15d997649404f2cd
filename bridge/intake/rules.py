"""What intake is given besides the events."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bridge.domain.ids import RoomAddress
from bridge.domain.linking import new_code
from bridge.domain.rooms import Language


def fresh_code() -> str:
    """A code to link a room by, from the system's randomness."""
    return new_code(secrets.token_bytes)


@dataclass(frozen=True, slots=True)
class ChatRules:
    """What intake is given besides the events. `operators` are addresses of people: `telegram:7`.

    `marks_after`: how long after its hold a waiting message is marked. `language` and `timezone` are for places that no
    phone is for; `private` tells which of those are one person's own.
    """

    new_tag: Callable[[], str]
    operators: frozenset[str]
    marks_after: timedelta
    private: Callable[[RoomAddress], bool]
    new_code: Callable[[], str] = fresh_code
    language: Language = "fr"
    timezone: str = "Europe/Paris"
