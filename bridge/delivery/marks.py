"""What people see of a message is worked out from its rows, whoever changed them, and then shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bridge.delivery.context import Deliveries
from bridge.delivery.mark_rows import as_shown, changes, forward, needs_words, not_worked_out, unmarked_until
from bridge.delivery.operations import tell_operations
from bridge.delivery.parking import tell_parked
from bridge.delivery.telling import (
    Situation,
    in_doubt,
    known_after_all,
    may_have_been_told,
    next_look,
    notices,
    over,
    summary,
)
from bridge.domain.after_post import MAX_FAILURES, Broken
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Refusal, Temporary
from bridge.domain.ids import AccountId, MessageId
from bridge.domain.marks import WAITING, Progress, Summary, progress
from bridge.domain.retry import delay
from bridge.ports.chat import Mark
from bridge.ports.sending import MarkRow, MarkUpdate
from bridge.ports.store import Tx
from bridge.wording import mark_word

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Show:
    """A mark to be shown, and the row as it will be once it is."""

    row: MarkRow
    progress: Progress
    update: MarkUpdate
    until: datetime


Shown = str | Temporary | Permanent | OutcomeUnknown

SHUT = timedelta(hours=72)
"""How long a mark waits for a room in which the bot may not show it: an SMS has ended by then."""


class MarkLane:
    """Works out marks and notices in one transaction, then shows the marks that changed."""

    name = "marks"
    limit = 64

    def __init__(self, deliveries: Deliveries) -> None:
        self._d = deliveries
        self._busy: set[MessageId] = set()
        self._platforms = tuple(deliveries.platforms)

    async def claim(self, free: int) -> Sequence[_Show]:
        """Work out every mark that is due; those that are shown already need no call."""
        try:
            shows = await self._claim(free, [])
        except Exception as error:
            log.warning("marks.one_by_one", error=type(error).__name__)
            shows = await self._one_by_one(free)
        if shows:
            self._d.probe("mark.claimed")
        return shows

    async def _claim(self, most: int, claimed: list[MarkRow]) -> list[_Show]:
        """In one transaction; `claimed` tells which marks it was about, also when it raises."""
        now = self._d.clock.now()
        until = now + self._d.patience.lease

        async def work(tx: Tx) -> list[_Show]:
            claimed[:] = await tx.marks.claim(now, until, most, self._platforms, self._busy)
            return await self._work_out(tx, claimed, now, until) if claimed else []

        shows = await self._d.store.write(work)
        self._busy.update(show.row.message.id for show in shows)
        return shows

    async def _one_by_one(self, most: int) -> list[_Show]:
        """A mark that cannot be worked out holds back no other. Raises what is not one mark's fault."""
        shows: list[_Show] = []
        for _ in range(most):
            claimed: list[MarkRow] = []
            try:
                shows += await self._claim(1, claimed)
            except Exception as error:
                if not claimed:
                    raise
                log.exception("row.broken", lane=self.name, error=type(error).__name__)
                await self._set_aside(claimed[0])
            if not claimed:
                break
        return shows

    async def _set_aside(self, broken: MarkRow) -> None:
        """What its transaction did was undone: that it broke is counted in one of its own."""
        now = self._d.clock.now()
        until = now + self._d.patience.lease

        async def work(tx: Tx) -> None:
            for row in await tx.marks.claim(now, until, 1, self._platforms, self._busy):
                if row.message.id == broken.message.id:
                    await tx.marks.put([not_worked_out(row, now)], until)
                    if row.failures + 1 >= MAX_FAILURES:
                        await tell_parked(tx, self._d, self.name, row.message.id)

        await self._d.store.write(work)

    async def _work_out(self, tx: Tx, rows: list[MarkRow], now: datetime, until: datetime) -> list[_Show]:
        ids = {row.message.id for row in rows}
        tallies = await tx.messages.tallies(ids)
        stands = {row.message.id: progress(tallies.get(row.message.id, ())) for row in rows}
        situations = await self._situations(tx, rows, stands, now)
        shows: list[_Show] = []
        quiet: list[MarkUpdate] = []
        for row in rows:
            stand = stands[row.message.id]
            situation = situations.get(row.message.id)
            await self._tell(tx, row, stand, situation, now)
            due = next_look(situation, self._d.patience) if situation else None
            update = MarkUpdate(row.message.id, row.message.round, forward(row, stand.status), due)
            begins = unmarked_until(row, stand, self._d.patience.marks_after)
            if now < begins:
                later = min(due, begins) if due else begins
                quiet.append(as_shown(row, replace(update, due_at=later)))
            elif changes(row, update, stand):
                shows.append(_Show(row, stand, update, until))
            else:
                quiet.append(as_shown(row, update))
        # A mark on its way to the room stays due at the lease's end: should this process die, it is shown again.
        if quiet:
            await tx.marks.put(quiet, until)
        return shows

    async def _situations(
        self, tx: Tx, rows: list[MarkRow], stands: dict[MessageId, Progress], now: datetime
    ) -> dict[MessageId, Situation]:
        """Details, for those messages alone that something has to be told of: the usual ones cost nothing here."""
        told = [row for row in rows if needs_words(row, stands[row.message.id])]
        if not told:
            return {}
        ids = {row.message.id for row in told}
        jobs = await tx.messages.jobs_of(ids)
        sms = await tx.messages.sms_of(ids)
        sms += await tx.messages.pending_of(in_doubt(jobs, now, self._d.patience))
        pauses: dict[AccountId, tuple[Reason, int]] = {
            one.id: (one.pause, one.pauses) for one in await tx.accounts.all() if one.pause is not None
        }
        return {
            row.message.id: Situation(
                row,
                stands[row.message.id],
                [job for job in jobs if job.message_id == row.message.id],
                [one for one in sms if one.message_id == row.message.id],
                pauses.get(row.message.account_id),
                now,
            )
            for row in told
        }

    async def _tell(self, tx: Tx, row: MarkRow, stand: Progress, situation: Situation | None, now: datetime) -> None:
        posts = notices(situation, self._d.patience) if situation else []
        line = summary(row, stand)
        for post in (*posts, *((line,) if line else ())):
            await tx.posts.revise(post)
            tx.ring("posts")
        done = over(row, stand.status)
        if done is not None and may_have_been_told(row, now, self._d.patience):
            await self._finish(tx, row, ("waiting", "not_confirmed_yet"), done)
        if situation is not None:
            if known_after_all(situation):
                await self._finish(tx, row, ("may_have_been_sent",), "known")
            await self._tell_operations(tx, situation)

    async def _finish(self, tx: Tx, row: MarkRow, kinds: Iterable[str], done: str) -> None:
        """Notices say how what they told of ended, and lose their buttons."""
        for kind in kinds:
            await tx.posts.finish(kind, f"message:{row.message.id}", row.message.room_id, row.message.round, done)
        tx.ring("posts")

    async def _tell_operations(self, tx: Tx, at: Situation) -> None:
        waited = at.now - at.row.message.round_at
        if at.progress.status not in WAITING or waited < self._d.patience.told_operations:
            return
        phone = await tx.accounts.phone_of(at.row.message.account_id)
        minutes = int(waited / timedelta(minutes=1))
        hour = at.now.strftime("%Y-%m-%dT%H")  # one such notice an hour and account, however much waits
        subject = f"waiting:{at.row.message.account_id}:{hour}"
        await tell_operations(tx, self._d, "ops_still_waiting", subject, {"phone": phone, "minutes": minutes})

    async def call(self, show: _Show) -> Shown:
        """Show one mark."""
        row = show.row
        word = mark_word(show.update.wanted, row.language)
        mark = Mark(row.message.ref, show.update.wanted, word, show.progress.summary if row.is_list else None)
        try:
            return await self._d.platforms[row.room_address.platform].mark(mark, row.ref)
        except (Temporary, Permanent, OutcomeUnknown) as failure:
            return failure

    async def record(self, done: Sequence[tuple[_Show, Shown | Broken]]) -> None:
        """What is shown is written down; what was not is due again."""
        now = self._d.clock.now()
        by_lease: dict[datetime, list[MarkUpdate]] = {}
        for show, shown in done:
            by_lease.setdefault(show.until, []).append(_recorded(show, shown, now))

        async def work(tx: Tx) -> None:
            for until, updates in by_lease.items():
                await tx.marks.put(updates, until)
            for show, shown in done:
                if _parked(show, shown):
                    await tell_parked(tx, self._d, self.name, show.row.message.id)

        self._d.probe("mark.before_record")
        await self._d.store.write(work)
        self._d.probe("mark.recorded")
        self._busy.difference_update(show.row.message.id for show, _ in done)
        for show, shown in done:
            if isinstance(shown, str):
                self._d.figures.marked(show.row.room_address.platform, show.update.wanted.value)

    async def next_due(self) -> datetime | None:
        """When a mark is due next."""
        return await self._d.store.read(lambda tx: tx.dues.next_due(self.name, self._platforms))


