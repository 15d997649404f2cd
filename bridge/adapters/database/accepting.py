"""T2: OVH's ids are stored at once and bound to their receivers as far as these are known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from bridge.adapters.database.outcomes import ENDED, SET_REMOTE, SET_SMS, Outcome, close_lists, end_pulls, sms_row
from bridge.adapters.database.outcomes import pull_now as pull_jobs_now
from bridge.adapters.database.part import Part, grouped
from bridge.adapters.database.tables import job, remote, sms
from bridge.domain.failures import Refusal
from bridge.domain.ids import JobId, OvhId
from bridge.domain.states import JOB_MOVES, JobState, SmsState, before
from bridge.ports.sending import Acceptance, JobMove

_FROM = frozenset(before(JOB_MOVES, JobState.ACCEPTED))
_NEVER_LEFT = frozenset({SmsState.REFUSED, SmsState.STOPPED, SmsState.CANCELLED, SmsState.EXPIRED})
_JOBS = (
    select(
        job.c.id,
        job.c.account_id,
        job.c.attempt,
        job.c.state.label("job_state"),
        sms.c.id.label("sms_id"),
        sms.c.number,
        sms.c.state,
        sms.c.cause,
    )
    .join(sms, sms.c.job_id == job.c.id)
    .where(job.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(sms.c.id)
)
_KNOWN = select(remote).where(
    remote.c.account_id == bindparam("account"), remote.c.ovh_id.in_(bindparam("ids", expanding=True))
)
_ACCEPT = (
    update(job)
    .where(job.c.id == bindparam("job"))
    .values(
        state=JobState.ACCEPTED.value,
        owner=None,
        lease_until=None,
        due_at=None,
        reason=None,
        pull_at=bindparam("pull"),
        pull_step=0,
    )
)


@dataclass(slots=True)
class _News:
    """What is to be written."""

    now: datetime
    accepted: dict[JobId, Mapping[str, Any]] = field(default_factory=dict)
    sms: list[Mapping[str, Any]] = field(default_factory=list)
    remotes: list[Mapping[str, Any]] = field(default_factory=list)
    early: list[Mapping[str, Any]] = field(default_factory=list)
    ended: set[int] = field(default_factory=set)
    unknown_failures: set[int] = field(default_factory=set)


async def accept(part: Part, acceptances: Sequence[Acceptance]) -> set[JobId]:
    """Write them down; tells which jobs moved. More about a job accepted already is taken, and moves nothing."""
    if not acceptances:
        return set()
    rows = await part.rows(_JOBS.with_for_update(of=job), {"ids": [one.id for one in acceptances]})
    jobs = grouped((row.id, row) for row in rows)
    known = await _known(part, acceptances, jobs)
    news = _News(part.now)
    for one in acceptances:
        people = jobs.get(one.id)
        if people and people[0].attempt == one.attempt and people[0].job_state in {*_FROM, JobState.ACCEPTED}:
            _take(one, people, known, news)
    await part.run_many(_ACCEPT, list(news.accepted.values()))
    await part.run_many(insert(remote), news.remotes)
    await part.run_many(SET_REMOTE, news.early)
    await part.run_many(SET_SMS, news.sms)
    await close_lists(part, news.ended, news.now)
    await end_pulls(part, news.ended)
    await pull_jobs_now(part, news.unknown_failures, news.now)
    return set(news.accepted)


async def keep_found(part: Part, moves: Sequence[JobMove]) -> None:
    """Ids that prove a job while it is still looked for: its own from now on, reports kept for its acceptance."""
    found = [
        Acceptance(one.id, one.attempt, one.found.ids, part.now, receivers=one.found.receivers)
        for one in moves
        if one.found
    ]
    if not found:
        return
    jobs = grouped((row.id, row) for row in await part.rows(_JOBS, {"ids": [one.id for one in found]}))
    known = await _known(part, found, jobs)
    news = _News(part.now)
    for one in found:
        _take_ids(one, jobs[one.id], known, news)
    await part.run_many(insert(remote), news.remotes)
    await part.run_many(SET_REMOTE, news.early)


async def _known(
    part: Part, acceptances: Sequence[Acceptance], jobs: Mapping[int, list[Row[Any]]]
) -> dict[tuple[int, OvhId], Any]:
    """What the table has of these ids: early reports, and ids of other jobs."""
    wanted = grouped((jobs[one.id][0].account_id, id_) for one in acceptances if one.id in jobs for id_ in one.ids)
    known: dict[tuple[int, OvhId], Any] = {}
    for account, ids in wanted.items():
        for row in await part.rows(_KNOWN, {"account": account, "ids": ids}):
            known[account, OvhId(row.ovh_id)] = row
    return known


def _take(one: Acceptance, people: list[Row[Any]], known: dict[tuple[int, OvhId], Any], news: _News) -> None:
    taken = _take_ids(one, people, known, news)
    if one.ids and not taken:
        return  # all of them belong to other jobs: this proves nothing, while an answer proves its job without any id
    moving = people[0].job_state != JobState.ACCEPTED
    if moving:
        news.accepted[one.id] = {"job": one.id, "pull": one.pull_at}
    outcomes: dict[int, Outcome] = {}
    for sms_id, outcome in taken:
        if sms_id is not None:
            outcomes[sms_id] = outcomes.get(sms_id, Outcome(SmsState.ACCEPTED)).after(outcome)
        elif outcome.state is SmsState.UNDELIVERED:
            news.unknown_failures.add(one.id)
        if outcome.state in ENDED:
            news.ended.add(one.id)
    _write_people(one, people, outcomes, news, moving=moving)


def _take_ids(
    one: Acceptance, people: list[Row[Any]], known: dict[tuple[int, OvhId], Any], news: _News
) -> list[tuple[int | None, Outcome]]:
    """Make the ids the job's own unless another has them. Gives for each its sms, if known, and how it stands."""
    account = people[0].account_id
    own = [id_ for id_ in dict.fromkeys(one.ids) if _is_free(known.get((account, id_)), one.id)]
    bound = _bind(one, own, people)
    taken: list[tuple[int | None, Outcome]] = []
    for id_ in own:
        row = known.get((account, id_))
        sms_id = bound.get(id_) or (None if row is None else row.sms_id)
        outcome = Outcome(SmsState.ACCEPTED) if row is None else Outcome(SmsState(row.state), row.cause)
        _write_remote(news, row, account, id_, one.id, sms_id, outcome)
        known[account, id_] = _Taken(one.id, sms_id, outcome.state.value, outcome.cause)
        taken.append((sms_id, outcome))
    return taken


