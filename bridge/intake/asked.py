"""What a room's people ask: how a message stands, credits, help, the room's address."""

from collections.abc import Sequence
from datetime import datetime

from bridge.domain.marks import FAILED, ON_ITS_WAY, Status, Tally, progress, status_of
from bridge.domain.offers import cause_told
from bridge.domain.rooms import Room
from bridge.domain.routing import ANSWER_WINDOW
from bridge.domain.states import JobState
from bridge.intake.asking import InRoom, answer
from bridge.intake.first_message import facts
from bridge.ports.sending import JobRow, Message, Standing
from bridge.ports.store import Tx

LINES = 30
"""Receivers that an answer to `status` names; the rest is a count."""


async def tell_status(tx: Tx, asking: InRoom, about: Message) -> None:
    """Each of its receivers; one sentence where all of it was refused."""
    people = await tx.asked.standing(about.id)
    jobs = await tx.messages.jobs_of({about.id})
    if (refused := _refused(jobs)) is not None:
        await answer(tx, asking, "refused", {**refused.params, "reason": refused.reason or "other"})
        return
    await answer(tx, asking, "status", status_params(people, asking.room, asking.drafting.now))


def _refused(jobs: Sequence[JobRow]) -> JobRow | None:
    return jobs[0] if jobs and all(job.state is JobState.REJECTED for job in jobs) else None


def status_params(people: Sequence[Standing], room: Room, now: datetime) -> dict[str, object]:
    """How many stand where, the first ones by name, and until when those it arrived at can answer."""
    summary = progress(Tally(one.job, one.sms, 1) for one in people).summary
    arrived = [one.sent_at for one in people if _status(one) is Status.DELIVERED and one.sent_at is not None]
    until = min(arrived) + ANSWER_WINDOW if arrived and room.rules.short_number else None
    answers = None if until is None else "open" if until > now else "over"
    return {
        "standing": [_line(one) for one in people[:LINES]],
        "more": max(0, len(people) - LINES),
        "summary": {
            "total": summary.total,
            "delivered": summary.delivered,
            "failed": summary.failed,
            "unconfirmed": summary.unconfirmed,
            "waiting": summary.waiting,
        },
        "answers": answers,
        "until": None if until is None else until.isoformat(),
    }


def _line(one: Standing) -> dict[str, object]:
    """`since` when it is on its way, `at` when it arrived, or left without another word."""
    status = _status(one)
    sent = one.sent_at or one.since
    return {
        "name": one.name,
        "number": one.number,
        "status": status.value,
        "cause": cause_told(one.sms, one.cause) if status in FAILED else None,
        "since": (sent if status in ON_ITS_WAY else one.since).isoformat(),
        "at": (one.since if status is Status.DELIVERED else sent).isoformat(),
    }


def _status(one: Standing) -> Status:
    return status_of(one.job, one.sms)


async def tell_credits(tx: Tx, asking: InRoom) -> None:
    """What is left on the room's account, as OVH told it last."""
    account = next(one for one in await tx.accounts.all() if one.id == asking.room.account_id)
    await answer(tx, asking, "credits", {"left": account.credits})


async def tell_help(tx: Tx, asking: InRoom) -> None:
    """What this person may do here."""
    await answer(tx, asking, "help", {**facts(asking.room), "operator": asking.by_operator})


async def tell_id(tx: Tx, asking: InRoom) -> None:
    """What the configuration calls this room."""
    await answer(tx, asking, "id_room", {"address": str(asking.room.address), "phone": asking.room.phone})
