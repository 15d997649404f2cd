"""What intake is given besides the events."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bridge.domain.ids import RoomAddress
from bridge.domain.linking import new_code
from bridge.domain.rooms import Language


def private(address: RoomAddress) -> bool:
    """Whether it is one person's chat with the bot: its id at Telegram is that person's own, which is positive.

    Groups have negative ids there (Bot API, the type Chat). Other platforms' addresses do not tell.
    """
    return address.platform == "telegram" and address.address.isascii() and address.address.isdigit()


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
    new_code: Callable[[], str] = fresh_code
    language: Language = "fr"
    timezone: str = "Europe/Paris"
    private: Callable[[RoomAddress], bool] = private
