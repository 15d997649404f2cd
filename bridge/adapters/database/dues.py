"""What waits, seen from outside: for the workers' sleep and for the figures."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, FromClause, bindparam, func, select, update

from bridge.adapters.database.jobs import HELD_BACK, WAITING
from bridge.adapters.database.part import Part
from bridge.adapters.database.tables import job, mark, post, reply, stop_hint
from bridge.adapters.database.tables_rooms import account, phone
from bridge.adapters.database.types import const, words
from bridge.domain.ids import AccountId
from bridge.domain.states import JobState

_flying = post.alias("flying")
_another_flies = (
    select(_flying.c.id).where(_flying.c.room_id == post.c.room_id, _flying.c.state == const("sending")).exists()
)
_platforms: BindParameter[list[str]] = bindparam("platforms", expanding=True)
_NEXT: dict[str, Any] = {
    "jobs": select(WAITING.c.due_at)
    .join(account, account.c.id == WAITING.c.account_id)
    .where(
        WAITING.c.state == const("queued"),
        WAITING.c.due_at.is_not(None),
        WAITING.c.expires_at > bindparam("now"),
        account.c.pause.is_(None),
        ~HELD_BACK,
    )
    .order_by(WAITING.c.due_at),
    "looks": select(job.c.due_at)
    .where(job.c.state.in_(words("reconciling", "unconfirmed")), job.c.due_at.is_not(None))
    .order_by(job.c.due_at),
    "pulls": select(job.c.pull_at).where(job.c.pull_at.is_not(None)).order_by(job.c.pull_at),
    "replies": select(reply.c.due_at).where(reply.c.due_at.is_not(None)).order_by(reply.c.due_at),
    "posts": select(func.min(post.c.due_at)).where(
        post.c.platform.in_(_platforms),
        post.c.due_at.is_not(None),
        (post.c.state == const("sending")) | ~_another_flies,
    ),
    "marks": select(func.min(mark.c.due_at)).where(mark.c.platform.in_(_platforms), mark.c.due_at.is_not(None)),
    "hints": select(stop_hint.c.due_at).order_by(stop_hint.c.due_at),
    "probes": select(account.c.probe_at)
    .where(account.c.probe_at.is_not(None), account.c.active)
    .order_by(account.c.probe_at),
}

_FIRST = {lane: statement.limit(1) for lane, statement in _NEXT.items()}


def _depth(table: FromClause, due: ColumnElement[Any], *where: ColumnElement[bool]) -> Any:
    return (
        select(func.count().label("n"), func.min(due).label("oldest"))
        .select_from(table)
        .where(due <= bindparam("now"), *where)
    )


_DEPTHS: dict[str, Any] = {
    "jobs": _depth(job, job.c.due_at, job.c.state == const("queued")),
    "looks": _depth(job, job.c.due_at, job.c.state.in_(words("reconciling", "unconfirmed"))),
    "pulls": _depth(job, job.c.pull_at),
    "replies": _depth(reply, reply.c.due_at),
    "posts": _depth(post, post.c.due_at),
    "marks": _depth(mark, mark.c.due_at),
    "hints": _depth(stop_hint, stop_hint.c.due_at),
    "probes": _depth(account, account.c.probe_at),
}
_STATES = (
    select(phone.c.name, job.c.state, func.count().label("n"))
    .join(phone, phone.c.id == job.c.phone_id)
    .where(job.c.state.in_(words("held", "queued", "submitting", "reconciling")))
    .group_by(phone.c.name, job.c.state)
)
_UNROUTED = (
    select(reply.c.account_id, func.count().label("n"))
    .where(reply.c.state == const("waiting"))
    .group_by(reply.c.account_id)
)
_RELEASE = (
    update(post).where(post.c.state == const("sending")).values(due_at=bindparam("now")),
    update(mark).where(mark.c.claimed_until.is_not(None)).values(due_at=bindparam("now")),
    # One that was asked for before keeps its pause: starts are no tries.
    update(reply).where(reply.c.state == const("named"), reply.c.tries == 0).values(due_at=bindparam("now")),
    # Whoever starts it again may just have put in new keys, or topped up.
    update(account).where(account.c.pause.is_not(None)).values(probe_at=bindparam("now")),
)


class SqlDues:
    """What waits, seen from outside."""

    def __init__(self, part: Part) -> None:
        self._part = part

    async def next_due(self, lane: str, platforms: Collection[str] = ()) -> datetime | None:
        """When the next row of `jobs`, `looks`, `pulls`, `replies`, `posts`, `marks`, `hints` or `probes` is due."""
        what: dict[str, Any] = {}
        if lane == "jobs":
            what["now"] = self._part.now
        elif lane in ("posts", "marks"):
            what["platforms"] = sorted(platforms)
        due: datetime | None = await self._part.one(_FIRST[lane], what)
        return due

    async def depths(self) -> dict[str, tuple[int, datetime | None]]:
        """For each lane, how many rows wait and since when the oldest does."""
        depths: dict[str, tuple[int, datetime | None]] = {}
        for lane, statement in _DEPTHS.items():
            row = (await self._part.rows(statement, {"now": self._part.now}))[0]
            depths[lane] = (row.n, row.oldest)
        return depths

    async def unrouted(self) -> dict[AccountId, int]:
        """How many answers of each account no room claims."""
        return {AccountId(row.account_id): row.n for row in await self._part.rows(_UNROUTED)}

    async def states(self) -> dict[tuple[str, JobState], int]:
        """How many open jobs each phone has, by state."""
        rows = await self._part.rows(_STATES)
        return {(row.name, JobState(row.state)): row.n for row in rows}

    async def release(self, now: datetime) -> None:
        """At start: what a dead process was fetching, posting or showing is due now, not at its lease's end.

        Paused accounts are asked at once whether they may post.
        All of it may be done twice; jobs may not, and are adopted.
        """
        for statement in _RELEASE:
            await self._part.run(statement, {"now": now})
