"""One SMS on its way to OVH: driven here where nobody has the database, else followed by reading."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.commands.terminal import Terminal
from bridge.domain.failures import Refusal
from bridge.domain.ids import MessageId
from bridge.domain.numbers import E164
from bridge.domain.states import OPEN_JOBS, JobState
from bridge.ports.by_hand import ByHand, Drive, Own, Unwritten, Write
from bridge.ports.clock import Clock
from bridge.ports.sending import JobMove, JobRow
from bridge.ports.store import Store, Tx

LOOK_EVERY = 1.0
"""Seconds between two looks at the row: as often as a running bridge looks for what is due."""

TAKE_OVER_AFTER = timedelta(seconds=5)
"""How long a row that another process should take up may stand still before the database is asked for, and then again.

A bridge that is started anew by its supervisor is there again by then.
"""

NOT_TAKEN = timedelta(seconds=10)
"""After how long it is told that nobody has taken it up."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What commands that send are given. `news` is set when the row may have changed, and with `stopping`."""

    terminal: Terminal
    store: Store
    clock: Clock
    write: Write
    own: Own
    drive: Drive
    news: asyncio.Event
    stopping: asyncio.Event


@dataclass(frozen=True, slots=True)
class _Stand:
    """How the job stands; `reason`: what holds it back."""

    job: JobRow
    reason: str | None


class Following:
    """One SMS, from writing it down until its job is settled. Where nobody has the database, it is ours for `ours`."""

    def __init__(self, sending: Sending, what: ByHand, ours: AsyncExitStack) -> None:
        self._s = sending
        self._what = what
        self._ours = ours
        self._alone = False
        self._told: set[tuple[str, str | None]] = set()
        self._stood: tuple[object, datetime] = (None, sending.clock.now())
        self._asked = sending.clock.now()

    async def write(self) -> MessageId | None:
        """Write it down; None, and told, when that cannot be."""
        self._alone = await self._s.own(self._ours)
        written = await self._s.write(self._what, self._alone)
        match written:
            case Unwritten.NO_PHONE:
                self._s.terminal.say("send_no_phone", phone=self._what.phone.name)
                return None
            case Unwritten.UNSETTLED:
                self._s.terminal.say("send_unsettled", number=self._what.number)
                return None
            case _:
                return written

    async def until_settled(self, message: MessageId) -> JobRow:
        """How it ended; still open when this process is asked to stop. What it waits for is told as it changes."""
        if self._alone and not self._s.stopping.is_set():
            await self._ours.enter_async_context(self._s.drive(message))
        while True:
            self._s.news.clear()
            stand = await self._s.store.read(lambda tx: _stand(tx, message))
            if stand.job.state not in OPEN_JOBS or self._s.stopping.is_set():
                return stand.job
            self._tell(stand)
            await self._take_over(stand.job, message)
            await self._s.clock.wait(self._s.news, LOOK_EVERY)

    def _tell(self, stand: _Stand) -> None:
        job, number = stand.job, self._what.number
        if not self._alone:
            self._once("send_handed_over")
        match job.state:
            case JobState.QUEUED if stand.reason is not None:
                self._once("waiting", stand.reason, until=job.expires_at.isoformat())
            case JobState.QUEUED if self._still_for(job) >= NOT_TAKEN:
                self._once("send_not_taken")
            case JobState.RECONCILING:
                self._once("not_confirmed_yet", people=[number])

    def _once(self, kind: str, reason: str | None = None, **params: object) -> None:
        if (kind, reason) not in self._told:
            self._told.add((kind, reason))
            self._s.terminal.say(kind, **params, **({"reason": reason} if reason else {}))

    def _still_for(self, job: JobRow) -> timedelta:
        """How long the row has stood as it does."""
        now, stands = self._s.clock.now(), (job.state, job.attempt, job.due_at)
        if self._stood[0] != stands:
            self._stood = (stands, now)
        return now - self._stood[1]

    async def _take_over(self, job: JobRow, message: MessageId) -> None:
        """Who had the database may be gone: another command that is done, or a bridge that was ended."""
        now = self._s.clock.now()
        if self._alone or self._still_for(job) < TAKE_OVER_AFTER or now - self._asked < TAKE_OVER_AFTER:
            return
        self._asked = now
        self._alone = await self._s.own(self._ours)
        if self._alone:
            await self._ours.enter_async_context(self._s.drive(message))


async def _stand(tx: Tx, message: MessageId) -> _Stand:
    (job,) = await tx.messages.jobs_of({message})
    account = (await tx.messages.by_id({message}))[message].account_id
    pause = next((one.pause for one in await tx.accounts.all() if one.id == account), None)
    return _Stand(job, pause.value if pause else job.reason)


async def tell_end(sending: Sending, message: MessageId, number: E164) -> bool:
    """Say how it ended; what surely has not left by now is taken back. Gives whether OVH accepted it."""
    say = sending.terminal.say
    (job,) = await sending.store.read(lambda tx: tx.messages.jobs_of({message}))
    match job.state:
        case JobState.ACCEPTED:
            say("send_accepted", number=number)
        case JobState.REJECTED:
            say("refused", **{**job.params, "reason": job.reason or "other"})
            if job.reason == Refusal.MAY_BE_REFUSED:
                say("send_anyway")
        case JobState.EXPIRED | JobState.UNCONFIRMED | JobState.PARKED | JobState.CANCELLED:
            say(f"send_{job.state.value}", number=number)
        case _:
            say("send_cancelled" if await _taken_back(sending.store, job) else "send_left_open")
    return job.state is JobState.ACCEPTED


async def _taken_back(store: Store, job: JobRow) -> bool:
    """False when it may have left."""
    move = JobMove(job.id, job.attempt, JobState.CANCELLED, reason="pressed")
    return bool(job.state is JobState.QUEUED and await store.write(lambda tx: tx.jobs.move([move])))
