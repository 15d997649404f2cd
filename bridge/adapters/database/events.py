"""What was seen of each chat platform."""

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, delete, select, update

from bridge.adapters.database.part import CHUNK, Part
from bridge.adapters.database.tables import cursor, encrypted_room, event, set_aside
from bridge.domain.ids import RoomAddress

_SEEN = select(event.c.event_id).where(
    event.c.platform == bindparam("platform"), event.c.event_id.in_(bindparam("ids", expanding=True))
)
_SEE = event.insert()
_CURSOR = select(cursor.c.cursor).where(cursor.c.platform == bindparam("of"))
_SET_CURSOR = update(cursor).where(cursor.c.platform == bindparam("of")).values(cursor=bindparam("to"))
_FIRST_CURSOR = cursor.insert()
_ENCRYPTED = select(encrypted_room.c.address).where(encrypted_room.c.platform == bindparam("of"))
_NOW_ENCRYPTED = encrypted_room.insert()
RAW_KEPT, ASIDE_KEPT = 65_536, 1_000
_OLD_ASIDE = delete(set_aside).where(set_aside.c.id <= bindparam("before"))


class SqlEvents:
    """What was seen of each chat platform."""

    def __init__(self, part: Part) -> None:
        self._part = part

    async def first_seen(self, platform: str, ids: Sequence[str]) -> set[str]:
        """Write the ids down and tell which of them are new."""
        known: set[str] = set()
        for start in range(0, len(ids), CHUNK):
            some = list(ids[start : start + CHUNK])
            known.update(row[0] for row in await self._part.rows(_SEEN, {"platform": platform, "ids": some}))
        new = dict.fromkeys(one for one in ids if one not in known)
        now = self._part.now
        await self._part.run_many(_SEE, [{"platform": platform, "event_id": one, "seen_at": now} for one in new])
        return set(new)

    async def set_cursor(self, platform: str, cursor: str) -> None:
        """Where the platform's listening goes on after a restart."""
        if not await self._part.run(_SET_CURSOR, {"of": platform, "to": cursor}):
            await self._part.run(_FIRST_CURSOR, {"platform": platform, "cursor": cursor})

    async def cursor(self, platform: str) -> str | None:
        """Where it went on last, None at the very first start."""
        found: str | None = await self._part.one(_CURSOR, {"of": platform})
        return found

    async def set_aside(self, platform: str, event_id: str, raw: str) -> None:
        """Keep what could not be read, as it came; at most 64 KiB of each, and the last 1,000."""
        kept = raw.encode(errors="replace")[:RAW_KEPT].decode(errors="ignore")
        values = {"platform": platform, "event_id": event_id, "raw": kept, "seen_at": self._part.now}
        newest = await self._part.one(set_aside.insert().values(values).returning(set_aside.c.id))
        await self._part.run(_OLD_ASIDE, {"before": newest - ASIDE_KEPT})

    async def encrypted(self, platform: str) -> set[RoomAddress]:
        """Places there that were ever seen encrypted."""
        return {RoomAddress(platform, row[0]) for row in await self._part.rows(_ENCRYPTED, {"of": platform})}

    async def see_encrypted(self, rooms: Collection[RoomAddress]) -> None:
        """These are; nothing takes that back."""
        for platform in {room.platform for room in rooms}:
            new = {room for room in rooms if room.platform == platform} - await self.encrypted(platform)
            rows = [{"platform": platform, "address": room.address} for room in sorted(new)]
            await self._part.run_many(_NOW_ENCRYPTED, rows)
