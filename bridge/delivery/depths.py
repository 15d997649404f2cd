"""What waits, and since when: for the figures and for whoever asks whether all is well."""

import asyncio
from datetime import timedelta

from bridge.delivery.context import Deliveries
from bridge.domain.states import OPEN_JOBS
from bridge.ports.store import Tx

EVERY = timedelta(seconds=10)


async def measure(deliveries: Deliveries) -> dict[str, object]:
    """Bring the figures of queues and accounts up to date; tells how each account stands (JSON values)."""
    now = deliveries.clock.now()
    figures = deliveries.figures

    async def work(tx: Tx) -> dict[str, object]:
        for lane, (depth, oldest) in (await tx.dues.depths()).items():
            figures.queue(lane, depth, max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)
        open_jobs = await tx.dues.states()
        for phone in deliveries.phones:
            for state in OPEN_JOBS:
                figures.jobs(phone, state.value, open_jobs.get((phone, state), 0))
        unrouted = await tx.dues.unrouted()
        told: dict[str, object] = {}
        for account in await tx.accounts.all():
            phone = await tx.accounts.phone_of(account.id)
            figures.paused(phone, account.pause is not None)
            figures.unrouted(phone, unrouted.get(account.id, 0))
            if account.called_back_at is not None:
                figures.called_back(phone, account.called_back_at)
            told[phone] = {
                "paused": account.pause.value if account.pause else None,
                "credits": account.credits,
                "last_poll": account.polled_at.isoformat() if account.polled_at else None,
                "last_callback": account.called_back_at.isoformat() if account.called_back_at else None,
                "unrouted_answers": unrouted.get(account.id, 0),
            }
        return told

    return await deliveries.store.read(work)


async def measure_for_ever(deliveries: Deliveries, stopping: asyncio.Event) -> None:
    """Every ten seconds."""
    while not stopping.is_set():
        await measure(deliveries)
        await deliveries.clock.wait(stopping, EVERY.total_seconds())
