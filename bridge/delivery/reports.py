"""Reports are fetched where none was pushed: on a schedule from acceptance, until 72 h have passed."""

from collections.abc import Sequence
from datetime import datetime

from bridge.delivery.context import Deliveries
from bridge.domain.after_post import Broken
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Temporary
from bridge.domain.ids import AccountId, JobId
from bridge.domain.retry import delay
from bridge.domain.sms import Job, Report
from bridge.ports.rows import Account
from bridge.ports.sending import Acceptance
from bridge.ports.store import Tx

Pull = tuple[Job, int]
Pulled = list[Report] | Temporary


class PullLane:
    """Fetch the reports of one job a call: three lists for several receivers, never one call a receiver.

    `only`: those of this job alone.
    """

    name = "pulls"
    limit = 8

    def __init__(self, deliveries: Deliveries, only: JobId | None = None) -> None:
        self._d = deliveries
        self._only = only

    async def claim(self, free: int) -> Sequence[Pull]:
        """Jobs whose reports are to be fetched now."""
        now = self._d.clock.now()

        async def work(tx: Tx) -> list[Pull]:
            pulls = await tx.sms.claim_pulls(now, now + self._d.patience.lease, free, only=self._only)
            heard = {one.id for one in await tx.accounts.all() if self._callbacks_arrive(one, now)} if pulls else set()
            return [pull for pull in pulls if not await self._passed_over(tx, pull, heard, now)]

        return await self._d.store.write(work)

    async def _passed_over(self, tx: Tx, pull: Pull, heard: set[AccountId], now: datetime) -> bool:
        """Early pulls are for accounts whose callbacks do not arrive; one asked for by a report is made at once."""
        job, step = pull
        early = self._d.patience.early_pulls
        began = job.submitted_at or now
        if job.account_id not in heard or step >= len(early) or now < began + early[step]:
            return False
        await tx.sms.next_pull(job.id, len(early), began + self._d.patience.pulls[0])
        return True

    async def call(self, pull: Pull) -> Pulled:
        """Ask OVH."""
        job, _ = pull
        try:
            return await self._d.phones[job.phone].reports(job)
        except Temporary as failure:
            return failure
        except (Permanent, OutcomeUnknown):
            return Temporary(Reason.SERVER)

    async def record(self, done: Sequence[tuple[Pull, Pulled | Broken]]) -> None:
        """Apply what was read, and plan the next time."""
        now = self._d.clock.now()

        async def work(tx: Tx) -> None:
            for (job, step), pulled in done:
                await self._apply(tx, job, step, pulled, now)
            tx.ring("marks", "pulls")

        await self._d.store.write(work)

    async def _apply(self, tx: Tx, job: Job, step: int, pulled: Pulled | Broken, now: datetime) -> None:
        began = job.submitted_at or now
        if isinstance(pulled, Temporary):
            if now - began < self._d.patience.no_report:
                await tx.sms.next_pull(job.id, step, now + delay(step + 3, key=job.tag))
                return
        elif not isinstance(pulled, Broken):  # one that broke for a reason of ours is left to the next step
            await self._bind(tx, job, pulled, now)
            changed = await tx.sms.report(job.account_id, pulled, now)
            await tx.marks.touch(changed, now)
            self._d.figures.report_in(job.phone, "pulled")
        after = self._d.patience.pull_at(step + 1)
        if after is not None and now - began < self._d.patience.no_report:
            # A schedule that was slept through goes on from now, not all at once.
            await tx.sms.next_pull(job.id, step + 1, max(began + after, now + self._d.patience.early_pulls[0]))
            return
        message = await tx.sms.give_up_reports(job.id, now)
        if message is not None:
            await tx.marks.touch({message}, now)

    async def _bind(self, tx: Tx, job: Job, pulled: list[Report], now: datetime) -> None:
        """Ids of a job that was proven without them are the job's own from now on."""
        if pulled and len(job.ids) < len(job.receivers):
            receivers = {one.id: one.receiver for one in pulled if one.receiver is not None}
            ids = tuple(one.id for one in pulled)
            await tx.jobs.accept([Acceptance(job.id, job.attempt, ids, now, receivers=receivers)])

    def _callbacks_arrive(self, account: Account, now: datetime) -> bool:
        """Whether OVH was heard within a day. Until it is heard the first time, its lists are read."""
        heard = account.called_back_at
        return self._d.callbacks and heard is not None and now - heard < self._d.patience.no_callback

    async def next_due(self) -> datetime | None:
        """When reports are to be fetched next."""
        return await self._d.store.read(lambda tx: tx.dues.next_due(self.name))
