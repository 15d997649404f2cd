"""The way of a job: written down as submitting, posted once, and its answer written down."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from bridge.delivery.context import Deliveries
from bridge.delivery.settle import settle
from bridge.domain.after_post import Broken, Posted, after_post, pause_after
from bridge.domain.failures import OutcomeUnknown, Permanent, Temporary
from bridge.domain.ids import AccountId, JobId
from bridge.domain.sms import Job
from bridge.ports.store import Tx

CALLS_AN_ACCOUNT = 24
"""POSTs under way at once on one account; its phone has as many threads and some more for what is read."""


class SmsLane:
    """T1, P and T2. No POST without a committed T1 of its attempt. `only`: of this job alone."""

    name = "jobs"
    limit = 256

    def __init__(self, deliveries: Deliveries, only: JobId | None = None) -> None:
        self._d = deliveries
        self._only = only
        self._under_way: Counter[AccountId] = Counter()

    async def claim(self, free: int) -> Sequence[Job]:
        """T1 for as many due jobs as each account has calls free."""
        allowance = self._allowance(free)
        if not allowance:
            return ()
        now = self._d.clock.now()

        async def work(tx: Tx) -> list[Job]:
            lease = now + self._d.patience.lease
            jobs = await tx.jobs.claim(now, self._d.owner, lease, allowance, only=self._only)
            if jobs:
                self._d.probe("t1.before")
            return jobs

        jobs = await self._d.store.write(work)
        if jobs:
            self._d.probe("t1.committed")
        for job in jobs:
            self._under_way[job.account_id] += 1
            self._d.paces.took(job.account_id)
        return jobs

    def _allowance(self, free: int) -> dict[AccountId, int]:
        allowance = {}
        for account in self._d.account_phones:
            calls = min(free, CALLS_AN_ACCOUNT - self._under_way[account])
            if calls > 0 and (calls := self._d.paces.allowance(account, calls)) > 0:
                allowance[account] = calls
        return allowance

    async def call(self, job: Job) -> Posted:
        """P: the one POST of this attempt. Its thread goes on when this task is cancelled."""
        outcome: Posted
        self._d.probe("post.before")
        try:
            outcome = await self._d.phones[job.phone].submit(job)
        except (Temporary, Permanent, OutcomeUnknown) as failure:
            outcome = failure
        finally:
            self._under_way[job.account_id] -= 1
        self._d.probe("post.after")
        return outcome

    async def record(self, done: Sequence[tuple[Job, Posted | Broken]]) -> None:
        """T2 for all answers that have come in."""
        now = self._d.clock.now()
        first = self._d.patience.reconcile_after[0]
        for job, outcome in done:
            if isinstance(outcome, Temporary) and outcome.reason == "rate":
                self._d.paces.limited(job.account_id, outcome.retry_after)
        steps = [(job, after_post(job, outcome, now, first)) for job, outcome in done]
        pauses = {job.account_id: pause for job, outcome in done if (pause := pause_after(outcome))}

        async def work(tx: Tx) -> None:
            await settle(tx, self._d, steps, pauses, now)

        self._d.probe("t2.before")
        await self._d.store.write(work)
        self._d.probe("t2.committed")
        for job, outcome in done:
            if not isinstance(outcome, Exception | Broken):
                self._d.figures.sms_out(job.phone, len(job.receivers) - len(outcome.refused))

    async def next_due(self) -> datetime | None:
        """When the next queued job is due."""
        return await self._d.store.read(lambda tx: tx.dues.next_due(self.name))
