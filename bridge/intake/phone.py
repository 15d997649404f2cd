"""What OVH tells, by callback or by poll, is written down before anything is acknowledged."""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.domain.ids import AccountId, OvhId
from bridge.domain.numbers import E164
from bridge.domain.sms import Report
from bridge.ports.clock import Clock
from bridge.ports.probe import Probe, no_probe
from bridge.ports.store import Store, Tx


@dataclass(frozen=True, slots=True)
class PhoneIntake:
    """The incoming lane's first step. Callbacks of answers and STOP are hints; reports are believed."""

    store: Store
    clock: Clock
    probe: Probe = no_probe

    async def accept_reports(self, account: AccountId, reports: Sequence[Report]) -> None:
        """Apply reports pushed by OVH; unknown ids are kept for the job they may belong to."""
        now = self.clock.now()

        async def work(tx: Tx) -> None:
            changed = await tx.sms.report(account, reports, now)
            await tx.accounts.note(account, called_back_at=now)
            await tx.marks.touch(changed, now)
            tx.ring("marks", "pulls")

        self.probe("report.before")
        await self.store.write(work)
        self.probe("report.committed")

    async def hint_reply(self, account: AccountId, reply: OvhId) -> None:
        """An answer is said to be there: its id is written down, its text is fetched from the signed API."""
        now = self.clock.now()

        async def work(tx: Tx) -> None:
            await tx.replies.name(account, [reply], now)
            await tx.accounts.note(account, called_back_at=now)
            tx.ring("replies")

        self.probe("hint.before")
        await self.store.write(work)
        self.probe("hint.committed")

    async def hint_stop(self, account: AccountId, number: E164) -> None:
        """A number is said to have written STOP: to be confirmed by OVH's own list."""
        now = self.clock.now()

        async def work(tx: Tx) -> None:
            await tx.optouts.hint(account, number, now)
            await tx.accounts.note(account, called_back_at=now)
            tx.ring("hints")

        await self.store.write(work)
