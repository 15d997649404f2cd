"""Answers that no room claimed are routed again at start: the configuration may name a desk by now, or a room again."""

from collections.abc import Collection

from bridge.delivery.context import Deliveries
from bridge.domain.ids import AccountId
from bridge.ports.store import Tx


async def place_waiting(deliveries: Deliveries) -> int:
    """Make them due, for `ReplyLane` to route by its rules; tells how many there are."""
    return await deliveries.store.write(lambda tx: _route_again(tx, deliveries.account_phones))


async def _route_again(tx: Tx, accounts: Collection[AccountId]) -> int:
    return sum([await tx.replies.route_again(account) for account in accounts])
