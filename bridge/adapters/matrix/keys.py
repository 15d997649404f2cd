"""Lost keys: encrypted rooms can be neither read nor written. Told once, with the rooms that it hits."""

from collections.abc import Iterator
from datetime import datetime

from bridge.adapters.matrix.addresses import room_of
from bridge.adapters.matrix.connection import Connection
from bridge.adapters.matrix.crypto import Crypto
from bridge.domain.events import Alarm, BotRemoved, BotRestored, ChatEvent


class KeysLost:
    """What is told of it: when it begins, of each room, and of each room once a new device reads it again."""

    def __init__(self) -> None:
        self._told: set[str] = set()
        self._telling: set[str] = set()

    def events(self, crypto: Crypto, connection: Connection, since: str | None, now: datetime) -> Iterator[ChatEvent]:
        """What has not been told by this process. Ids are the device's, so that a start tells nothing anew."""
        device = connection.me.device
        if crypto.lost and "" not in self._told:
            self._telling.add("")
            yield Alarm(f"keys_lost:{device}:{now:%Y-%m-%d}", "keys_lost")
        for room_id in sorted(set(crypto.joined()) & connection.encrypted_rooms - self._told):
            self._telling.add(room_id)
            if crypto.works:
                yield BotRestored(f"keys:{device}:{room_id}", room_of(room_id))
            else:
                yield BotRemoved(f"keys_lost:{device}:{room_id}:{since}", room_of(room_id), "sealed")

    def taken(self) -> None:
        """It is on disk."""
        self._told |= self._telling
        self._telling.clear()
