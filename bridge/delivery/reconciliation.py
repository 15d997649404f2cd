"""Jobs that may have been sent are looked up at OVH, and never posted blindly."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from bridge.delivery.context import Deliveries
from bridge.delivery.operations import tell_operations
from bridge.delivery.parking import tell_parked
from bridge.delivery.settle import Settled, settle
from bridge.domain.after_post import MAX_FAILURES, Accept, Broken, Looked, Step, after_look
from bridge.domain.ids import JobId
from bridge.domain.sms import Absent, CannotTell, Found, Job
from bridge.domain.states import OPEN_JOBS
from bridge.ports.store import Tx

log = structlog.get_logger(__name__)


class LookLane:
    """One look a call, at the intervals of `reconcile_after`, and when a report came that nobody knows.

    `only`: for this job alone.
    """

    name = "looks"
    limit = 8

    def __init__(self, deliveries: Deliveries, only: JobId | None = None) -> None:
        self._d = deliveries
        self._only = only

    async def claim(self, free: int) -> Sequence[Job]:
        """The jobs whose next look is due."""
        now = self._d.clock.now()
        until = now + self._d.patience.lease
        jobs = await self._d.store.write(lambda tx: tx.jobs.claim_looks(now, until, free, only=self._only))
        if jobs:
            self._d.probe("look.claimed")
        return jobs

    async def call(self, job: Job) -> Looked:
        """Read OVH's lists."""
        return await self._d.phones[job.phone].find(job)

    async def record(self, done: Sequence[tuple[Job, Looked | Broken]]) -> None:
        """Accepted, looked for again, queued again under the same tag, or not confirmed."""
        now = self._d.clock.now()

        async def work(tx: Tx) -> None:
            steps = [(job, await self._step(tx, job, looked, now)) for job, looked in done]
            taken = await settle(tx, self._d, steps, {}, now)
            # Ids that belong to other jobs already prove nothing: what was found there is as good as absent.
            others = [job for job, step in steps if isinstance(step, Accept) and job.id not in taken]
            await settle(tx, self._d, [(job, self._after(job, Absent(), now)) for job in others], {}, now)

        self._d.probe("look.before_record")
        await self._d.store.write(work)
        self._d.probe("look.recorded")

    async def _step(self, tx: Tx, job: Job, looked: Looked, now: datetime) -> Settled:
        """An answer that carries the job's tag proves that it was sent, whatever the lists show."""
        if not isinstance(looked, Found) and job.tag in await tx.replies.carry(job.account_id, {job.tag}):
            return Accept(Found(()))
        step = self._after(job, looked, now)
        await self._tell(tx, job, looked, step)
        return step

    def _after(self, job: Job, looked: Looked, now: datetime) -> Settled:
        return after_look(job, looked, now, self._d.patience.reconcile_after, self._d.patience.cannot_tell)

    async def _tell(self, tx: Tx, job: Job, looked: Looked, step: Settled) -> None:
        if isinstance(looked, Found) and len(looked.ids) > len(job.receivers):
            self._d.figures.duplicate(job.phone)
            await tell_operations(tx, self._d, "ops_duplicate", f"job:{job.id}", {"phone": job.phone})
        if isinstance(looked, CannotTell) and looked.other_text:
            await tell_operations(tx, self._d, "ops_text_differs", f"job:{job.id}", {"phone": job.phone})
        if job.unconfirmed:
            return
        if isinstance(step, Step) and step.to not in OPEN_JOBS and (step.failures or job.failures) >= MAX_FAILURES:
            await tell_parked(tx, self._d, self.name, job.id)

    async def next_due(self) -> datetime | None:
        """When the next look is due."""
        return await self._d.store.read(lambda tx: tx.dues.next_due(self.name))


async def adopt_orphans(deliveries: Deliveries) -> int:
    """At start: jobs a dead process left in submitting may have been sent. They are looked for; tells how many."""

    async def work(tx: Tx) -> int:
        adopted = await tx.jobs.adopt_orphans(deliveries.owner, deliveries.patience.reconcile_after[0])
        if adopted:
            tx.ring("looks")
        return len(adopted)

    adopted = await deliveries.store.write(work)
    if adopted:
        log.info("jobs.adopted", count=adopted)
    return adopted
