"""One SMS alone: the lanes of `send` and `check --send`, where no bridge runs. No other row is touched."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bridge.delivery.accounts import ProbeLane
from bridge.delivery.context import Deliveries
from bridge.delivery.reconciliation import LookLane
from bridge.delivery.reports import PullLane
from bridge.delivery.sms import SmsLane
from bridge.delivery.worker import LOOK_EVERY, Worker, wind_down
from bridge.domain.ids import AccountId, MessageId
from bridge.domain.states import OPEN_JOBS, JobState
from bridge.ports.doorbell import Doorbell
from bridge.ports.sending import JobMove, JobRow
from bridge.ports.store import Tx


@asynccontextmanager
async def driving(deliveries: Deliveries, bell: Doorbell, message: MessageId) -> AsyncIterator[None]:
    """Claim, post, record, look and fetch reports for this message's one job, for the block.

    Only the owner of the database may: see docs/decisions/0016. At its end nothing more is claimed, and a call under
    way is awaited and recorded. An exception that is not the row's ends the block.
    """
    store, last = deliveries.store, deliveries.patience.last_answers
    job, account = await store.write(lambda tx: _take_up(tx, deliveries, message))
    lanes: tuple[Any, ...] = (
        SmsLane(deliveries, only=job.id),
        LookLane(deliveries, only=job.id),
        PullLane(deliveries, only=job.id),
        ProbeLane(deliveries, only=account),
    )
    workers: list[Worker[Any, Any]] = [Worker(lane, deliveries.clock, bell.of(lane.name), last) for lane in lanes]
    stopping = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(worker.run(), name=f"alone.{worker.lane.name}") for worker in workers]
        running.append(tasks.create_task(_expire_in_time(deliveries, job, stopping), name="alone.expiry"))
        yield
        stopping.set()
        await wind_down(workers, running)


async def _take_up(tx: Tx, deliveries: Deliveries, message: MessageId) -> tuple[JobRow, AccountId]:
    """The job, which a dead bridge may have had in hand; a paused account is asked at once whether it may post."""
    now = deliveries.clock.now()
    (job,) = await tx.messages.jobs_of({message})
    account = (await tx.messages.by_id({message}))[message].account_id
    if job.state is JobState.SUBMITTING:  # its owner is gone: nobody but the owner of the database posts
        due = (job.submitted_at or now) + deliveries.patience.reconcile_after[0]
        await tx.jobs.move([JobMove(job.id, job.attempt, JobState.RECONCILING, due_at=due, look=0)])
    await tx.accounts.note(account, probe_at=now)
    return job, account


async def _expire_in_time(deliveries: Deliveries, job: JobRow, stopping: asyncio.Event) -> None:
    """What has not left in its time does not leave any more; what may have left is looked for, and expires by that."""
    wait = (job.expires_at - deliveries.clock.now()).total_seconds()
    while not await deliveries.clock.wait(stopping, max(LOOK_EVERY, wait)):
        wait = LOOK_EVERY
        if await deliveries.store.write(lambda tx: _expire(tx, deliveries, job)) not in OPEN_JOBS:
            return


async def _expire(tx: Tx, deliveries: Deliveries, job: JobRow) -> JobState:
    (now,) = await tx.messages.jobs_of({job.message_id})
    if now.state is not JobState.QUEUED or now.expires_at > deliveries.clock.now():
        return now.state
    await tx.jobs.move([JobMove(now.id, now.attempt, JobState.EXPIRED, reason="expired")])
    tx.ring("marks")
    return JobState.EXPIRED
