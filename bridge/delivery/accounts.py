"""How each account stands is asked every few minutes, and sooner while it is paused."""

from collections.abc import Sequence
from datetime import datetime

from bridge.delivery.context import Deliveries
from bridge.delivery.pauses import pause, probe_after, resume
from bridge.domain.after_post import Broken, Pause
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Temporary
from bridge.domain.ids import AccountId
from bridge.domain.sms import AccountState
from bridge.ports.rows import Account
from bridge.ports.store import Tx

Probed = AccountState | Temporary


class ProbeLane:
    """One GET an account; a paused one resumes when it succeeds and credits are left.

    `only`: this account alone, and only while it is paused.
    """

    name = "probes"
    limit = 8

    def __init__(self, deliveries: Deliveries, only: AccountId | None = None) -> None:
        self._d = deliveries
        self._only = only

    async def claim(self, free: int) -> Sequence[Account]:
        """Accounts to be asked now."""
        now = self._d.clock.now()

        async def work(tx: Tx) -> list[Account]:
            due = [one for one in await tx.accounts.all() if self._is_due(one, now)][:free]
            for account in due:
                await tx.accounts.note(account.id, probe_at=now + self._d.patience.lease)
            return due

        return await self._d.store.write(work)

    def _is_due(self, account: Account, now: datetime) -> bool:
        if self._only is not None and (account.id != self._only or account.pause is None):
            return False
        return account.probe_at is None or account.probe_at <= now

    async def call(self, account: Account) -> Probed:
        """Ask OVH how the account stands."""
        try:
            return await self._d.account_phones[account.id].account()
        except Temporary as failure:
            return failure
        except (Permanent, OutcomeUnknown):
            return Temporary(Reason.SERVER)

    async def record(self, done: Sequence[tuple[Account, Probed | Broken]]) -> None:
        """Resume, pause, or ask again later."""
        now = self._d.clock.now()

        async def work(tx: Tx) -> None:
            for account, probed in done:
                await self._apply(tx, account, probed, now)

        await self._d.store.write(work)

    async def _apply(self, tx: Tx, account: Account, probed: Probed | Broken, now: datetime) -> None:
        match probed:
            case AccountState(credits=left) if left is not None and left <= 0:
                await tx.accounts.note(account.id, credits=left)
                await pause(tx, self._d, account.id, Pause(Reason.CREDITS), now)
            case AccountState(credits=left):
                if account.pause is not None:
                    await resume(tx, self._d, account)
                await tx.accounts.note(account.id, credits=left, probe_at=now + self._d.patience.account_every)
            case Temporary(reason=Reason.KEYS | Reason.CLOCK):
                await pause(tx, self._d, account.id, Pause(probed.reason), now)
            case Temporary() | Broken():
                wait = probe_after(self._d, account.pause or Reason.SERVER)
                await tx.accounts.note(account.id, probe_at=now + wait)
        if isinstance(probed, AccountState) and probed.credits is not None:
            self._d.figures.credits(await tx.accounts.phone_of(account.id), probed.credits)

    async def next_due(self) -> datetime | None:
        """When an account is to be asked next."""
        return await self._d.store.read(lambda tx: tx.dues.next_due(self.name))
