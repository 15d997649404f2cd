"""Writing down what became of jobs, after a POST or after a look: one transaction for many."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bridge.delivery.context import Deliveries
from bridge.delivery.pauses import pause
from bridge.domain.after_post import Accept, Pause, Step
from bridge.domain.ids import AccountId, JobId
from bridge.domain.sms import Job
from bridge.domain.states import JobState
from bridge.ports.sending import Acceptance, JobMove
from bridge.ports.store import Tx

Settled = Accept | Step


async def settle(
    tx: Tx,
    deliveries: Deliveries,
    steps: Sequence[tuple[Job, Settled]],
    pauses: Mapping[AccountId, Pause],
    now: datetime,
) -> set[JobId]:
    """Move the jobs, pause the accounts, and let the marks follow. Tells which jobs were accepted."""
    accepted = [_acceptance(deliveries, job, step, now) for job, step in steps if isinstance(step, Accept)]
    moved = [(job, step) for job, step in steps if isinstance(step, Step)]
    taken = await tx.jobs.accept(accepted) if accepted else set()
    if moved:
        await tx.jobs.move([_move(job, step) for job, step in moved])
        await _stop_requeued(tx, moved)
    for account, why in pauses.items():
        await pause(tx, deliveries, account, why, now)
    await tx.marks.touch({job.message_id for job, _ in steps}, now)
    tx.ring("jobs", "marks")
    if any(step.to is JobState.RECONCILING for _, step in moved):
        tx.ring("looks")
    return taken


def _acceptance(deliveries: Deliveries, job: Job, step: Accept, now: datetime) -> Acceptance:
    pull = deliveries.patience.pull_at(0) or deliveries.patience.no_report
    return Acceptance(job.id, job.attempt, step.found.ids, now + pull, step.refused, step.found.receivers, step.missing)


def _move(job: Job, step: Step) -> JobMove:
    params = {"detail": step.detail} if step.detail else None
    return JobMove(
        job.id,
        job.attempt,
        step.to,
        due_at=step.due_at,
        reason=step.reason,
        look=step.look,
        answered_at=step.answered_at,
        failures=step.failures,
        params=params,
        found=step.found,
    )


async def _stop_requeued(tx: Tx, moved: Sequence[tuple[Job, Step]]) -> None:
    """Who wrote STOP while the job was out is taken out before it may leave again."""
    requeued = [job for job, step in moved if step.to is JobState.QUEUED]
    if not requeued:
        return
    for account, number in await tx.optouts.among(
        {(job.account_id, number) for job in requeued for number in job.receivers}
    ):
        await tx.sms.stop(account, {number})
