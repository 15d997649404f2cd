"""What is put into rooms: one at a time in each, unique by (kind, subject, room, round)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, case, exists, false, func, insert, select, tuple_, update

from bridge.adapters.database.part import Part
from bridge.adapters.database.tables import post
from bridge.adapters.database.tables_rooms import room, room_address
from bridge.adapters.database.types import const
from bridge.domain.ids import ChatRef, PostId, RoomAddress, RoomId
from bridge.domain.states import PostState
from bridge.ports.rows import NewPost, Params, PostRow

_here = room_address.alias("here")
_said = room_address.alias("said")
_POST = (
    select(post, room.c.language, room.c.timezone, _here.c.platform.label("to"), _here.c.address)
    .join(room, room.c.id == post.c.room_id)
    .join(_here, (_here.c.room_id == room.c.id) & _here.c.current)
)
_BY_ID = _POST.where(post.c.id.in_(bindparam("ids", expanding=True))).order_by(post.c.id)
_AT = (
    _POST.add_columns(_said.c.platform.label("said_platform"), _said.c.address.label("said_address"))
    .join(_said, _said.c.room_id == post.c.room_id)
    .where(tuple_(_said.c.platform, _said.c.address, post.c.remote).in_(bindparam("refs", expanding=True)))
    .order_by(post.c.id)
)
_UNPLACED = (
    select(post.c.id)
    .join(_said, _said.c.room_id == post.c.room_id)
    .where(
        tuple_(_said.c.platform, _said.c.address).in_(bindparam("rooms", expanding=True)),
        post.c.due_at.is_not(None),
        post.c.remote.is_(None),
        (post.c.state == const("sending")) | post.c.uncertain,
    )
    .limit(1)
)
_key = tuple_(post.c.kind, post.c.subject, post.c.room_id, post.c.round)
_KNOWN = select(post.c.kind, post.c.subject, post.c.room_id, post.c.round).where(
    _key.in_(bindparam("keys", expanding=True))
)
_ROOMS = (
    select(room.c.id, room.c.state, _here.c.platform)
    .join(_here, (_here.c.room_id == room.c.id) & _here.c.current)
    .where(room.c.id.in_(bindparam("ids", expanding=True)))
)
_ONE = select(post).where(_key.in_(bindparam("keys", expanding=True)))
_REVISE = (
    update(post)
    .where(post.c.id == bindparam("post"))
    .values(
        params=bindparam("told", type_=post.c.params.type),
        buttons=bindparam("offered", type_=post.c.buttons.type),
        revision=post.c.revision + 1,
        due_at=case((post.c.state == const("posted"), bindparam("now", type_=post.c.due_at.type)), else_=post.c.due_at),
    )
)
_due = post.alias("due")
_flying = post.alias("flying")
IN_FLIGHT = exists().where(
    _flying.c.room_id == _due.c.room_id,
    _flying.c.state == const("sending"),
    _flying.c.due_at > bindparam("now"),
)
_earlier = post.alias("earlier")
_OVERTAKES = exists().where(  # what is to be placed keeps its order, also behind one that is tried again later
    _due.c.remote.is_(None),
    _earlier.c.room_id == _due.c.room_id,
    _earlier.c.id < _due.c.id,
    _earlier.c.due_at > bindparam("now"),
    _earlier.c.state == const("queued"),
    _earlier.c.remote.is_(None),
)
_FIRST = (
    select(func.min(_due.c.id))
    .where(
        _due.c.platform.in_(bindparam("platforms", expanding=True)),
        _due.c.due_at <= bindparam("now"),
        ~IN_FLIGHT,
        ~_OVERTAKES,
    )
    .group_by(_due.c.room_id)
    .order_by(func.min(_due.c.id))
    .limit(bindparam("most"))
)
_CLAIM = (
    update(post)
    .where(post.c.id.in_(_FIRST))
    .values(
        attempt=case((post.c.state == const("sending"), post.c.attempt + 1), else_=post.c.attempt),
        uncertain=post.c.uncertain | (post.c.state == const("sending")),  # its process died while posting
        state=const("sending"),
        due_at=bindparam("until"),
    )
    .returning(post.c.id)
)
_STANDS = (
    select(post.c.revision, post.c.remote, room.c.state.label("room_state"))
    .join(room, room.c.id == post.c.room_id)
    .where(post.c.id == bindparam("post"), post.c.state == const("sending"))
)
_again = bindparam("again", type_=post.c.pinned.type)
_SETTLE = (
    update(post)
    .where(post.c.id == bindparam("post"))
    .values(
        state=bindparam("to"),
        remote=bindparam("where"),
        due_at=bindparam("due"),
        attempt=case((_again, post.c.attempt + 1), else_=0),
        failures=case((_again, post.c.failures + bindparam("broke", type_=post.c.failures.type)), else_=0),
        uncertain=case((_again, post.c.uncertain | bindparam("unsure", type_=post.c.pinned.type)), else_=false()),
        shown_revision=case(
            (bindparam("shown", type_=post.c.revision.type) > 0, bindparam("shown", type_=post.c.revision.type)),
            else_=post.c.shown_revision,
        ),
    )
)
WRITTEN_TO = ("active", "unlinked")
"""States of a room that can be shown something; one that no phone is for is answered as well."""


class SqlPosts:
    """What is put into rooms."""

    def __init__(self, part: Part) -> None:
        self._part = part

    async def add(self, posts: Sequence[NewPost]) -> None:
        """Queue them; one that is there already stays as it is."""
        if not posts:
            return
        new = {_key_of(one): one for one in reversed(posts)}
        for row in await self._part.rows(_KNOWN, {"keys": list(new)}):
            new.pop((row.kind, row.subject, row.room_id, row.round), None)
        if not new:
            return
        found = await self._part.rows(_ROOMS, {"ids": sorted({one.room_id for one in new.values()})})
        rooms = {row.id: row for row in found}
        now = self._part.now
        rows = [_new_row(one, rooms[one.room_id], now) for one in reversed(new.values())]
        await self._part.run_many(insert(post), rows)

    async def revise(self, post: NewPost) -> None:
        """Queue it, or change parameters and buttons of the one that is there: an edit once it was posted.

        One that is `done` stays as it is, unless this one says of itself whether it is.
        """
        rows = await self._part.rows(_ONE, {"keys": [_key_of(post)]})
        if not rows:
            await self.add([post])
            return
        row = rows[0]
        if row.params.get("done") and "done" not in post.params:
            return  # settled, by a person or by its end: working the same notice out again changes nothing
        if row.params != dict(post.params) or row.buttons != list(post.buttons):
            await self._revise(row.id, post.params, post.buttons)

    async def claim(
        self, now: datetime, lease_until: datetime, limit: int, platforms: Collection[str]
    ) -> list[PostRow]:
        """The first due post of each room, none of them in flight, go to sending."""
        what = {"now": now, "until": lease_until, "most": limit, "platforms": sorted(platforms)}
        ids = [row.id for row in await self._part.rows(_CLAIM, what)]
        return [_row(row) for row in await self._part.rows(_BY_ID, {"ids": ids})] if ids else []

    async def settle(
        self,
        post: PostId,
        revision: int,
        state: PostState,
        *,
        remote: str | None = None,
        due_at: datetime | None = None,
        uncertain: bool = False,
        broken: bool = False,
    ) -> None:
        """Record what became of it; a revision made meanwhile leaves it due at once.

        Queued again counts an attempt, and a failure of ours if `broken`; `uncertain`: this try may have put it there.
        """
        found = await self._part.rows(_STANDS, {"post": post})
        if not found:
            return
        row, now = found[0], self._part.now
        to, due, again = state, due_at, state is PostState.QUEUED or due_at is not None
        if state is PostState.QUEUED:
            due = due_at or now
        if row.revision != revision and state is PostState.POSTED:
            due = now
        if row.room_state not in WRITTEN_TO:  # it was suspended meanwhile: nothing is tried there
            to = PostState.SUSPENDED if state is PostState.QUEUED else state
            due = None
        shown = revision if state is PostState.POSTED and due_at is None else 0
        what = {"post": post, "to": to.value, "where": remote or row.remote, "due": due}
        await self._part.run(
            _SETTLE, {**what, "again": again, "shown": shown, "unsure": uncertain, "broke": int(broken)}
        )

    async def at(self, refs: Collection[ChatRef]) -> dict[ChatRef, PostRow]:
        """Which of our posts stand there."""
        asked = [(one.room.platform, one.room.address, one.id) for one in refs]
        rows = await self._part.rows(_AT, {"refs": asked}) if asked else ()
        return {ChatRef(RoomAddress(row.said_platform, row.said_address), row.remote): _row(row) for row in rows}

    async def unplaced(self, rooms: Collection[RoomAddress]) -> bool:
        """Whether a post may stand in one of these rooms of which it is not yet written down where."""
        asked = [(one.platform, one.address) for one in rooms]
        return bool(asked) and await self._part.one(_UNPLACED, {"rooms": asked}) is not None

    async def finish(self, kind: str, subject: str, room: RoomId, round_: int, done: str) -> None:
        """That post, if there is one, says how it ended (`done` in its parameters) and loses its buttons."""
        rows = await self._part.rows(_ONE, {"keys": [(kind, subject, room, round_)]})
        if rows and not rows[0].params.get("done"):
            await self._revise(rows[0].id, {**rows[0].params, "done": done}, ())

    async def _revise(self, post: int, params: Params, buttons: Sequence[str]) -> None:
        what = {"post": post, "told": dict(params), "offered": list(buttons)}
        await self._part.run(_REVISE, {**what, "now": self._part.now})


def _key_of(new: NewPost) -> tuple[str, str, int, int]:
    return (new.kind, new.subject, new.room_id, new.round)


def _new_row(new: NewPost, where: Row[Any], now: datetime) -> dict[str, Any]:
    active = where.state in WRITTEN_TO
    return {
        "kind": new.kind,
        "subject": new.subject,
        "room_id": new.room_id,
        "platform": where.platform,
        "round": new.round,
        "params": dict(new.params),
        "reply_to": new.reply_to,
        "buttons": list(new.buttons),
        "pinned": new.pinned,
        "uncertain": False,
        "state": (PostState.QUEUED if active else PostState.SUSPENDED).value,
        "due_at": now if active else None,
        "created_at": now,
    }


def _row(row: Row[Any]) -> PostRow:
    return PostRow(
        id=PostId(row.id),
        kind=row.kind,
        subject=row.subject,
        room_id=RoomId(row.room_id),
        room=RoomAddress(row.to, row.address),
        language=row.language,
        timezone=row.timezone,
        params=row.params,
        round=row.round,
        reply_to=row.reply_to,
        buttons=tuple(row.buttons),
        pinned=row.pinned,
        remote=row.remote,
        attempt=row.attempt,
        uncertain=row.uncertain,
        failures=row.failures,
        revision=row.revision,
        created_at=row.created_at,
    )
