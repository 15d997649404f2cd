"""Receivers: what was sent to whom, and what the operators say of it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, case, exists, select, update

from bridge.adapters.database.loading import jobs_to_pull
from bridge.adapters.database.outcomes import ON_ITS_WAY
from bridge.adapters.database.part import Part, grouped
from bridge.adapters.database.reporting import report
from bridge.adapters.database.tables import job, message, sms
from bridge.adapters.database.tables_rooms import room
from bridge.adapters.database.types import const, words
from bridge.domain.failures import Refusal
from bridge.domain.ids import AccountId, ChatRef, JobId, MessageId, RoomAddress, RoomId
from bridge.domain.numbers import E164
from bridge.domain.sms import Job, Report
from bridge.domain.states import ANSWERABLE_SMS, JobState, RoomState
from bridge.ports.sending import SentSms

MOST_SENT = 20
"""SMS to a number that an answer is compared with."""

_ids: BindParameter[list[int]] = bindparam("ids", expanding=True)
_due = job.alias("due")
_DUE = select(_due.c.id).where(_due.c.pull_at <= bindparam("now")).order_by(_due.c.pull_at).limit(bindparam("most"))
_PULL = update(job).values(pull_at=bindparam("until"), pull_again=None).returning(job.c.id, job.c.pull_step)
_CLAIM = _PULL.where(job.c.id.in_(_DUE))
_CLAIM_ONLY = _PULL.where(job.c.id.in_(_DUE.where(_due.c.id == bindparam("only"))))
_still_open = exists().where(sms.c.job_id == job.c.id, sms.c.state.in_(words(*ON_ITS_WAY)))
_again = case((job.c.pull_again < bindparam("at_"), job.c.pull_again), else_=bindparam("at_", type_=job.c.pull_at.type))
_NEXT = (
    update(job)
    .where(job.c.id == bindparam("job"))
    .values(pull_at=case((_still_open, _again)), pull_step=bindparam("step"), pull_again=None)
)
_NEVER = (
    update(job)
    .where(job.c.id == bindparam("job"))
    .values(pull_at=job.c.pull_again, pull_step=bindparam("step"), pull_again=None)
)
_GIVE_UP = (
    update(sms)
    .where(sms.c.job_id == bindparam("job"), sms.c.state.in_(words(*ON_ITS_WAY)))
    .values(state=const("no_report"), changed_at=bindparam("now"))
)
_NO_MORE = (
    update(job).where(job.c.id == bindparam("job")).values(pull_at=None, pull_again=None).returning(job.c.message_id)
)
_STOPPED = (
    select(sms.c.id, sms.c.job_id, job.c.message_id)
    .join(job, job.c.id == sms.c.job_id)
    .where(
        sms.c.account_id == bindparam("account"),
        sms.c.number.in_(bindparam("numbers", expanding=True)),
        sms.c.state == const("pending"),
        job.c.state.in_(words("held", "queued")),
    )
)
_STOP = (
    update(sms)
    .where(sms.c.id.in_(_ids))
    .values(state=const("stopped"), cause=const("stopped"), changed_at=bindparam("now"))
)
_NOBODY_LEFT = (
    update(job)
    .where(job.c.id.in_(_ids), ~exists().where(sms.c.job_id == job.c.id, sms.c.state == const("pending")))
    .values(state=JobState.REJECTED.value, due_at=None, reason=Refusal.STOPPED.value)
)
_SENT = (
    select(
        job.c.tag,
        job.c.submitted_at,
        job.c.message_id,
        sms.c.room_id,
        room.c.state.label("room_state"),
        sms.c.number,
        sms.c.name,
        message.c.platform,
        message.c.address,
        message.c.ref,
    )
    .select_from(sms)
    .join(job, job.c.id == sms.c.job_id)
    .join(message, message.c.id == job.c.message_id)
    .join(room, room.c.id == sms.c.room_id)
)
_BY_TAGS = _SENT.where(
    job.c.tag.in_(bindparam("tags", expanding=True)), job.c.account_id == bindparam("account")
).order_by(sms.c.id)
_NEWEST = (
    _SENT.where(
        sms.c.account_id == bindparam("account"),
        sms.c.number == bindparam("number"),
        sms.c.state.in_(words(*ANSWERABLE_SMS)),
        job.c.submitted_at <= bindparam("until"),
    )
    .order_by(sms.c.seq.desc())
    .limit(MOST_SENT)
)


class SqlSms:
    """Receivers: what was sent to whom, and what the operators say of it."""

    def __init__(self, part: Part) -> None:
        self._part = part

    async def report(self, account: AccountId, reports: Sequence[Report], now: datetime) -> set[MessageId]:
        """Apply reports by rank; unknown ids are kept (at most 10,000, 72 h). Tells which messages changed."""
        return await report(self._part, account, reports, now)

    async def claim_pulls(
        self, now: datetime, lease_until: datetime, limit: int, only: JobId | None = None
    ) -> list[tuple[Job, int]]:
        """Accepted jobs whose reports are to be fetched, with the step (0, 1, …) of their schedule."""
        what = {"now": now, "until": lease_until, "most": limit}
        statement = _CLAIM if only is None else _CLAIM_ONLY
        rows = await self._part.rows(statement, what if only is None else {**what, "only": only})
        steps = {row.id: row.pull_step for row in rows}
        return [(one, steps[one.id]) for one in await jobs_to_pull(self._part, list(steps))] if steps else []

    async def next_pull(self, job: JobId, step: int, at: datetime | None) -> None:
        """When the reports of a job are fetched again; None: never. A pull wished for meanwhile comes first."""
        if at is None:
            await self._part.run(_NEVER, {"job": job, "step": step})
        else:
            await self._part.run(_NEXT, {"job": job, "step": step, "at_": at})

    async def give_up_reports(self, job: JobId, now: datetime) -> MessageId | None:
        """After 72 h without a final report: no_report. Tells whose, if any changed."""
        changed = await self._part.run(_GIVE_UP, {"job": job, "now": now})
        message_id = await self._part.one(_NO_MORE, {"job": job})
        return MessageId(message_id) if changed else None

    async def stop(self, account: AccountId, numbers: Collection[E164]) -> set[MessageId]:
        """Pending sms of queued and held jobs to these numbers are stopped; a job with none left is rejected."""
        found = await self._part.rows(_STOPPED, {"account": account, "numbers": list(numbers)}) if numbers else ()
        if found:
            await self._part.run(_STOP, {"ids": [row.id for row in found], "now": self._part.now})
            await self._part.run(_NOBODY_LEFT, {"ids": sorted({row.job_id for row in found})})
        return {MessageId(row.message_id) for row in found}

    async def by_tags(self, account: AccountId, tags: Collection[str]) -> dict[str, list[SentSms]]:
        """What was sent under these tags."""
        rows = await self._part.rows(_BY_TAGS, {"account": account, "tags": list(tags)}) if tags else ()
        return grouped((row.tag, _sent(row)) for row in rows)

    async def newest_to(self, account: AccountId, number: E164, since: datetime, until: datetime) -> list[SentSms]:
        """What was submitted in that time and may have reached that number, newest first (by seq), at most 20."""
        rows = await self._part.rows(_NEWEST, {"account": account, "number": number, "until": until})
        return [_sent(row) for row in rows if row.submitted_at is not None and row.submitted_at >= since]


def _sent(row: Row[Any]) -> SentSms:
    return SentSms(
        message_id=MessageId(row.message_id),
        room_id=RoomId(row.room_id),
        room_active=row.room_state == RoomState.ACTIVE,
        number=E164(row.number or ""),
        name=row.name,
        ref=ChatRef(RoomAddress(row.platform, row.address), row.ref),
    )
