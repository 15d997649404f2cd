"""What people wrote that sends: messages, their rounds of jobs, how they stand."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, false, func, insert, select, true, tuple_, update

from bridge.adapters.database.part import Part
from bridge.adapters.database.tables import counter, job, mark, message, remote, sms
from bridge.adapters.database.types import const, words
from bridge.domain.ids import AccountId, ChatRef, JobId, MessageId, Person, RoomAddress, RoomId, SmsId
from bridge.domain.marks import Tally
from bridge.domain.numbers import E164
from bridge.domain.states import JobState, SmsState
from bridge.ports.sending import JobRow, Message, NewJob, NewMessage, NewSms, SmsRow

_TAKE = update(counter).where(counter.c.name == "t0").values(value=counter.c.value + bindparam("n"))
_TAKE_NUMBERS = _TAKE.returning(counter.c.value)
_ids: BindParameter[list[int]] = bindparam("ids", expanding=True)
_AT = (
    select(message)
    .where(tuple_(message.c.platform, message.c.address, message.c.ref).in_(bindparam("refs", expanding=True)))
    .order_by(message.c.id)
)
_BY_ID = select(message).where(message.c.id.in_(_ids))
_TALLIES = (
    select(job.c.message_id, sms.c.job_id, job.c.state.label("job"), sms.c.state, func.count().label("n"))
    .join(sms, sms.c.job_id == job.c.id)
    .where(job.c.message_id.in_(_ids), sms.c.superseded == false())
    .group_by(job.c.message_id, sms.c.job_id, job.c.state, sms.c.state)
)
_UNBOUND = (
    select(remote.c.job_id, remote.c.state, func.count().label("n"))
    .where(remote.c.job_id.in_(_ids), remote.c.sms_id.is_(None), remote.c.state != "accepted")
    .group_by(remote.c.job_id, remote.c.state)
)
_OF_INTEREST = (SmsState.UNDELIVERED, SmsState.NO_REPORT, SmsState.REFUSED, SmsState.STOPPED)
_SMS_OF = (
    select(job.c.message_id, sms)
    .join(sms, sms.c.job_id == job.c.id)
    .where(
        job.c.message_id.in_(_ids),
        sms.c.superseded == false(),
        sms.c.state.in_(words(*_OF_INTEREST, SmsState.UNCONFIRMED, SmsState.EXPIRED)),
    )
    .order_by(sms.c.id)
)
_PENDING_OF = (
    select(job.c.message_id, sms)
    .join(sms, sms.c.job_id == job.c.id)
    .where(job.c.id.in_(_ids), sms.c.state == const("pending"))
    .order_by(sms.c.id)
)
_JOBS_OF = (
    select(job)
    .join(message, message.c.id == job.c.message_id)
    .where(message.c.id.in_(_ids), job.c.round == message.c.round)
    .order_by(job.c.seq)
)
_NEXT_ROUND = (
    update(message)
    .where(message.c.id == bindparam("message"))
    .values(round=message.c.round + 1, round_at=bindparam("now"))
    .returning(message.c.round)
)
_SUPERSEDE = (
    update(sms)
    .where(
        sms.c.job_id.in_(select(job.c.id).where(job.c.message_id == bindparam("message"))),
        sms.c.number.in_(bindparam("numbers", expanding=True)),
    )
    .values(superseded=true())
)
_MARK_AGAIN = (
    update(mark)
    .where(mark.c.message_id == bindparam("message"))
    .values(due_at=bindparam("at"), again_at=bindparam("at"))
)


class SqlMessages:
    """What people wrote that sends."""

    def __init__(self, part: Part) -> None:
        self._part = part

    async def add(self, messages: Sequence[NewMessage]) -> list[MessageId]:
        """T0: messages, jobs, sms and marks, in order, each job given its place (`seq`)."""
        if not messages:
            return []
        now = self._part.now
        first = await self._numbers(len(messages) + sum(_size(new) for new in messages))
        ids = [MessageId(first + place) for place in range(len(messages))]
        numbered = list(zip(ids, messages, strict=True))
        await self._part.run_many(insert(message), [_message_row(id_, new, now) for id_, new in numbered])
        await self._add_jobs([(id_, new, 1) for id_, new in numbered], first + len(messages), now)
        shown = [_mark_row(id_, new) for id_, new in numbered if new.mark_due_at is not None]
        await self._part.run_many(insert(mark), shown)
        return ids

    async def _numbers(self, count: int) -> int:
        """The first of `count` numbers in a row. Messages, jobs and sms share them; commits give them in order."""
        last = await self._part.one(_TAKE_NUMBERS, {"n": count})
        return int(last) - count + 1

    async def _add_jobs(
        self, messages: Sequence[tuple[MessageId, NewMessage, int]], number: int, now: datetime
    ) -> None:
        """A job's number is its place among all jobs as well, so its `seq`."""
        job_rows: list[dict[str, Any]] = []
        sms_rows: list[dict[str, Any]] = []
        for message_id, new, round_ in messages:
            for one in new.jobs:
                place = {"room_id": new.room_id, "account_id": new.account_id, "seq": number}
                head = {"id": number, "message_id": message_id, "phone_id": new.phone_id, "round": round_}
                job_rows.append(head | place | _job_row(one))
                for own, receiver in enumerate(one.sms, start=number + 1):
                    sms_rows.append({"id": own, "job_id": number} | place | _sms_row(receiver, now))
                number += 1 + len(one.sms)
        await self._part.run_many(insert(job), job_rows)
        await self._part.run_many(insert(sms), sms_rows)

    async def add_round(self, message: MessageId, new: NewMessage) -> int:
        """A new round of jobs under a message; sms of earlier rounds to the same numbers are superseded."""
        now = self._part.now
        round_ = int(await self._part.one(_NEXT_ROUND, {"message": message, "now": now}))
        numbers = sorted({one.number for job_ in new.jobs for one in job_.sms})
        await self._part.run(_SUPERSEDE, {"message": message, "numbers": numbers})
        await self._add_jobs([(message, new, round_)], await self._numbers(_size(new)), now)
        await self._part.run(_MARK_AGAIN, {"message": message, "at": new.mark_due_at})
        return round_

    async def at(self, refs: Collection[ChatRef]) -> dict[ChatRef, Message]:
        """The messages that stand there."""
        asked = [(one.room.platform, one.room.address, one.id) for one in refs]
        rows = await self._part.rows(_AT, {"refs": asked}) if asked else ()
        return {one.ref: one for one in map(message_of, rows)}

    async def by_id(self, ids: Collection[MessageId]) -> dict[MessageId, Message]:
        """These messages."""
        rows = await self._part.rows(_BY_ID, {"ids": list(ids)}) if ids else ()
        return {one.id: one for one in map(message_of, rows)}

    async def tallies(self, ids: Collection[MessageId]) -> dict[MessageId, list[Tally]]:
        """How their sms stand, superseded ones left out; ids of a list not yet bound to a receiver count as one."""
        rows = await self._part.rows(_TALLIES, {"ids": list(ids)}) if ids else ()
        sizes: dict[int, int] = {}
        for row in rows:
            sizes[row.job_id] = sizes.get(row.job_id, 0) + row.n
        lists = sorted({row.job_id for row in rows if row.state == SmsState.ACCEPTED and sizes[row.job_id] > 1})
        unbound: dict[int, dict[str, int]] = {}
        for row in await self._part.rows(_UNBOUND, {"ids": lists}) if lists else ():
            unbound.setdefault(row.job_id, {})[row.state] = row.n
        tallies: dict[MessageId, list[Tally]] = {id_: [] for id_ in ids}
        for row in rows:
            tallies[row.message_id] += _tally(row, unbound.get(row.job_id, {}))
        return tallies

    async def sms_of(self, ids: Collection[MessageId]) -> list[SmsRow]:
        """Their sms that failed or are not confirmed, superseded ones left out."""
        rows = await self._part.rows(_SMS_OF, {"ids": list(ids)}) if ids else ()
        return [_sms_of(row) for row in rows]

    async def pending_of(self, jobs: Collection[JobId]) -> list[SmsRow]:
        """Sms of these jobs that nobody knows anything of yet."""
        rows = await self._part.rows(_PENDING_OF, {"ids": list(jobs)}) if jobs else ()
        return [_sms_of(row) for row in rows]

    async def jobs_of(self, ids: Collection[MessageId]) -> list[JobRow]:
        """Their jobs in the latest round."""
        rows = await self._part.rows(_JOBS_OF, {"ids": list(ids)}) if ids else ()
        return [_job_of(row) for row in rows]


