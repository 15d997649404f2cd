"""OVH accounts: their pauses, watermarks and callback secrets."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, bindparam, case, select, update

from bridge.adapters.database.part import Part
from bridge.adapters.database.tables_rooms import account, phone, phone_slug
from bridge.adapters.database.types import Moment
from bridge.domain.failures import Reason
from bridge.domain.ids import AccountId
from bridge.ports.rows import Account

_this = account.c.id == bindparam("account")
_ALL = select(account).where(account.c.active).order_by(account.c.id)
_BY_SLUG = (
    select(account)
    .join(phone, phone.c.account_id == account.c.id)
    .join(phone_slug, phone_slug.c.phone_id == phone.c.id)
    .where(phone_slug.c.slug == bindparam("slug"))
)
_AGAIN = timedelta(hours=1)
"""A pause for the same reason within this time of the last is the same one: a probe may succeed in between."""

_same = and_(account.c.last_pause == bindparam("reason"), account.c.paused_at > bindparam("since", type_=Moment()))
_PAUSE = (
    update(account)
    .where(_this, account.c.pause.is_distinct_from(bindparam("reason")))
    .values(
        pause=bindparam("reason"),
        last_pause=bindparam("reason"),
        pauses=case((_same, account.c.pauses), else_=account.c.pauses + 1),
        paused_at=case((_same, account.c.paused_at), else_=bindparam("now", type_=Moment())),
        probe_at=bindparam("probe"),
    )
    .returning(account.c.pauses, account.c.paused_at)
)
_STILL_PAUSED = update(account).where(_this).values(probe_at=bindparam("probe"))
_RESUME = update(account).where(_this, account.c.pause.is_not(None)).values(pause=None, probe_at=None)
_ROTATE = (
    update(account)
    .where(_this)
    .values(
        old_secret=account.c.secret,
        old_until=bindparam("until", type_=Moment()),
        secret=bindparam("fresh"),
    )
)
_FIRST_PHONE = (
    select(phone.c.name)
    .where(phone.c.account_id == bindparam("account"))
    .order_by(phone.c.active.desc(), phone.c.place)
    .limit(1)
)
_KEY = select(account.c.key).where(_this)


class SqlAccounts:
    """OVH accounts: their pauses, watermarks and callback secrets."""

    def __init__(self, part: Part) -> None:
        self._part = part

    async def all(self) -> list[Account]:
        """Every account a phone of the configuration uses."""
        return [_account(row) for row in await self._part.rows(_ALL)]

    async def by_slug(self, slug: str) -> Account | None:
        """The account behind a phone's callback path, old slugs included."""
        rows = await self._part.rows(_BY_SLUG, {"slug": slug})
        return _account(rows[0]) if rows else None

    async def pause(self, account: AccountId, reason: Reason, probe_at: datetime) -> int | None:
        """Post nothing until a probe succeeds. Gives the pause's number when it is a new one, to be told."""
        now = self._part.now
        values = {"account": account, "probe": probe_at}
        begun = await self._part.rows(_PAUSE, {**values, "reason": reason.value, "now": now, "since": now - _AGAIN})
        if not begun:
            await self._part.run(_STILL_PAUSED, values)
            return None
        return int(begun[0].pauses) if begun[0].paused_at == now else None

    async def resume(self, account: AccountId) -> bool:
        """Post again. True when it was paused."""
        return bool(await self._part.run(_RESUME, {"account": account}))

    async def note(
        self,
        account: AccountId,
        *,
        credits: float | None = None,
        probe_at: datetime | None = None,
        watermark: datetime | None = None,
        polled_at: datetime | None = None,
        called_back_at: datetime | None = None,
    ) -> None:
        """Write down what was learned; None leaves a column as it is."""
        told = {
            "credits": credits,
            "probe_at": probe_at,
            "watermark": watermark,
            "polled_at": polled_at,
            "called_back_at": called_back_at,
        }
        values = {key: value for key, value in told.items() if value is not None}
        if values:
            await self._part.run(update(_table).where(_table.c.id == account).values(values))

    async def phone_of(self, account: AccountId) -> str:
        """The name of the account's first phone in the file; its service's where no phone uses it any more."""
        rows = await self._part.rows(_FIRST_PHONE, {"account": account})
        if rows:
            return str(rows[0].name)
        key = await self._part.one(_KEY, {"account": account})
        if key is None:
            raise LookupError(f"no account {account}")
        return str(key).rpartition("/")[2]

    async def rotate(self, account: AccountId, until: datetime) -> str:
        """Give a new secret for its callbacks; the current one opens them until then, an older one no more."""
        fresh = new_secret()
        if not await self._part.run(_ROTATE, {"account": account, "fresh": fresh, "until": until}):
            raise LookupError(f"no account {account}")
        return fresh


def new_secret() -> str:
    """What opens an account's callbacks: 256 random bits, in letters that a path may hold."""
    return secrets.token_urlsafe(32)


_table = account


def _account(row: Row[Any]) -> Account:
    return Account(
        id=AccountId(row.id),
        key=row.key,
        secret=row.secret,
        old_secret=row.old_secret,
        old_until=row.old_until,
        pause=None if row.pause is None else Reason(row.pause),
        pauses=row.pauses,
        probe_at=row.probe_at,
        watermark=row.watermark,
        credits=row.credits,
        polled_at=row.polled_at,
        called_back_at=row.called_back_at,
    )
