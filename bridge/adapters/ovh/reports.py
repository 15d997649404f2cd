"""Delivery reports, pulled: what a bridge that OVH cannot call lives on."""

import structlog

from bridge.adapters.ovh import fields, news
from bridge.adapters.ovh.client import OvhAccount
from bridge.adapters.ovh.translate import NotThere
from bridge.domain.failures import Permanent, Reason, Temporary
from bridge.domain.ids import OvhId
from bridge.domain.sms import Job, Report
from bridge.domain.states import SmsState

_log = structlog.get_logger(__name__)


async def reports(account: OvhAccount, job: Job) -> list[Report]:
    """What became of the job's SMS, as far as OVH tells. Raises Temporary, Permanent.

    One receiver: its id is read. Several: three lists by outcome, and each failed one for its cause. What
    could not be read is left out and comes with the next pull. Of a job some of whose ids nobody knows, all that
    stands under its tag is told: the tag is the job's alone.
    """
    if len(job.receivers) == 1 and job.ids:
        return await _single(account, job.ids)
    return await _by_outcome(account, job)


async def _single(account: OvhAccount, ids: tuple[OvhId, ...]) -> list[Report]:
    found: list[Report] = []
    for ovh_id in ids:
        read = await _read(account, ovh_id)
        if read is not None:
            found.append(read)
    return found


async def _by_outcome(account: OvhAccount, job: Job) -> list[Report]:
    known = frozenset(job.ids) if len(job.ids) >= len(job.receivers) else frozenset()
    found: list[Report] = []
    failed: list[OvhId] = []
    for receipt in news.FINAL_RECEIPTS:
        listed = await account.get("outgoing", f"{account.path}/outgoing", tag=job.tag, deliveryReceipt=receipt)
        try:
            ids = [one for one in fields.ids(listed) if not known or one in known]
        except fields.Unreadable:
            raise Temporary(Reason.SERVER) from None
        if news.report(OvhId(0), receipt).state is SmsState.DELIVERED:
            found += [news.report(one, receipt) for one in ids]
        else:
            failed += ids
    for position, ovh_id in enumerate(failed):
        try:
            read = await _read(account, ovh_id)
        except (Temporary, Permanent) as failure:
            if not found:
                raise
            left = len(failed) - position
            _log.info("ovh_reports_cut", service=account.service, left=left, why=failure.reason.value)
            break
        if read is not None:
            found.append(read)
    return found


async def _read(account: OvhAccount, ovh_id: OvhId) -> Report | None:
    """One SMS; None when OVH does not know it (yet), or says what nobody can read."""
    try:
        return news.report_of(await account.get("outgoing/id", f"{account.path}/outgoing/{ovh_id}"))
    except NotThere:
        return None
    except fields.Unreadable as error:
        _log.warning("ovh_report_unreadable", service=account.service, id=ovh_id, field=str(error))
        return None
