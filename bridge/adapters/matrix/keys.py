"""Lost keys: encrypted rooms can be neither read nor written. Told with the way out, and of each room that it hits."""

from collections.abc import Sequence
from datetime import datetime

from bridge.adapters.matrix.addresses import room_of
from bridge.adapters.matrix.connection import Connection
from bridge.adapters.matrix.crypto import Crypto
from bridge.adapters.matrix.cursor import Cursor
from bridge.domain.events import Alarm, BotRemoved, BotRestored, ChatEvent


def told_of_keys(
    crypto: Crypto, connection: Connection, cursor: Cursor, now: datetime, alarmed: str
) -> tuple[list[ChatEvent], Sequence[str]]:
    """What changed, and the rooms that are shut from now on. Lost keys are told anew each day that they stay lost.

    `alarmed`: the last day, in this process, on which they were looked at.
    """
    device = connection.me.device
    events: list[ChatEvent] = []
    if crypto.lost and alarmed != f"{now:%Y-%m-%d}":
        events.append(Alarm(f"keys_lost:{device}:{now:%Y-%m-%d}", "keys_lost"))
    if crypto.works:
        events += [BotRestored(f"keys:{cursor.since}:{room}", room_of(room)) for room in cursor.shut]
        return events, ()
    shut = sorted(set(crypto.joined()) & connection.encrypted_rooms)
    new = [room for room in shut if room not in cursor.shut]
    events += [BotRemoved(f"keys_lost:{cursor.since}:{room}", room_of(room), "sealed") for room in new]
    return events, shut