def _tally(row: Row[Any], unbound: dict[str, int]) -> list[Tally]:
    """Accepted sms without a known id of their own stand as the unbound ids do."""
    job_state = JobState(row.job)
    if row.state != SmsState.ACCEPTED or not unbound:
        return [Tally(job_state, SmsState(row.state), row.n)]
    left, tallies = row.n, []
    for state, count in sorted(unbound.items()):
        taken = min(left, count)
        left -= taken
        tallies.append(Tally(job_state, SmsState(state), taken))
    return [one for one in (*tallies, Tally(job_state, SmsState.ACCEPTED, left)) if one.count]


def _message_row(id_: MessageId, new: NewMessage, now: datetime) -> dict[str, Any]:
    return {
        "id": id_,
        "room_id": new.room_id,
        "account_id": new.account_id,
        "phone_id": new.phone_id,
        "platform": new.ref.room.platform,
        "address": new.ref.room.address,
        "ref": new.ref.id,
        "person_platform": new.person.platform,
        "person_id": new.person.id,
        "person_name": new.person.name,
        "text": new.text,
        "written_at": new.written_at,
        "round": 1,
        "round_at": now,
        "is_list": sum(len(one.sms) for one in new.jobs) > 1,
    }


def _mark_row(id_: MessageId, new: NewMessage) -> dict[str, Any]:
    return {
        "message_id": id_,
        "account_id": new.account_id,
        "platform": new.ref.room.platform,
        "round": 1,
        "due_at": new.mark_due_at,
    }


