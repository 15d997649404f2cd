"""SMS that came in."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update

from bridge.adapters.database.part import CHUNK, Part
from bridge.adapters.database.tables import post, reply
from bridge.adapters.database.types import const, words
from bridge.domain.ids import AccountId, MessageId, OvhId, ReplyId, RoomId
from bridge.domain.numbers import E164
from bridge.domain.states import ReplyState
from bridge.ports.rows import FetchedReply, NamedReply

_KNOWN = select(reply.c.ovh_id).where(
    reply.c.account_id == bindparam("account"), reply.c.ovh_id.in_(bindparam("ids", expanding=True))
)
_due = reply.alias("due")
_CLAIM = (
    update(reply)
    .where(
        reply.c.id.in_(
            select(_due.c.id)
            .where(_due.c.due_at <= bindparam("now"))
            .order_by(_due.c.due_at, _due.c.id)
            .limit(bindparam("most"))
        )
    )
    .values(due_at=bindparam("until"))
    .returning(reply.c.id, reply.c.account_id, reply.c.ovh_id, reply.c.tries, reply.c.state, reply.c.named_at)
)
_PUT = (
    update(reply)
    .where(reply.c.id == bindparam("reply"))
    .values(
        state=bindparam("to"),
        due_at=None,
        number=bindparam("from_"),
        sender_text=bindparam("sender"),
        text=bindparam("says"),
        tag=bindparam("answers"),
        received_at=bindparam("at"),
        room_id=bindparam("room"),
        message_id=bindparam("message"),
    )
)
_LATER = (
    update(reply)
    .where(reply.c.id == bindparam("reply"))
    .values(state=bindparam("to"), due_at=bindparam("due"), tries=reply.c.tries + bindparam("more"))
)
_AGAIN = (
    update(reply)
    .where(reply.c.account_id == bindparam("account"), reply.c.state == const("waiting"))
    .values(due_at=bindparam("now"))
)
_ANSWERS = ("reply", "stranger")
_NOT_SHOWN = delete(post).where(
    post.c.room_id == bindparam("room"),
    post.c.kind.in_(words(*_ANSWERS)),
    post.c.state.in_(words("queued", "suspended")),
    post.c.remote.is_(None),
)
_TAKE_BACK = (
    update(reply)
    .where(reply.c.id.in_(bindparam("ids", expanding=True)), reply.c.state == const("routed"))
    .values(state=const("waiting"), due_at=bindparam("now"), room_id=None)
)
_STORED = select(reply).where(reply.c.id == bindparam("reply"))
_CARRIED = (
    select(reply.c.tag)
    .where(reply.c.account_id == bindparam("account"), reply.c.tag.in_(bindparam("tags", expanding=True)))
    .distinct()
)


class SqlReplies:
    """SMS that came in."""

    def __init__(self, part: Part) -> None:
        self._part = part

    async def name(self, account: AccountId, ids: Sequence[OvhId], now: datetime) -> int:
        """Write down ids never seen before; tells how many were new."""
        known: set[int] = set()
        for start in range(0, len(ids), CHUNK):
            some = {"account": account, "ids": list(ids[start : start + CHUNK])}
            known.update(row.ovh_id for row in await self._part.rows(_KNOWN, some))
        new = [one for one in dict.fromkeys(ids) if one not in known]
        head = {"account_id": account, "state": ReplyState.NAMED.value, "sender_text": "", "tag": ""}
        await self._part.run_many(
            insert(reply), [{**head, "ovh_id": one, "named_at": now, "due_at": now} for one in new]
        )
        return len(new)

    async def claim(self, now: datetime, lease_until: datetime, limit: int) -> list[NamedReply]:
        """Answers to be fetched now, and those that waited and are to be routed again."""
        rows = await self._part.rows(_CLAIM, {"now": now, "until": lease_until, "most": limit})
        return [_named(row) for row in sorted(rows, key=lambda row: row.id)]

    async def put(self, reply: FetchedReply) -> None:
        """Store an answer and where it went."""
        await self._part.run(
            _PUT,
            {
                "reply": reply.id,
                "to": reply.state.value,
                "from_": reply.number,
                "sender": reply.sender_text,
                "says": reply.text,
                "answers": reply.tag,
                "at": reply.received_at,
                "room": reply.room_id,
                "message": reply.message_id,
            },
        )

    async def later(self, reply: ReplyId, state: ReplyState, due_at: datetime | None, *, unknown: bool = False) -> None:
        """Try again then (None: never); that the signed API does not know it (`unknown`) is counted."""
        what = {"reply": reply, "to": state.value, "due": due_at, "more": int(unknown)}
        await self._part.run(_LATER, what)

    async def route_again(self, account: AccountId) -> int:
        """Answers that no room claimed are due now, still waiting; tells how many."""
        return await self._part.run(_AGAIN, {"account": account, "now": self._part.now})

    async def withdraw(self, room: RoomId) -> int:
        """Answers routed to this room and not yet put there wait again, due now; tells how many."""
        posts = await self._part.rows(_NOT_SHOWN.returning(post.c.subject), {"room": room})
        ids = [int(row.subject.partition(":")[2]) for row in posts]
        return await self._part.run(_TAKE_BACK, {"ids": ids, "now": self._part.now}) if ids else 0

    async def stored(self, reply: ReplyId) -> FetchedReply | None:
        """An answer as it was put; None for one that is not there."""
        return next(iter([_fetched(row) for row in await self._part.rows(_STORED, {"reply": reply})]), None)

    async def carry(self, account: AccountId, tags: Collection[str]) -> set[str]:
        """Which of these tags stored answers carry: proof that their SMS were sent."""
        rows = await self._part.rows(_CARRIED, {"account": account, "tags": list(tags)}) if tags else ()
        return {row.tag for row in rows}


def _named(row: Row[Any]) -> NamedReply:
    return NamedReply(
        id=ReplyId(row.id),
        account_id=AccountId(row.account_id),
        ovh_id=OvhId(row.ovh_id),
        tries=row.tries,
        state=ReplyState(row.state),
        named_at=row.named_at,
    )


def _fetched(row: Row[Any]) -> FetchedReply:
    return FetchedReply(
        id=ReplyId(row.id),
        state=ReplyState(row.state),
        number=None if row.number is None else E164(row.number),
        sender_text=row.sender_text,
        text=row.text or "",
        tag=row.tag,
        received_at=row.received_at or row.named_at,
        room_id=None if row.room_id is None else RoomId(row.room_id),
        message_id=None if row.message_id is None else MessageId(row.message_id),
    )
