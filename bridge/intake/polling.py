"""Answers are asked for again and again: the poll alone finds every one of them."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bridge.domain.failures import OutcomeUnknown, Permanent, Temporary
from bridge.domain.ids import AccountId, OvhId
from bridge.domain.retry import delay
from bridge.metrics import Figures
from bridge.ports.clock import Clock
from bridge.ports.phone import Phone
from bridge.ports.probe import Probe, no_probe
from bridge.ports.store import Store, Tx

OVERLAP = timedelta(minutes=10)
"""Ids need not be monotonic and lists may be late: each list begins so much before the last one."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Poller:
    """Asks one account for the ids of its answers. `every` is the smallest `poll_every` of its phones."""

    account: AccountId
    phone: Phone
    every: timedelta
    store: Store
    clock: Clock
    figures: Figures
    probe: Probe = no_probe

    async def poll(self) -> int:
        """One complete list: new ids are written down with the watermark that the list allows. Tells how many.

        An account's first watermark is OVH's time then: older answers are not fetched.
        """
        since = await self.store.read(self._since)
        asked = since or self.clock.now()
        at, ids = await self.phone.reply_ids(asked)
        if ids:
            self.probe("poll.listed")
        return await self._write(watermark(since, at), ids if since is not None else [])

    async def _since(self, tx: Tx) -> datetime | None:
        account = next(one for one in await tx.accounts.all() if one.id == self.account)
        return account.watermark

    async def _write(self, listed: datetime, ids: list[OvhId]) -> int:
        now = self.clock.now()

        async def work(tx: Tx) -> int:
            new = await tx.replies.name(self.account, ids, now) if ids else 0
            await tx.accounts.note(self.account, watermark=listed, polled_at=now)
            if new:
                tx.ring("replies")
            return new

        new = await self.store.write(work)
        if ids:
            self.probe("poll.committed")
        self.figures.polled(self.phone.name, now)
        return new

    async def poll_for_ever(self, stopping: asyncio.Event) -> None:
        """Every `every`; while OVH does not answer, less and less often, up to five minutes."""
        failures = 0
        while not stopping.is_set():
            try:
                await self.poll()
                failures, wait = 0, self.every
            except (Temporary, Permanent, OutcomeUnknown) as failure:
                failures += 1
                asked = failure.retry_after if isinstance(failure, Temporary) else None
                wait = max(self.every, delay(failures, key=self.phone.name, retry_after=asked))
                log.warning("poll.failed", phone=self.phone.name, failure=str(failure), failures=failures)
            await self.clock.wait(stopping, wait.total_seconds())


def watermark(since: datetime | None, at: datetime) -> datetime:
    """From where the next list begins, when one from `since` (None: the first ever) was complete, made at OVH's `at`.

    The first begins where the account was first polled, and the overlap never reaches behind that.
    """
    if since is None:
        return at
    return since if since <= at < since + OVERLAP else at - OVERLAP
