"""What reports do to sms: by rank, the first final one stays, lists are closed when all their ids are final."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import BindParameter, bindparam, exists, select, update

from bridge.adapters.database.part import Part, grouped
from bridge.adapters.database.tables import job, remote, sms
from bridge.adapters.database.types import const, words
from bridge.domain.states import SMS_MOVES, SmsState

log = structlog.get_logger(__name__)

ENDED = frozenset({SmsState.DELIVERED, SmsState.UNDELIVERED, SmsState.NO_REPORT})
"""What operators or their silence end with."""
ON_ITS_WAY = (SmsState.ACCEPTED, SmsState.IN_NETWORK, SmsState.BUFFERED)

_ids: BindParameter[list[int]] = bindparam("ids", expanding=True)
SET_SMS = (
    update(sms)
    .where(sms.c.id == bindparam("sms"))
    .values(state=bindparam("to"), cause=bindparam("why"), changed_at=bindparam("at"))
)
SET_REMOTE = (
    update(remote)
    .where(remote.c.account_id == bindparam("of"), remote.c.ovh_id == bindparam("ovh"))
    .values(job_id=bindparam("job"), sms_id=bindparam("sms"), state=bindparam("to"), cause=bindparam("why"))
)
_COMPLETE = select(job.c.id).where(
    job.c.id.in_(_ids),
    ~exists().where(remote.c.job_id == job.c.id, remote.c.state.not_in(words(*ENDED))),
)
_REMOTES = select(remote.c.job_id, remote.c.sms_id, remote.c.state, remote.c.cause).where(remote.c.job_id.in_(_ids))
_OPEN_SMS = select(sms.c.job_id, sms.c.id).where(
    sms.c.job_id.in_(_ids), sms.c.state.in_(words(*ON_ITS_WAY, SmsState.NO_REPORT, SmsState.UNCONFIRMED))
)
_CLOSE_PULLS = (
    update(job)
    .where(
        job.c.id.in_(_ids),
        job.c.pull_at.is_not(None),
        ~exists().where(sms.c.job_id == job.c.id, sms.c.state.in_(words(*ON_ITS_WAY))),
    )
    .values(pull_at=None, pull_again=None)
)
_PULL_NOW = (
    update(job)
    .where(job.c.id.in_(_ids), job.c.state == const("accepted"))
    .values(pull_at=bindparam("now"), pull_again=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where an SMS stands, and why."""

    state: SmsState
    cause: str | None = None

    def after(self, news: "Outcome", **what: Any) -> "Outcome":
        """This one or the news: later ranks replace earlier ones, a final one stays. `what` names it in the log."""
        if news.state in SMS_MOVES[self.state]:
            return news
        if {self.state, news.state} == {SmsState.DELIVERED, SmsState.UNDELIVERED}:
            log.warning("report.conflict", kept=self.state.value, told=news.state.value, **what)
        return self


def sms_row(id_: int, outcome: Outcome, now: datetime) -> Mapping[str, Any]:
    """Parameters of SET_SMS."""
    return {"sms": id_, "to": outcome.state.value, "why": outcome.cause, "at": now}


async def close_lists(part: Part, jobs: Collection[int], now: datetime) -> None:
    """Where all ids of a list are final and those of unknown receivers agree, their receivers take that outcome."""
    if not jobs:
        return
    complete = [row.id for row in await part.rows(_COMPLETE, {"ids": list(jobs)})]
    if not complete:
        return
    remotes = grouped((row.job_id, row) for row in await part.rows(_REMOTES, {"ids": complete}))
    people = grouped((row.job_id, row.id) for row in await part.rows(_OPEN_SMS, {"ids": complete}))
    news = []
    for one in complete:
        bound = {row.sms_id for row in remotes.get(one, [])}
        unbound = [Outcome(SmsState(row.state), row.cause) for row in remotes.get(one, []) if row.sms_id is None]
        left = [id_ for id_ in people.get(one, []) if id_ not in bound]
        if len(set(unbound)) == 1 and len(unbound) >= len(left):
            news += [sms_row(id_, unbound[0], now) for id_ in left]
    await part.run_many(SET_SMS, news)


async def end_pulls(part: Part, jobs: Collection[int]) -> None:
    """Jobs of which everything is known are not asked about again."""
    if jobs:
        await part.run(_CLOSE_PULLS, {"ids": list(jobs)})


async def pull_now(part: Part, jobs: Collection[int], now: datetime) -> None:
    """A failure of an unknown receiver: ask OVH whose it is."""
    if jobs:
        await part.run(_PULL_NOW, {"ids": list(jobs), "now": now})
        part.lanes.add("pulls")
