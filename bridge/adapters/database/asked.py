"""What a person asks about with a command."""

from typing import Any

from sqlalchemy import Row, bindparam, false, func, select

from bridge.adapters.database.messages import message_of
from bridge.adapters.database.part import Part
from bridge.adapters.database.tables import job, message, post, reply, sms
from bridge.adapters.database.types import words
from bridge.domain.ids import MessageId, Person, RoomId
from bridge.domain.numbers import E164
from bridge.domain.states import JobState, SmsState
from bridge.ports.rows import Params
from bridge.ports.sending import Message, Standing

_LATEST = (
    select(message)
    .where(
        message.c.room_id == bindparam("room"),
        message.c.person_platform == bindparam("platform_"),
        message.c.person_id == bindparam("person"),
    )
    .order_by(message.c.id.desc())
    .limit(1)
)
_STANDING = (
    select(
        sms.c.number,
        sms.c.name,
        sms.c.state,
        sms.c.cause,
        sms.c.changed_at,
        job.c.state.label("job"),
        job.c.submitted_at,
    )
    .join(job, job.c.id == sms.c.job_id)
    .where(job.c.message_id == bindparam("asked"), sms.c.superseded == false(), sms.c.number.is_not(None))
    .order_by(sms.c.id)
)
_BACK = 300
_LAST_REPLY = select(func.max(reply.c.id))
_ANSWERS = (
    select(post.c.kind, post.c.params)
    .where(
        post.c.kind.in_(words("reply", "stranger")),
        post.c.subject.in_(bindparam("subjects", expanding=True)),
        post.c.room_id == bindparam("room"),
    )
    .order_by(post.c.id.desc())
)


class SqlAsked:
    """What a person asks about with a command."""

    def __init__(self, part: Part) -> None:
        self._part = part

    async def latest(self, room: RoomId, person: Person) -> Message | None:
        """What this person wrote last in this room that sends."""
        what = {"room": room, "platform_": person.platform, "person": person.id}
        return next((message_of(row) for row in await self._part.rows(_LATEST, what)), None)

    async def answers(self, room: RoomId) -> list[Params]:
        """What the latest answers shown in this room are worded with, each with its `kind`: some hundreds back."""
        last = await self._part.one(_LAST_REPLY, {}) or 0
        subjects = [f"reply:{one}" for one in range(last, max(0, last - _BACK), -1)]
        rows = await self._part.rows(_ANSWERS, {"room": room, "subjects": subjects}) if subjects else ()
        return [{**row.params, "kind": row.kind} for row in rows]

    async def standing(self, message: MessageId) -> list[Standing]:
        """Each receiver of a message as it stands, in the order of the list; superseded SMS left out."""
        return [_standing(row) for row in await self._part.rows(_STANDING, {"asked": message})]


def _standing(row: Row[Any]) -> Standing:
    return Standing(
        number=E164(row.number),
        name=row.name,
        job=JobState(row.job),
        sms=SmsState(row.state),
        cause=row.cause,
        since=row.changed_at,
        sent_at=row.submitted_at,
    )
