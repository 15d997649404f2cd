"""What a chat platform must never forget of its rooms, in the database."""

from collections.abc import Collection

from bridge.domain.ids import RoomAddress
from bridge.ports.store import Store


class StoredRooms:
    """A RoomMemory. Without a store, as for commands that only look, nothing is known and nothing is kept."""

    def __init__(self, store: Store | None) -> None:
        self._store = store

    async def remember_encrypted(self, rooms: Collection[RoomAddress]) -> None:
        """Durable when it returns."""
        if self._store is not None and rooms:
            await self._store.write(lambda tx: tx.events.see_encrypted(rooms))

    async def encrypted(self, platform: str) -> set[RoomAddress]:
        """All rooms of that platform that were ever encrypted."""
        return set() if self._store is None else await self._store.read(lambda tx: tx.events.encrypted(platform))

    async def moved(self, rooms: Collection[RoomAddress]) -> set[RoomAddress]:
        """Those of these places that are only an earlier address of a room."""
        found = {} if self._store is None else await self._store.read(lambda tx: tx.rooms.at(rooms))
        return {address for address, room in found.items() if room.address != address}