def _size(new: NewMessage) -> int:
    """How many numbers its jobs and sms need."""
    return sum(1 + len(one.sms) for one in new.jobs)


def _sms_row(new: NewSms, now: datetime) -> dict[str, Any]:
    return {
        "number": new.number,
        "name": new.name,
        "state": new.state.value,
        "cause": new.cause,
        "superseded": False,
        "changed_at": now,
    }


def _job_row(one: NewJob) -> dict[str, Any]:
    return {
        "tag": one.tag,
        "text": one.text,
        "state": one.state.value,
        "due_at": one.due_at if one.state in (JobState.QUEUED, JobState.HELD) else None,
        "expires_at": one.expires_at,
        "reason": one.reason,
        "params": dict(one.params),
    }


def message_of(row: Row[Any]) -> Message:
    """A whole row of `message`."""
    return Message(
        id=MessageId(row.id),
        room_id=RoomId(row.room_id),
        account_id=AccountId(row.account_id),
        ref=ChatRef(RoomAddress(row.platform, row.address), row.ref),
        person=Person(row.person_platform, row.person_id, row.person_name),
        text=row.text or "",
        written_at=row.written_at,
        round=row.round,
        round_at=row.round_at,
    )


def _sms_of(row: Row[Any]) -> SmsRow:
    return SmsRow(
        id=SmsId(row.id),
        job_id=JobId(row.job_id),
        message_id=MessageId(row.message_id),
        number=E164(row.number or ""),
        name=row.name,
        state=SmsState(row.state),
        cause=row.cause,
        changed_at=row.changed_at,
    )


def _job_of(row: Row[Any]) -> JobRow:
    return JobRow(
        id=JobId(row.id),
        message_id=MessageId(row.message_id),
        round=row.round,
        state=JobState(row.state),
        attempt=row.attempt,
        reason=row.reason,
        params=row.params,
        due_at=row.due_at,
        expires_at=row.expires_at,
        submitted_at=row.submitted_at,
        text=row.text or "",
    )
