"""One mark row a message, overwritten until what is shown is what is so."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, case, or_, select, update

from bridge.adapters.database.messages import message_of
from bridge.adapters.database.part import Part
from bridge.adapters.database.tables import job, mark, message
from bridge.adapters.database.tables_rooms import room, room_address
from bridge.adapters.database.types import words
from bridge.domain.ids import AccountId, MessageId, RoomAddress, RoomId
from bridge.domain.marks import Status, Summary
from bridge.domain.states import OPEN_JOBS
from bridge.ports.sending import MarkRow, MarkUpdate

_at = bindparam("at", type_=mark.c.due_at.type)
_EARLIER = {
    name: case((or_(mark.c[name].is_(None), mark.c[name] > _at), _at), else_=mark.c[name])
    for name in ("due_at", "again_at")
}
_TOUCH = update(mark).where(mark.c.message_id.in_(bindparam("ids", expanding=True))).values(_EARLIER)
_TOUCH_OPEN = (
    update(mark)
    .where(
        mark.c.message_id.in_(
            select(job.c.message_id).where(
                job.c.state.in_(words("held", "queued", "submitting", "reconciling")),
                job.c.account_id == bindparam("account"),
            )
        )
    )
    .values(_EARLIER)
)
_TOUCH_ROOM = (
    update(mark)
    .where(
        mark.c.due_at.is_not(None),
        select(message.c.id).where(message.c.id == mark.c.message_id, message.c.room_id == bindparam("room")).exists(),
    )
    .values(_EARLIER)
)
_due = mark.alias("due")
_CLAIM = (
    update(mark)
    .where(
        mark.c.message_id.in_(
            select(_due.c.message_id)
            .where(
                _due.c.platform.in_(bindparam("platforms", expanding=True)),
                _due.c.due_at <= bindparam("now"),
                _due.c.message_id.not_in(bindparam("busy", expanding=True)),
            )
            .order_by(_due.c.due_at, _due.c.message_id)
            .limit(bindparam("most"))
        )
    )
    .values(due_at=bindparam("until"), claimed_until=bindparam("until"), again_at=None)
    .returning(mark.c.message_id)
)
_here = room_address.alias("here")
_MARKS = (
    select(
        message,
        mark.c.round.label("mark_round"),
        mark.c.wanted,
        mark.c.shown,
        mark.c.shown_summary,
        mark.c.ref.label("mark_ref"),
        mark.c.attempt,
        mark.c.failures,
        room.c.language,
        room.c.timezone,
        room.c.hold,
        _here.c.platform.label("here_platform"),
        _here.c.address.label("here_address"),
    )
    .select_from(mark)
    .join(message, message.c.id == mark.c.message_id)
    .join(room, room.c.id == message.c.room_id)
    .join(_here, (_here.c.room_id == room.c.id) & _here.c.current)
    .where(mark.c.message_id.in_(bindparam("ids", expanding=True)))
    .order_by(message.c.id)
)
_next = bindparam("due", type_=mark.c.due_at.type)
_until = bindparam("until", type_=mark.c.due_at.type)
_mine = mark.c.claimed_until == _until
_PUT = (
    update(mark)
    .where(mark.c.message_id == bindparam("message"))
    .values(
        round=bindparam("of_round"),
        wanted=bindparam("wants"),
        shown=bindparam("shows"),
        shown_summary=bindparam("summary", type_=mark.c.shown_summary.type),
        ref=bindparam("where"),
        attempt=bindparam("tries"),
        failures=bindparam("broken"),
        due_at=case(
            (~_mine, mark.c.due_at),  # somebody else has claimed it since
            (or_(_next.is_(None), mark.c.again_at < _next), mark.c.again_at),
            else_=_next,
        ),
        claimed_until=case((~_mine, mark.c.claimed_until)),
        again_at=case((~_mine, mark.c.again_at)),
    )
)
assert len(OPEN_JOBS) == 4  # noqa: S101 -- `_TOUCH_OPEN` names them, in the words of the index


class SqlMarks:
    """One mark row a message."""

    def __init__(self, part: Part) -> None:
        self._part = part

    async def touch(self, messages: Collection[MessageId], at: datetime) -> None:
        """Something changed: look at their marks then, or earlier if they were due earlier."""
        if messages:
            await self._part.run(_TOUCH, {"ids": list(messages), "at": at})

    async def touch_open(self, account: AccountId, at: datetime) -> None:
        """The same for every message of the account with an open job."""
        await self._part.run(_TOUCH_OPEN, {"account": account, "at": at})

    async def touch_room(self, room: RoomId) -> None:
        """What could not be shown in this room is due at once."""
        await self._part.run(_TOUCH_ROOM, {"room": room, "at": self._part.now})

    async def claim(
        self,
        now: datetime,
        lease_until: datetime,
        limit: int,
        platforms: Collection[str],
        busy: Collection[MessageId],
    ) -> list[MarkRow]:
        """Marks to be looked at now, those in flight (`busy`) left out; each is due again at `lease_until`."""
        what = {"now": now, "until": lease_until, "most": limit}
        sets = {"platforms": sorted(platforms), "busy": sorted(busy)}
        ids = [row.message_id for row in await self._part.rows(_CLAIM, {**what, **sets})]
        return [_row(row) for row in await self._part.rows(_MARKS, {"ids": ids})] if ids else []

    async def put(self, updates: Sequence[MarkUpdate], claimed_until: datetime) -> None:
        """Write down what was worked out or shown; a touch made since the claim keeps its earlier due time."""
        await self._part.run_many(_PUT, [_values(one, claimed_until) for one in updates])


def _values(one: MarkUpdate, claimed_until: datetime) -> dict[str, Any]:
    return {
        "message": one.message_id,
        "of_round": one.round,
        "wants": one.wanted.value,
        "shows": None if one.shown is None else one.shown.value,
        "summary": None if one.shown_summary is None else asdict(one.shown_summary),
        "where": one.ref,
        "tries": one.attempt,
        "broken": one.failures,
        "due": one.due_at,
        "until": claimed_until,
    }


def _row(row: Row[Any]) -> MarkRow:
    return MarkRow(
        message=message_of(row),
        room_address=RoomAddress(row.here_platform, row.here_address),
        language=row.language,
        timezone=row.timezone,
        is_list=row.is_list,
        round=row.mark_round,
        wanted=None if row.wanted is None else Status(row.wanted),
        shown=None if row.shown is None else Status(row.shown),
        shown_summary=None if row.shown_summary is None else Summary(**row.shown_summary),
        ref=row.mark_ref,
        attempt=row.attempt,
        failures=row.failures,
        hold=row.hold,
    )
