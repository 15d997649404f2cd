"""Where a room is on Telegram: `telegram:-100123`, a topic of a forum `telegram:-100123/45`, a person `telegram:7`."""

import re
from dataclasses import dataclass

from bridge.domain.failures import Permanent, Refusal
from bridge.domain.ids import RoomAddress

PLATFORM = "telegram"
_WRITTEN = re.compile(r"(-?[1-9]\d{0,18})(?:/([1-9]\d{0,18}))?")


@dataclass(frozen=True, slots=True)
class Place:
    """A chat's id, and its topic's (`message_thread_id`) where it is one topic of a forum."""

    chat: int
    thread: int | None = None

    @property
    def room(self) -> RoomAddress:
        """As the house writes it."""
        return RoomAddress(PLATFORM, str(self.chat) if self.thread is None else f"{self.chat}/{self.thread}")


def place_of(room: RoomAddress) -> Place:
    """Read an address. Raises Permanent when it is none of Telegram's: there cannot be such a room."""
    found = _WRITTEN.fullmatch(room.address)
    if found is None or room.platform != PLATFORM:
        raise Permanent(Refusal.ROOM_GONE, "not an address of Telegram")
    chat, thread = found.groups()
    return Place(int(chat), int(thread) if thread else None)


def is_private(room: RoomAddress) -> bool:
    """Whether it is one person's chat with the bot: its id is then that person's own, and positive (Bot API, Chat)."""
    found = _WRITTEN.fullmatch(room.address)
    return found is not None and int(found[1]) > 0


def message_id_of(written: str) -> int | None:
    """A message's id, None when it cannot be one of Telegram's."""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 19 else None
