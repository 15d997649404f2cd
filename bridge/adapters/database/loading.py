"""Jobs as the lanes get them."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, select

from bridge.adapters.database.part import Part, grouped
from bridge.adapters.database.tables import job, message, remote, sms
from bridge.adapters.database.tables_rooms import phone
from bridge.domain.ids import AccountId, JobId, MessageId, OvhId, PhoneId, RoomId
from bridge.domain.numbers import E164
from bridge.domain.sms import Job
from bridge.domain.states import ANSWERABLE_SMS, JobState, SmsState

MOST_HINTS = 20
"""Early reports offered to one look: each costs it a GET."""

_ids: BindParameter[list[int]] = bindparam("ids", expanding=True)
_JOBS = (
    select(job, message.c.written_at, phone.c.name.label("phone"), phone.c.on_uncertain)
    .join(message, message.c.id == job.c.message_id)
    .join(phone, phone.c.id == job.c.phone_id)
    .where(job.c.id.in_(_ids))
    .order_by(job.c.seq)
)
_RECEIVERS = (
    select(sms.c.job_id, sms.c.number)
    .where(sms.c.job_id.in_(_ids), sms.c.state.in_(bindparam("states", expanding=True)))
    .order_by(sms.c.id)
)
_EARLY = (
    select(remote.c.ovh_id, remote.c.received_at)
    .where(
        remote.c.account_id == bindparam("account"),
        remote.c.job_id.is_(None),
        remote.c.received_at >= bindparam("since"),
    )
    .order_by(remote.c.received_at.desc())
    .limit(500)
)
_KNOWN = select(remote.c.job_id, remote.c.ovh_id).where(remote.c.job_id.in_(_ids)).order_by(remote.c.ovh_id)
_OTHERS = (
    select(remote.c.ovh_id)
    .join(sms, sms.c.job_id == remote.c.job_id)
    .where(
        sms.c.account_id == bindparam("account"),
        sms.c.number == bindparam("number"),
        sms.c.job_id != bindparam("job"),
    )
    .order_by(sms.c.seq.desc())
    .limit(500)
)
_WAITING = [SmsState.PENDING.value]
_DOUBTFUL = [SmsState.PENDING.value, SmsState.UNCONFIRMED.value]
_SENT = sorted(state.value for state in ANSWERABLE_SMS)


async def jobs_to_send(part: Part, ids: Collection[int]) -> list[Job]:
    """Jobs with the receivers that are to be written to, in order."""
    return await _load(part, ids, _WAITING, {})


async def jobs_to_find(part: Part, ids: Collection[int]) -> list[Job]:
    """The same, receivers not confirmed among them; as hints the latest early reports since each was submitted.

    A job of one receiver gets the ids of other jobs to that person as well: who is written to a lot is not read a lot.
    """
    known = await _known(part, ids)
    jobs = [await _with_others(part, one) for one in await _load(part, ids, _DOUBTFUL, known)]
    submitted = grouped((one.account_id, one.submitted_at) for one in jobs if one.submitted_at is not None)
    early: dict[AccountId, list[tuple[OvhId, datetime]]] = {}
    for account, times in submitted.items():
        rows = await part.rows(_EARLY, {"account": account, "since": min(times)})
        early[account] = [(OvhId(row.ovh_id), row.received_at) for row in rows]
    return [_hinted(one, early.get(one.account_id, [])) for one in jobs] if any(early.values()) else jobs


async def _with_others(part: Part, one: Job) -> Job:
    if len(one.receivers) != 1:
        return one
    what = {"account": one.account_id, "number": one.receivers[0], "job": one.id}
    return replace(one, others=frozenset(OvhId(row.ovh_id) for row in await part.rows(_OTHERS, what)))


async def jobs_to_pull(part: Part, ids: Collection[int]) -> list[Job]:
    """Accepted jobs with the receivers they went to and the ids OVH gave them."""
    return await _load(part, ids, _SENT, await _known(part, ids))


async def _known(part: Part, ids: Collection[int]) -> dict[int, list[OvhId]]:
    rows = await part.rows(_KNOWN, {"ids": list(ids)}) if ids else ()
    return grouped((row.job_id, OvhId(row.ovh_id)) for row in rows)


def _hinted(one: Job, early: list[tuple[OvhId, datetime]]) -> Job:
    since = one.submitted_at
    ids = [id_ for id_, at in early if since is not None and at >= since]
    return replace(one, hints=tuple(ids[:MOST_HINTS]))


async def _load(part: Part, ids: Collection[int], states: list[str], known: Mapping[int, list[OvhId]]) -> list[Job]:
    if not ids:
        return []
    rows = await part.rows(_JOBS, {"ids": list(ids)})
    found = await part.rows(_RECEIVERS, {"ids": list(ids), "states": states})
    receivers = grouped((row.job_id, E164(row.number or "")) for row in found)
    return [_job(row, receivers.get(row.id, []), known.get(row.id, [])) for row in rows]


def _job(row: Row[Any], receivers: list[E164], ids: list[OvhId]) -> Job:
    return Job(
        id=JobId(row.id),
        account_id=AccountId(row.account_id),
        phone_id=PhoneId(row.phone_id),
        phone=row.phone,
        room_id=RoomId(row.room_id),
        message_id=MessageId(row.message_id),
        seq=row.seq,
        tag=row.tag,
        text=row.text or "",
        receivers=tuple(receivers),
        attempt=row.attempt,
        written_at=row.written_at,
        expires_at=row.expires_at,
        submitted_at=row.submitted_at,
        look=row.look,
        on_uncertain=row.on_uncertain,
        answered_at=row.answered_at,
        ids=tuple(ids),
        failures=row.failures,
        unconfirmed=row.state == JobState.UNCONFIRMED,
    )
