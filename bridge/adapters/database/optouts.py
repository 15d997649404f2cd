"""Who wants no more SMS, by account."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select, tuple_, update

from bridge.adapters.database.part import CHUNK, Part
from bridge.adapters.database.tables import optout, stop_hint
from bridge.domain.ids import AccountId
from bridge.domain.numbers import E164

MOST_HINTS = 1_000
"""Hints that wait at a time: whoever knows the callback's secret could send any number of them."""

_AMONG = select(optout.c.account_id, optout.c.number).where(
    tuple_(optout.c.account_id, optout.c.number).in_(bindparam("pairs", expanding=True))
)
_HINT = (stop_hint.c.account_id == bindparam("account")) & (stop_hint.c.number == bindparam("of"))
_SOONER = update(stop_hint).where(_HINT, stop_hint.c.due_at > bindparam("due")).values(due_at=bindparam("due"))
_HINTED = select(func.count()).select_from(stop_hint)
_DUE = (
    select(stop_hint)
    .where(stop_hint.c.due_at <= bindparam("now"))
    .order_by(stop_hint.c.due_at)
    .limit(bindparam("most"))
)
_LEASE = update(stop_hint).where(_HINT).values(due_at=bindparam("due"))
_LATER = update(stop_hint).where(_HINT).values(due_at=bindparam("due"), tries=stop_hint.c.tries + bindparam("more"))
_SETTLED = delete(stop_hint).where(_HINT)


class SqlOptOuts:
    """Who wants no more SMS, by account."""

    def __init__(self, part: Part) -> None:
        self._part = part

    async def add(self, account: AccountId, number: E164, source: str, now: datetime) -> bool:
        """True when the number was not opted out already."""
        if await self.among({(account, number)}):
            return False
        values = {"account_id": account, "number": number, "source": source, "at": now}
        await self._part.run(insert(optout), values)
        return True

    async def among(self, numbers: Collection[tuple[AccountId, E164]]) -> set[tuple[AccountId, E164]]:
        """Which of these are opted out."""
        asked = sorted(numbers)
        found: set[tuple[AccountId, E164]] = set()
        for start in range(0, len(asked), CHUNK):
            rows = await self._part.rows(_AMONG, {"pairs": asked[start : start + CHUNK]})
            found.update((AccountId(row.account_id), E164(row.number)) for row in rows)
        return found

    async def hint(self, account: AccountId, number: E164, due_at: datetime) -> None:
        """A STOP somebody told us of: to be confirmed at OVH. At most 1,000 wait at a time."""
        what = {"account": account, "of": number}
        known = await self._part.rows(select(stop_hint.c.number).where(_HINT), what)
        if known:
            await self._part.run(_SOONER, {**what, "due": due_at})
        elif await self._part.one(_HINTED) < MOST_HINTS:
            values = {"account_id": account, "number": number, "due_at": due_at}
            await self._part.run(insert(stop_hint), values)

    async def claim_hints(self, now: datetime, lease_until: datetime, limit: int) -> list[tuple[AccountId, E164, int]]:
        """Hints to be confirmed now, with how often that was tried."""
        rows = await self._part.lock(_DUE, {"now": now, "most": limit})
        await self._part.run_many(
            _LEASE, [{"account": row.account_id, "of": row.number, "due": lease_until} for row in rows]
        )
        return [(AccountId(row.account_id), E164(row.number), row.tries) for row in rows]

    async def settle_hint(
        self, account: AccountId, number: E164, due_at: datetime | None, *, counted: bool = True
    ) -> None:
        """Try again then, one try more `counted`; None: it is settled."""
        what = {"account": account, "of": number}
        if due_at is None:
            await self._part.run(_SETTLED, what)
        else:
            await self._part.run(_LATER, {**what, "due": due_at, "more": int(counted)})