@dataclass(frozen=True, slots=True)
class _Taken:
    """An id that this very batch gave to a job."""

    job_id: int | None
    sms_id: int | None
    state: str
    cause: str | None


def _is_free(row: Any, job_id: JobId) -> bool:
    return row is None or row.job_id is None or row.job_id == job_id


def _bind(one: Acceptance, own: Sequence[OvhId], people: Sequence[Row[Any]]) -> dict[OvhId, int]:
    """One receiver: at once. A list: as far as somebody read whose an id is."""
    sent = [row for row in people if row.state not in _NEVER_LEFT and row.number not in one.refused]
    if len(sent) == 1:
        return dict.fromkeys(own, sent[0].sms_id)
    by_number = {row.number: row.sms_id for row in sent}
    return {id_: by_number[n] for id_ in own if (n := one.receivers.get(id_)) is not None and n in by_number}


def _write_remote(
    news: _News, row: Any, account: int, id_: OvhId, job_id: int, sms_id: int | None, outcome: Outcome
) -> None:
    if row is None:
        new = {"account_id": account, "ovh_id": id_, "job_id": job_id, "sms_id": sms_id}
        told = {"state": outcome.state.value, "cause": outcome.cause, "received_at": news.now}
        news.remotes.append(new | told)
        return
    told = {"to": outcome.state.value, "why": outcome.cause}
    news.early.append({"of": account, "ovh": id_, "job": job_id, "sms": sms_id, **told})


def _write_people(
    one: Acceptance, people: Sequence[Row[Any]], outcomes: Mapping[int, Outcome], news: _News, *, moving: bool
) -> None:
    for row in people:
        current = Outcome(SmsState(row.state), row.cause)
        changed = current
        if row.number in one.refused:
            if current.state is SmsState.PENDING:
                changed = Outcome(SmsState.REFUSED, Refusal.INVALID_NUMBER.value)
        elif row.sms_id in outcomes:
            changed = current.after(Outcome(SmsState.ACCEPTED)).after(outcomes[row.sms_id], job=one.id)
        elif row.number in one.missing:
            changed = current.after(Outcome(SmsState.UNCONFIRMED))
        elif moving:
            changed = current.after(Outcome(SmsState.ACCEPTED))
        if changed != current:
            news.sms.append(sms_row(row.sms_id, changed, news.now))
