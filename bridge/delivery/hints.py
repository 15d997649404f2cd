"""Somebody told that a number wrote STOP: believed once OVH's own list has it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bridge.delivery.context import Deliveries
from bridge.delivery.parking import tell_parked
from bridge.delivery.replies import TRIES, stop_number
from bridge.domain.after_post import Broken
from bridge.domain.failures import OutcomeUnknown, Permanent, Temporary
from bridge.domain.ids import AccountId
from bridge.domain.numbers import E164, mask
from bridge.domain.retry import delay
from bridge.ports.store import Tx

UNANSWERED = timedelta(minutes=1)
"""Until OVH is asked again when it did not say: that is no try."""

Hint = tuple[AccountId, E164, int]


class HintLane:
    """Ask OVH for the number, a few times, since its list may be later than its callback."""

    name = "hints"
    limit = 4

    def __init__(self, deliveries: Deliveries) -> None:
        self._d = deliveries

    async def claim(self, free: int) -> Sequence[Hint]:
        """Hints to be confirmed now."""
        now = self._d.clock.now()
        return await self._d.store.write(lambda tx: tx.optouts.claim_hints(now, now + self._d.patience.lease, free))

    async def call(self, hint: Hint) -> bool | None:
        """Whether OVH's list has the number; None when OVH did not say."""
        account, number, _ = hint
        try:
            return await self._d.account_phones[account].opted_out(number)
        except (Temporary, Permanent, OutcomeUnknown):
            return None

    async def record(self, done: Sequence[tuple[Hint, bool | Broken | None]]) -> None:
        """Opted out, or asked again later, or forgotten."""
        now = self._d.clock.now()

        async def work(tx: Tx) -> None:
            for (account, number, tries), listed in done:
                await self._settle(tx, (account, number, tries), listed, now)

        await self._d.store.write(work)

    async def _settle(self, tx: Tx, hint: Hint, listed: bool | Broken | None, now: datetime) -> None:
        account, number, tries = hint
        again: datetime | None = None
        if listed is True:
            await stop_number(tx, account, number, "ovh", now)
        elif listed is None:
            again = now + UNANSWERED
        elif tries + 1 < TRIES:
            again = now + delay(tries + 1, key=number)
        elif isinstance(listed, Broken):
            await tell_parked(tx, self._d, self.name, f"{account}:{number}", shown=mask(number))
        await tx.optouts.settle_hint(account, number, again, counted=listed is not None)

    async def next_due(self) -> datetime | None:
        """When a hint is to be confirmed next."""
        return await self._d.store.read(lambda tx: tx.dues.next_due(self.name))
