"""One look for a job that may have been sent: what OVH's lists show of it.

Nothing at OVH is idempotent and nothing is promised about how soon a job is listed: a look only tells what
is there. Under our tag (80 random bits) an SMS is ours; without one it must agree in receiver, text, time.
"""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from bridge.adapters.ovh import fields
from bridge.adapters.ovh.client import OvhAccount
from bridge.adapters.ovh.translate import NotThere
from bridge.domain.failures import Permanent, Temporary
from bridge.domain.ids import OvhId
from bridge.domain.numbers import E164
from bridge.domain.sms import Absent, CannotTell, Found, Job

MOST_CALLS: Final = 20
"""GETs of one look beyond those of the job's own tag. What needs more cannot be told."""
_EARLIER: Final = timedelta(minutes=2)
"""OVH's date of a job may lie before our POST by this much: its dates have whole seconds, clocks differ."""

_log = structlog.get_logger(__name__)


class _Undecided(Exception):
    """The look cannot be ended; carries why, in words for the log."""


class _OtherText(_Undecided):
    """An SMS under the job's own tag says something else."""


@dataclass(slots=True)
class _Look:
    """One look under way."""

    account: OvhAccount
    job: Job
    stop_clause: bool
    left: int = MOST_CALLS
    receivers: dict[OvhId, E164] = field(default_factory=dict)

    async def list(self, what: str, **query: str) -> tuple[OvhId, ...]:
        self._count()
        return fields.ids(await self.account.get(what, f"{self.account.path}/{what}", **query))

    async def one(self, what: str, ovh_id: OvhId) -> dict[str, object] | None:
        """An SMS or a job, None when OVH does not know it."""
        self._count()
        try:
            return fields.record(await self.account.get(f"{what}/id", f"{self.account.path}/{what}/{ovh_id}"))
        except NotThere:
            return None

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise _Undecided("too many candidates")

    def remember(self, ovh_id: OvhId, sms: dict[str, object]) -> None:
        """Keep whose SMS this is."""
        receiver = fields.number(sms.get("receiver"))
        if receiver is not None:
            self.receivers[ovh_id] = receiver

    def same_text(self, sms: dict[str, object]) -> bool:
        """Whether it says what the job says, but for white space, compatible forms, a STOP clause behind."""
        theirs, ours = _plain(fields.text(sms.get("message"), "message")), _plain(self.job.text)
        return theirs.startswith(ours) if self.stop_clause else theirs == ours


async def find(account: OvhAccount, job: Job, *, stop_clause: bool = False) -> Found | Absent | CannotTell:
    """One look. An unanswered or unreadable call makes it CannotTell; raises nothing but CancelledError."""
    look = _Look(account, job, stop_clause)
    try:
        ids = await _by_tag(look) or await _by_hints(look)
        if not ids and len(job.receivers) == 1:
            ids = await _by_likeness(look)
    except _Undecided as why:
        return _cannot_tell(job, str(why), other_text=isinstance(why, _OtherText))
    except fields.Unreadable as error:
        return _cannot_tell(job, f"unreadable {error}")
    except (Temporary, Permanent) as failure:
        return _cannot_tell(job, failure.reason.value)
    return Found(ids, look.receivers) if ids else Absent()


def _cannot_tell(job: Job, why: str, *, other_text: bool = False) -> CannotTell:
    _log.info("ovh_look_undecided", job=job.id, tag=job.tag, why=why)
    return CannotTell(why, other_text)


async def _by_tag(look: _Look) -> tuple[OvhId, ...]:
    """All SMS under the job's tag. Any proves that the whole job was accepted.

    As many as receivers, or more: none is missing, and one is read to see that the text is the job's. Fewer:
    each is read, to tell who is missing; there are fewer of them than receivers, so that is bounded.
    """
    job = look.job
    ids = await look.list("outgoing", tag=job.tag)
    look.left += len(job.receivers)  # what the job itself needs is not held against the look
    mine = list(ids)
    for ovh_id in ids:
        if look.receivers and len(mine) >= len(job.receivers):
            break
        sms = await look.one("outgoing", ovh_id)
        if sms is None:
            raise _Undecided("listed but not there")
        if sms.get("tag") not in (job.tag, None, ""):
            mine.remove(ovh_id)
            continue
        if not look.same_text(sms):
            _log.error("ovh_text_differs", job=job.id, tag=job.tag, id=ovh_id)
            raise _OtherText("text differs")
        look.remember(ovh_id, sms)
    look.left = MOST_CALLS - 1
    return tuple(mine)


async def _by_hints(look: _Look) -> tuple[OvhId, ...]:
    """Ids of early reports: the tag of each says whose it is."""
    mine: list[OvhId] = []
    for ovh_id in look.job.hints:
        sms = await look.one("outgoing", ovh_id)
        if sms is not None and sms.get("tag") == look.job.tag:
            if not look.same_text(sms):
                _log.error("ovh_text_differs", job=look.job.id, tag=look.job.tag, id=ovh_id)
                raise _OtherText("text differs")
            look.remember(ovh_id, sms)
            mine.append(ovh_id)
    return tuple(dict.fromkeys(mine))


async def _by_likeness(look: _Look) -> tuple[OvhId, ...]:
    """A job of one receiver, by receiver, text and time: OVH may not list it by its tag, or not yet.

    Pending jobs first: one that leaves meanwhile is then met in the list of what was sent. What is known to be
    another job's never matches, and is not read.
    """
    job = look.job
    since = look.account.at_ovh(job.submitted_at or job.written_at) - _EARLIER
    pending = await look.list("jobs")
    for ovh_id in (one for one in pending if one not in job.others):
        if await _is_pending(look, ovh_id, since):
            return (ovh_id,)
    listed = await look.list(
        "outgoing",
        receiver=job.receivers[0],
        **{"creationDatetime__from": since.isoformat(timespec="seconds")},
    )
    for ovh_id in (one for one in listed if one not in job.others):
        sms = await look.one("outgoing", ovh_id)
        if sms is None:
            raise _Undecided("listed but not there")
        if _alike(look, sms, since, listed_since=True):
            look.remember(ovh_id, sms)
            return (ovh_id,)
    return ()


async def _is_pending(look: _Look, ovh_id: OvhId, since: datetime) -> bool:
    """Whether a pending job is this one. It tells no tag (OVH's schema); its SMS does, once readable."""
    pending = await look.one("jobs", ovh_id)
    if pending is None or not _alike(look, pending, since):
        return False  # gone since it was listed: /outgoing, which is read next, has it
    sms = await look.one("outgoing", ovh_id)
    if sms is not None and not _alike(look, sms, since):
        return False
    look.remember(ovh_id, pending)
    return True


def _alike(look: _Look, sms: dict[str, object], since: datetime, *, listed_since: bool = False) -> bool:
    """Whether it can be the job's: never under another tag.

    A date without offset tells nothing: only `listed_since`, OVH's own filter, then says that it is recent.
    """
    tag = sms.get("tag")
    if tag and tag != look.job.tag:
        return False
    if fields.number(sms.get("receiver")) != look.job.receivers[0] or not look.same_text(sms):
        return False
    created = fields.moment(sms.get("creationDatetime"))
    if created is None and not listed_since:
        raise _Undecided("a date without offset")
    return created is None or created >= since


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())
