"""What follows for a mark's row: what it should show, from when on, and when it is looked at again."""

from dataclasses import replace
from datetime import datetime, timedelta

from bridge.delivery.telling import asked
from bridge.domain.after_post import MAX_FAILURES
from bridge.domain.marks import FAILED, RANK, WAITING, Progress, Status
from bridge.domain.retry import delay
from bridge.ports.sending import MarkRow, MarkUpdate


def needs_words(row: MarkRow, stand: Progress) -> bool:
    """Whether something may have to be told of it: the usual ones cost nothing."""
    return (
        stand.status in WAITING
        or stand.status in FAILED
        or stand.summary.failed > 0
        or stand.summary.unconfirmed > 0
        or asked(row)
    )


def forward(row: MarkRow, status: Status) -> Status:
    """A mark never goes back within a round."""
    same_round = row.round == row.message.round
    if same_round and row.wanted is not None and RANK[status] < RANK[row.wanted]:
        return row.wanted
    return status


def unmarked_until(row: MarkRow, stand: Progress, marks_after: timedelta) -> datetime:
    """Until when a message that waits bears nothing, whatever happens to it: most are gone by then."""
    message = row.message
    if stand.status not in WAITING or (row.shown is not None and row.round == message.round):
        return message.round_at
    held = row.hold if message.round == 1 else timedelta(0)  # who asks for another try is not held again
    return message.round_at + held + marks_after


def changes(row: MarkRow, update: MarkUpdate, stand: Progress) -> bool:
    """Whether the message bears something else than it should."""
    if row.round == row.message.round and row.shown is update.wanted:
        return row.is_list and row.shown_summary != stand.summary
    return True


def as_shown(row: MarkRow, update: MarkUpdate) -> MarkUpdate:
    """The row with what is still shown on the message."""
    return replace(
        update,
        shown=row.shown,
        shown_summary=row.shown_summary,
        ref=row.ref,
        attempt=row.attempt,
        failures=row.failures,
    )


def not_worked_out(row: MarkRow, now: datetime) -> MarkUpdate:
    """It stays as it was, and is worked out again later; after five times when something changes."""
    update = as_shown(row, MarkUpdate(row.message.id, row.round, row.wanted or Status.QUEUED, None))
    if row.failures + 1 >= MAX_FAILURES:
        return replace(update, attempt=0, failures=0)
    wait = delay(row.failures + 1, key=row.message.id, most=timedelta(minutes=1))
    return replace(update, due_at=now + wait, failures=row.failures + 1)
