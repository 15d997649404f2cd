"""Late is worse than never: what has not left in its time does not leave any more, whatever held it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from bridge.delivery.context import Deliveries
from bridge.ports.store import Tx

BATCH = 500
"""Jobs of one transaction; a message may have several."""


async def sweep(deliveries: Deliveries) -> int:
    """Expire the queued and held jobs whose time is over, paused accounts' too; tells how many messages."""
    total = 0
    while expired := await deliveries.store.write(_expire_some(deliveries.clock.now())):
        total += expired
    return total


def _expire_some(now: datetime) -> Callable[[Tx], Awaitable[int]]:
    async def work(tx: Tx) -> int:
        messages = await tx.jobs.expire(now, BATCH)
        if messages:
            await tx.marks.touch(messages, now)
            tx.ring("jobs", "marks")
        return len(messages)

    return work


async def sweep_for_ever(deliveries: Deliveries, stopping: asyncio.Event) -> None:
    """Once a minute."""
    while not stopping.is_set():
        await sweep(deliveries)
        await deliveries.clock.wait(stopping, deliveries.patience.sweep_every.total_seconds())