def _recorded(show: _Show, shown: Shown | Broken, now: datetime) -> MarkUpdate:
    kept = as_shown(show.row, show.update)
    match shown:
        case str():
            return replace(show.update, shown=show.update.wanted, shown_summary=_summary_of(show), ref=shown)
        case Permanent(reason=Refusal.ROOM_GONE | Refusal.MAY_NOT_WRITE) if now - show.row.message.round_at < SHUT:
            # Tried again when the bot is back, or when something changes: each try there is one too many.
            return replace(kept, due_at=now + SHUT)
        case Permanent():
            # Nothing to show it on any more: the next change tries again.
            return replace(kept, shown=show.update.wanted)
        case Broken() if _parked(show, shown):
            return replace(kept, shown=show.update.wanted, shown_summary=_summary_of(show), attempt=0, failures=0)
        case Temporary() | OutcomeUnknown() | Broken():
            attempt = show.row.attempt + 1
            asked = shown.retry_after if isinstance(shown, Temporary) else None
            wait = delay(attempt, key=show.row.message.id, most=timedelta(minutes=1), retry_after=asked)
            failures = show.row.failures + isinstance(shown, Broken)
            return replace(kept, due_at=now + wait, attempt=attempt, failures=failures)


def _parked(show: _Show, shown: Shown | Broken) -> bool:
    """Whether showing it has broken too often: it rests until the next change."""
    return isinstance(shown, Broken) and show.row.failures + 1 >= MAX_FAILURES


def _summary_of(show: _Show) -> Summary | None:
    return show.progress.summary if show.row.is_list else None
