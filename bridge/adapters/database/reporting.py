"""Reports applied: to the sms whose id is known, kept for those whose job is not known yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, select, update

from bridge.adapters.database.outcomes import (
    ENDED,
    SET_REMOTE,
    SET_SMS,
    Outcome,
    close_lists,
    end_pulls,
    pull_now,
    sms_row,
)
from bridge.adapters.database.part import Part
from bridge.adapters.database.tables import job, remote, sms
from bridge.adapters.database.types import words
from bridge.domain.ids import AccountId, MessageId, OvhId
from bridge.domain.numbers import E164
from bridge.domain.sms import Report
from bridge.domain.states import SmsState

MOST_EARLY = 10_000
"""Reports of unknown ids kept for an account."""
EARLY_FOR = timedelta(hours=72)
MOST_WOKEN = 10
"""Jobs in doubt that one early report has looked for: each costs some GETs, and the report is of one at most."""
WOKEN_AFTER = timedelta(seconds=10)
"""Reports come in swarms: one look serves them all."""

_FOUND = (
    select(
        remote.c.ovh_id,
        remote.c.job_id,
        remote.c.sms_id,
        remote.c.state,
        remote.c.cause,
        job.c.message_id,
        sms.c.state.label("sms_state"),
        sms.c.cause.label("sms_cause"),
    )
    .outerjoin(job, job.c.id == remote.c.job_id)
    .outerjoin(sms, sms.c.id == remote.c.sms_id)
    .where(remote.c.account_id == bindparam("account"), remote.c.ovh_id.in_(bindparam("ids", expanding=True)))
)
_PEOPLE = select(sms.c.job_id, sms.c.number, sms.c.id, sms.c.state, sms.c.cause).where(
    sms.c.job_id.in_(bindparam("jobs", expanding=True)),
    sms.c.number.in_(bindparam("numbers", expanding=True)),
)
_FORGET = delete(remote).where(
    remote.c.account_id == bindparam("account"),
    remote.c.job_id.is_(None),
    remote.c.received_at < bindparam("since"),
)
_KEPT = (
    select(func.count())
    .select_from(remote)
    .where(remote.c.account_id == bindparam("account"), remote.c.job_id.is_(None))
)
_doubtful = job.alias("doubtful")
_WAKE = (
    update(job)
    .where(
        job.c.id.in_(
            select(_doubtful.c.id)
            .where(
                _doubtful.c.account_id == bindparam("account"),
                _doubtful.c.state.in_(words("reconciling", "unconfirmed")),
                _doubtful.c.submitted_at >= bindparam("since"),
                _doubtful.c.due_at.is_(None) | (_doubtful.c.due_at > bindparam("at")),
            )
            .order_by(_doubtful.c.submitted_at.desc())
            .limit(bindparam("most"))
        )
    )
    .values(due_at=bindparam("at"))
)


@dataclass(slots=True)
class _Sms:
    id: int
    told: Outcome
    now: Outcome


@dataclass(slots=True)
class _Remote:
    """One id as it stands, and what the reports make of it."""

    ovh_id: int
    job_id: int | None
    message_id: int | None
    sms: _Sms | None
    told: Outcome
    now: Outcome
    bound: bool = False


@dataclass(slots=True)
class _Book:
    remotes: dict[int, _Remote] = field(default_factory=dict)
    people: dict[tuple[int, E164], _Sms] = field(default_factory=dict)
    early: dict[int, Outcome] = field(default_factory=dict)


async def report(part: Part, account: AccountId, reports: Sequence[Report], now: datetime) -> set[MessageId]:
    """Apply them in order; tells which messages changed."""
    if not reports:
        return set()
    rows = await part.rows(_FOUND, {"account": account, "ids": sorted({one.id for one in reports})})
    book = _Book({row.ovh_id: _remote(row) for row in rows})
    await _load_people(part, book, reports)
    for one in reports:
        _apply(book, one)
    changed = [one for one in book.remotes.values() if one.bound or one.now != one.told]
    people = {one.sms.id: one.sms for one in book.remotes.values() if one.sms and one.sms.now != one.sms.told}
    await part.run_many(SET_REMOTE, [_remote_row(account, one) for one in changed])
    await part.run_many(SET_SMS, [sms_row(one.id, one.now, now) for one in people.values()])
    await _keep_early(part, account, book.early, now)
    await _follow(part, changed, now)
    return {MessageId(one.message_id) for one in changed if one.message_id is not None}


def _remote(row: Row[Any]) -> _Remote:
    outcome = Outcome(SmsState(row.state), row.cause)
    person = None
    if row.sms_id is not None:
        state = Outcome(SmsState(row.sms_state), row.sms_cause)
        person = _Sms(row.sms_id, state, state)
    return _Remote(row.ovh_id, row.job_id, row.message_id, person, outcome, outcome)


async def _load_people(part: Part, book: _Book, reports: Sequence[Report]) -> None:
    """Sms that a report names by number while their id is not bound."""
    wanted = {
        (found.job_id, one.receiver)
        for one in reports
        if one.receiver and (found := book.remotes.get(one.id)) and found.job_id and found.sms is None
    }
    if not wanted:
        return
    what = {"jobs": sorted({job_id for job_id, _ in wanted}), "numbers": sorted({n for _, n in wanted})}
    for row in await part.rows(_PEOPLE, what):
        state = Outcome(SmsState(row.state), row.cause)
        book.people[row.job_id, E164(row.number)] = _Sms(row.id, state, state)


def _apply(book: _Book, one: Report) -> None:
    news = Outcome(one.state, None if one.cause is None else one.cause.value)
    found = book.remotes.get(one.id)
    if found is None:
        known = book.early.get(one.id)
        book.early[one.id] = news if known is None else known.after(news, ovh_id=one.id)
        return
    if found.sms is None and found.job_id is not None and one.receiver is not None:
        found.sms = book.people.get((found.job_id, one.receiver))
        found.bound = found.sms is not None
    found.now = found.now.after(news, ovh_id=one.id)
    if found.sms is not None and found.sms.told.state is not SmsState.PENDING:  # else when its job is accepted
        found.sms.now = found.sms.now.after(found.now)


def _remote_row(account: AccountId, one: _Remote) -> Mapping[str, Any]:
    told = {"to": one.now.state.value, "why": one.now.cause}
    return {"of": account, "ovh": one.ovh_id, "job": one.job_id, "sms": one.sms and one.sms.id, **told}


async def _keep_early(part: Part, account: AccountId, early: Mapping[int, Outcome], now: datetime) -> None:
    if not early:
        return
    await part.run(_FORGET, {"account": account, "since": now - EARLY_FOR})
    room = max(0, MOST_EARLY - int(await part.one(_KEPT, {"account": account})))
    await part.run_many(
        insert(remote),
        [
            {
                "account_id": account,
                "ovh_id": OvhId(id_),
                "state": outcome.state.value,
                "cause": outcome.cause,
                "received_at": now,
            }
            for id_, outcome in list(early.items())[:room]
        ],
    )
    if room:
        await _look_again(part, account, now)


async def _look_again(part: Part, account: AccountId, now: datetime) -> None:
    """A report that nobody knows may be of a job in doubt, also of one whose room was asked already."""
    what = {"account": account, "since": now - EARLY_FOR, "at": now + WOKEN_AFTER, "most": MOST_WOKEN}
    if await part.run(_WAKE, what):
        part.lanes.add("looks")


async def _follow(part: Part, changed: Sequence[_Remote], now: datetime) -> None:
    """Close lists whose ids are all final, ask whose an unknown failure is, stop asking where all is known."""
    ended = {one.job_id for one in changed if one.job_id is not None and one.now.state in ENDED}
    unbound = {one.job_id for one in changed if one.job_id in ended and one.sms is None}
    lists = {one.job_id for one in changed if one.bound and one.job_id in ended} | unbound
    failed = {
        one.job_id
        for one in changed
        if one.sms is None and one.job_id is not None and one.now.state is SmsState.UNDELIVERED
    }
    await close_lists(part, {id_ for id_ in lists if id_ is not None}, now)
    await pull_now(part, failed, now)
    await end_pulls(part, ended)
