"""An account that posts nothing for now: paused, probed, resumed; told once."""

from datetime import datetime, timedelta

import structlog

from bridge.delivery.context import Deliveries
from bridge.delivery.operations import tell_operations
from bridge.domain.after_post import Pause
from bridge.domain.failures import Reason
from bridge.domain.ids import AccountId
from bridge.ports.rows import Account
from bridge.ports.store import Tx

log = structlog.get_logger(__name__)

TOLD_AT_ONCE = frozenset({Reason.KEYS, Reason.CLOCK, Reason.CREDITS})
"""Pauses that end only when somebody does something; the others are told when the waiting grows long."""


def probe_after(deliveries: Deliveries, reason: Reason) -> timedelta:
    """How long until the account is asked again whether it may post."""
    patience = deliveries.patience
    match reason:
        case Reason.KEYS | Reason.CLOCK:
            return patience.probe_keys
        case Reason.CREDITS:
            return patience.probe_credits
        case _:
            return patience.probe_server


async def pause(tx: Tx, deliveries: Deliveries, account: AccountId, why: Pause, now: datetime) -> None:
    """Nothing is posted until a probe succeeds. Rooms with something waiting are told by their marks."""
    wait = max(probe_after(deliveries, why.reason), why.retry_after or timedelta(0))
    number = await tx.accounts.pause(account, why.reason, now + wait)
    if number is not None:
        log.warning("account.paused", account=account, reason=why.reason.value)
        await tx.marks.touch_open(account, now)
        if why.reason in TOLD_AT_ONCE:
            phone = await tx.accounts.phone_of(account)
            subject = f"pause:{account}:{number}"
            await tell_operations(tx, deliveries, "ops_paused", subject, {"phone": phone, "reason": why.reason.value})
    tx.ring("probes", "marks")


async def resume(tx: Tx, deliveries: Deliveries, account: Account) -> None:
    """The account posts again: what waited leaves in its order."""
    if not await tx.accounts.resume(account.id):
        return
    log.info("account.resumed", account=account.id)
    if account.pause in TOLD_AT_ONCE:
        phone = await tx.accounts.phone_of(account.id)
        subject = f"resume:{account.id}:{account.pauses}"
        await tell_operations(tx, deliveries, "ops_resumed", subject, {"phone": phone})
        for room in await tx.rooms.of_account(account.id):
            await tx.posts.finish("paused", f"pause:{account.pauses}", room.id, 1, "resumed")
        tx.ring("posts")
    tx.ring("jobs", "looks", "marks")
