"""Answers: which there are, and what one says. Nothing is ever deleted at OVH."""

from datetime import datetime

import structlog

from bridge.adapters.ovh import fields, news
from bridge.adapters.ovh.client import OvhAccount
from bridge.adapters.ovh.translate import Garbage, NotThere
from bridge.domain.failures import Permanent, Reason, Refusal, Temporary
from bridge.domain.ids import OvhId
from bridge.domain.sms import Reply

_log = structlog.get_logger(__name__)


async def reply_ids(account: OvhAccount, since: datetime) -> tuple[datetime, list[OvhId]]:
    """OVH's time when the listing began (UTC), and the ids of answers created since.

    An entry that is no id blocks none of the others: it is passed over and logged. Raises Temporary,
    Permanent.
    """
    began = await account.time()
    listed = await account.get(
        "incoming", f"{account.path}/incoming", creationDatetime__from=since.isoformat(timespec="seconds")
    )
    if not isinstance(listed, list):
        raise Temporary(Reason.SERVER)
    ids: list[OvhId] = []
    for one in listed:
        try:
            ids.append(OvhId(fields.integer(one, "id")))
        except fields.Unreadable:
            continue
    if len(ids) < len(listed):
        _log.warning("ovh_ids_unreadable", service=account.service, count=len(listed) - len(ids))
    return began, ids


async def reply(account: OvhAccount, reply_id: OvhId) -> Reply | None:
    """One answer, None when OVH does not know it. Raises Temporary; Permanent when it is unreadable."""
    try:
        found = await account.get("reply", f"{account.path}/incoming/{reply_id}")
    except NotThere:
        return None
    except Garbage:
        raise Permanent(Refusal.OTHER, "unreadable: no JSON") from None
    try:
        read = news.reply(found, account.now())
    except fields.Unreadable as error:
        field = str(error)
    else:
        if read.id == reply_id:
            return read
        field = "id"
    raise Permanent(Refusal.OTHER, f"unreadable: {field}")
