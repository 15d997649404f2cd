"""What was seen of each chat platform."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select, update

from bridge.adapters.database.part import CHUNK, Part
from bridge.adapters.database.tables import cursor, event

_SEEN = select(event.c.event_id).where(
    event.c.platform == bindparam("platform"), event.c.event_id.in_(bindparam("ids", expanding=True))
)
_SEE = event.insert()
_CURSOR = select(cursor.c.cursor).where(cursor.c.platform == bindparam("of"))
_SET_CURSOR = update(cursor).where(cursor.c.platform == bindparam("of")).values(cursor=bindparam("to"))
_FIRST_CURSOR = cursor.insert()


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
