"""The way of a job from queued to settled."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Executable,
    Row,
    bindparam,
    exists,
    func,
    literal_column,
    select,
    type_coerce,
    update,
)

from bridge.adapters.database.accepting import accept, keep_found
from bridge.adapters.database.loading import jobs_to_find, jobs_to_send
from bridge.adapters.database.part import Part, grouped
from bridge.adapters.database.tables import job, message, sms
from bridge.adapters.database.tables_rooms import account
from bridge.adapters.database.types import const, words
from bridge.domain.ids import AccountId, JobId, MessageId
from bridge.domain.sms import Job
from bridge.domain.states import JOB_MOVES, OPEN_JOBS, SMS_AFTER_JOB, JobState
from bridge.ports.sending import Acceptance, JobMove

_ids: BindParameter[list[int]] = bindparam("ids", expanding=True)
_waiting = job.alias("waiting")
_own = sms.alias("own")
_earlier = sms.alias("earlier")
HELD_BACK = exists().where(
    _own.c.job_id == _waiting.c.id,
    _own.c.state == const("pending"),
    _earlier.c.account_id == _own.c.account_id,
    _earlier.c.number == _own.c.number,
    _earlier.c.room_id == _own.c.room_id,
    _earlier.c.seq < _own.c.seq,
    _earlier.c.state == const("pending"),
)
"""An earlier open job of its room shares a receiver with `WAITING`: pending sms are those of open jobs."""
WAITING = _waiting
_MINE = _waiting.c.id == bindparam("only")
_CLAIMABLE = (
    select(_waiting.c.id)
    .join(account, account.c.id == _waiting.c.account_id)
    .where(
        _waiting.c.account_id == bindparam("account"),
        _waiting.c.state == const("queued"),
        # In the order of `seq` until enough are found, never through all that is due: keeps SQLite off `job_due`.
        func.coalesce(_waiting.c.due_at, literal_column("0")) <= bindparam("now", type_=job.c.due_at.type),
        _waiting.c.expires_at > bindparam("now"),
        account.c.pause.is_(None),
        ~HELD_BACK,
    )
    .order_by(_waiting.c.seq)
    .limit(bindparam("most"))
)
_SUBMIT = (
    update(job)
    .values(
        state=const("submitting"),
        attempt=job.c.attempt + 1,
        owner=bindparam("by"),
        lease_until=bindparam("until"),
        submitted_at=bindparam("now"),
        due_at=None,
        look=0,
        answered_at=None,
    )
    .returning(job.c.id)
)
_CLAIM = _SUBMIT.where(job.c.id.in_(_CLAIMABLE), job.c.state == const("queued"))
_CLAIM_ONLY = _SUBMIT.where(job.c.id.in_(_CLAIMABLE.where(_MINE)), job.c.state == const("queued"))
_DOUBTFUL = (
    select(_waiting.c.id)
    .where(_waiting.c.state.in_(words("reconciling", "unconfirmed")), _waiting.c.due_at <= bindparam("now"))
    .order_by(_waiting.c.due_at)
    .limit(bindparam("most"))
)
_LOOK = update(job).values(due_at=bindparam("until")).returning(job.c.id)
_LOOKS = _LOOK.where(job.c.id.in_(_DOUBTFUL))
_LOOKS_ONLY = _LOOK.where(job.c.id.in_(_DOUBTFUL.where(_MINE)))
_NOW = select(job).where(job.c.id.in_(_ids))
_MOVE = (
    update(job)
    .where(job.c.id == bindparam("job"))
    .values(
        state=bindparam("to"),
        due_at=bindparam("due"),
        reason=bindparam("why"),
        params=bindparam("told", type_=job.c.params.type),
        look=bindparam("looks"),
        answered_at=bindparam("answered"),
        failures=bindparam("failed"),
        owner=None,
        lease_until=None,
    )
)
_FOLLOW = (
    update(sms)
    .where(sms.c.job_id.in_(_ids), sms.c.state == const("pending"))
    .values(state=bindparam("to"), cause=bindparam("why"), changed_at=bindparam("at"))
)
_OVERDUE = (
    select(job.c.id, job.c.message_id)
    .where(job.c.state.in_(words("held", "queued")), job.c.expires_at <= bindparam("now"))
    .order_by(job.c.expires_at)
    .limit(bindparam("most"))
)
_SETTLE = update(job).where(job.c.id.in_(_ids)).values(state=bindparam("to"), due_at=None)
_ORPHANS = (
    update(job)
    .where(
        job.c.state.in_(words("held", "queued", "submitting", "reconciling")),  # the index's own words
        job.c.state == const("submitting"),
        job.c.owner.is_distinct_from(bindparam("me")),
    )
    .values(
        state=const("reconciling"),
        owner=None,
        lease_until=None,
        due_at=type_coerce(job.c.submitted_at, BigInteger) + bindparam("first", type_=BigInteger),
    )
    .returning(job.c.id)
)
_LAST_ROUND = (
    select(job.c.id, job.c.state, job.c.submitted_at)
    .join(message, message.c.id == job.c.message_id)
    .where(job.c.message_id == bindparam("message"), job.c.round == message.c.round)
)
_TEXT = update(job).where(job.c.id.in_(_ids)).values(text=bindparam("to"))
_TYPED = update(message).where(message.c.id == bindparam("message")).values(text=bindparam("to"))
_STAYS = frozenset({JobState.QUEUED, JobState.HELD, JobState.RECONCILING, JobState.UNCONFIRMED})
"""States in which a step may change the due time and the counts alone."""
_DUE = OPEN_JOBS | {JobState.UNCONFIRMED}
"""States in which something may be done next; an unconfirmed job is looked for again."""


class SqlJobs:
    """The way of a job from queued to settled."""

    def __init__(self, part: Part) -> None:
        self._part = part

    async def claim(
        self,
        now: datetime,
        owner: str,
        lease_until: datetime,
        allowance: Mapping[AccountId, int],
        only: JobId | None = None,
    ) -> list[Job]:
        """T1: up to `allowance` due jobs an account go to submitting, oldest first; a paused account's stay.

        A job is claimable when no earlier open job of its room shares a receiver. Expired ones are not claimed.
        """
        claimed: list[int] = []
        for account_id, most in allowance.items():
            if most > 0:
                what = {"account": account_id, "now": now, "most": most, "by": owner, "until": lease_until}
                claimed += await self._claimed(_CLAIM, _CLAIM_ONLY, what, only)
        return await jobs_to_send(self._part, claimed)

    async def accept(self, acceptances: Sequence[Acceptance]) -> set[JobId]:
        """T2: ids stored and bound, early reports of them applied. Tells which jobs moved."""
        return await accept(self._part, acceptances)

    async def move(self, moves: Sequence[JobMove]) -> set[JobId]:
        """Guarded steps. Tells which were taken; others had moved on."""
        if not moves:
            return set()
        rows = await self._part.lock(_NOW, {"ids": [one.id for one in moves]})
        jobs = {row.id: row for row in rows}
        taken = {one.id: one for one in moves if one.id in jobs and _may(one, jobs[one.id])}
        await self._part.run_many(_MOVE, [_step(one, jobs[one.id]) for one in taken.values()])
        await keep_found(self._part, list(taken.values()))
        settled = [(one.id, one.to) for one in taken.values()]
        after = grouped(((SMS_AFTER_JOB[to], _why(to)), id_) for id_, to in settled if to in SMS_AFTER_JOB)
        for (state, why), ids in after.items():
            await self._part.run(_FOLLOW, {"ids": ids, "to": state.value, "why": why, "at": self._part.now})
        return set(taken)

    async def claim_looks(
        self, now: datetime, lease_until: datetime, limit: int, only: JobId | None = None
    ) -> list[Job]:
        """Reconciling jobs, and unconfirmed ones, whose next look is due, with the ids of early reports as hints."""
        what = {"now": now, "until": lease_until, "most": limit}
        return await jobs_to_find(self._part, await self._claimed(_LOOKS, _LOOKS_ONLY, what, only))

    async def _claimed(
        self, any_: Executable, that: Executable, what: Mapping[str, Any], only: JobId | None
    ) -> list[int]:
        told = what if only is None else {**what, "only": only}
        return [row.id for row in await self._part.rows(any_ if only is None else that, told)]

    async def adopt_orphans(self, owner: str, first_look: timedelta) -> list[JobId]:
        """Jobs in submitting of another owner go to reconciling, never to a POST; looked for `first_look` after it.

        A file lock or an advisory lock makes this process the only one, so that the other owner is surely gone.
        """
        what = {"me": owner, "first": first_look // timedelta(microseconds=1)}
        return [JobId(row.id) for row in await self._part.rows(_ORPHANS, what)]

    async def expire(self, now: datetime, limit: int) -> list[MessageId]:
        """Queued and held jobs whose time is over. Tells whose."""
        rows = await self._part.lock(_OVERDUE, {"now": now, "most": limit})
        if rows:
            ids = [row.id for row in rows]
            await self._part.run(_SETTLE, {"ids": ids, "to": JobState.EXPIRED.value})
            after = SMS_AFTER_JOB[JobState.EXPIRED]
            await self._part.run(_FOLLOW, {"ids": ids, "to": after.value, "why": None, "at": self._part.now})
        return list(dict.fromkeys(MessageId(row.message_id) for row in rows))

    async def replace_text(self, message: MessageId, typed: str, text: str) -> bool:
        """An edit within `hold`, of what was typed and what leaves: False when a job was ever submitted."""
        rows = await self._part.rows(_LAST_ROUND.with_for_update(of=job), {"message": message})
        waiting = (JobState.QUEUED, JobState.HELD)
        if not rows or any(row.state not in waiting or row.submitted_at is not None for row in rows):
            return False
        await self._part.run(_TEXT, {"ids": [row.id for row in rows], "to": text})
        await self._part.run(_TYPED, {"message": message, "to": typed})
        return True


def _why(to: JobState) -> str | None:
    """Of a parked job's SMS, the cause: they surely did not leave, and may be tried again. Others tell their own."""
    return to.value if to is JobState.PARKED else None


def _may(move: JobMove, row: Row[Any]) -> bool:
    state = JobState(row.state)
    return row.attempt == move.attempt and (move.to in JOB_MOVES[state] or (move.to is state and state in _STAYS))


def _step(move: JobMove, row: Row[Any]) -> dict[str, Any]:
    """Counts that a step does not tell stay; reason and params belong to the state it leads to."""
    return {
        "job": move.id,
        "to": move.to.value,
        "due": move.due_at if move.to in _DUE else None,
        "why": move.reason,
        "told": dict(move.params or {}),
        "looks": row.look if move.look is None else move.look,
        "answered": row.answered_at if move.answered_at is None else move.answered_at,
        "failed": row.failures if move.failures is None else move.failures,
    }
