"""Rooms, their addresses and receivers."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, case, func, select, tuple_, update

from bridge.adapters.database.file import put_file
from bridge.adapters.database.part import Part, grouped
from bridge.adapters.database.replies import SqlReplies
from bridge.adapters.database.tables import post
from bridge.adapters.database.tables_rooms import phone, room, room_address, room_receiver
from bridge.adapters.database.types import const, words
from bridge.domain.ids import AccountId, PhoneId, RoomAddress, RoomId
from bridge.domain.numbers import E164
from bridge.domain.rooms import Receiver, Room, SendingRules
from bridge.domain.states import RoomState
from bridge.ports.rows import FilePhone, FileRoom

_here = room_address.alias("here")
_asked = room_address.alias("asked")
_ROOM = (
    select(
        room,
        phone.c.name.label("phone"),
        phone.c.short_number,
        phone.c.prefix.label("phone_prefix"),
        phone.c.plain_text,
        phone.c.on_uncertain,
        phone.c.expires_after,
        phone.c.stop_clause,
        _here.c.platform,
        _here.c.address,
    )
    .join(phone, phone.c.id == room.c.phone_id)
    .join(_here, (_here.c.room_id == room.c.id) & _here.c.current)
)
_ASKED = (
    _ROOM.add_columns(_asked.c.platform.label("asked_platform"), _asked.c.address.label("asked_address"))
    .join(_asked, _asked.c.room_id == room.c.id)
    .where(room.c.state.not_in(words("retired", "unlinked")))
)
_AT = _ASKED.where(tuple_(_asked.c.platform, _asked.c.address).in_(bindparam("addresses", expanding=True)))
_WITHIN = _ASKED.where(
    _asked.c.platform == bindparam("asked_at"),
    func.substr(_asked.c.address, 1, bindparam("length")) == bindparam("opening"),
)
_BY_ID = _ROOM.where(room.c.id.in_(bindparam("ids", expanding=True)))
_OF_ACCOUNT = _ROOM.where(room.c.account_id == bindparam("account"), room.c.state == const("active")).order_by(
    room.c.id
)
_ON = _ROOM.where(_here.c.platform == bindparam("on"), room.c.state.in_(words("active", "muted"))).order_by(room.c.id)
_RECEIVERS = (
    select(room_receiver.c.room_id, room_receiver.c.number, room_receiver.c.name)
    .where(room_receiver.c.room_id.in_(bindparam("ids", expanding=True)))
    .order_by(room_receiver.c.room_id, room_receiver.c.place)
)
_STATE = update(room).where(room.c.id == bindparam("room")).values(state=bindparam("to"))
_SUSPEND_POSTS = (
    update(post)
    .where(post.c.room_id == bindparam("room"), post.c.due_at.is_not(None), post.c.state == const("queued"))
    .values(state=const("suspended"), due_at=None)
)
_SUSPEND_EDITS = (
    update(post)
    .where(post.c.room_id == bindparam("room"), post.c.due_at.is_not(None), post.c.state == const("posted"))
    .values(due_at=None)
)
_RESTORE_POSTS = (
    update(post)
    .where(post.c.room_id == bindparam("room"), post.c.state == const("suspended"))
    .values(state=const("queued"), due_at=bindparam("now"))
)
_RESTORE_EDITS = (
    update(post)
    .where(
        post.c.room_id == bindparam("room"),
        post.c.state == const("posted"),
        post.c.revision > post.c.shown_revision,
    )
    .values(due_at=bindparam("now"))
)
_FIND = select(room_address.c.room_id, room_address.c.current).where(
    room_address.c.platform == bindparam("platform"), room_address.c.address == bindparam("address")
)
_NO_LONGER = (
    update(room_address)
    .where(room_address.c.room_id == bindparam("room"), room_address.c.current)
    .values(current=False)
)
_CURRENT_AGAIN = (
    update(room_address)
    .where(room_address.c.platform == bindparam("platform_"), room_address.c.address == bindparam("address_"))
    .values(current=True, room_id=bindparam("room"))
)
_ASKED_ONLY = select(room.c.operations).where(room.c.id == bindparam("room"), room.c.phone_id.is_(None))
_UNSAID = (
    update(post)
    .where(post.c.room_id == bindparam("room"), post.c.state.in_(words("queued", "sending", "suspended")))
    .values(state=const("failed"), due_at=None)
)
_OPERATIONS = update(room).where(room.c.id == bindparam("room")).values(operations=bindparam("here"))
# Ids of the old place mean nothing in the new one, where another message may bear the same.
_FORGET_IDS = (
    update(post)
    .where(post.c.room_id == bindparam("room"), post.c.remote.is_not(None))
    .values(
        remote=bindparam("old", type_=post.c.remote.type) + "#" + post.c.remote,
        due_at=case((post.c.state == const("posted"), None), else_=post.c.due_at),
    )
)
_FORGET_REPLIES = update(post).where(post.c.room_id == bindparam("room"), post.c.remote.is_(None)).values(reply_to=None)


class SqlRooms:
    """Rooms, their addresses and receivers."""

    def __init__(self, part: Part) -> None:
        self._part = part

    async def at(self, addresses: Collection[RoomAddress], *, within: bool = False) -> dict[RoomAddress, Room]:
        """The rooms at these addresses, current or earlier ones; retired rooms are left out.

        `within`: also those that are a part of such a place, as a forum's topics are (`-100123/45`).
        """
        if not addresses:
            return {}
        asked = [(one.platform, one.address) for one in addresses]
        rows = [*await self._part.rows(_AT, {"addresses": asked})]
        for platform, address in asked if within else ():
            opening = f"{address}/"
            rows += await self._part.rows(_WITHIN, {"asked_at": platform, "length": len(opening), "opening": opening})
        rooms = {one.id: one for one in await self._whole(rows)}
        return {RoomAddress(row.asked_platform, row.asked_address): rooms[row.id] for row in rows}

    async def by_id(self, ids: Collection[RoomId]) -> dict[RoomId, Room]:
        """These rooms, whatever their state."""
        rows = await self._part.rows(_BY_ID, {"ids": list(ids)}) if ids else ()
        return {one.id: one for one in await self._whole(rows)}

    async def of_account(self, account: AccountId) -> list[Room]:
        """The account's active rooms, a desk among them having no receivers."""
        return await self._whole(await self._part.rows(_OF_ACCOUNT, {"account": account}))

    async def on(self, platform: str) -> list[Room]:
        """The platform's rooms that take part: active or muted."""
        return await self._whole(await self._part.rows(_ON, {"on": platform}))

    async def _whole(self, rows: Sequence[Row[Any]]) -> list[Room]:
        if not rows:
            return []
        found = await self._part.rows(_RECEIVERS, {"ids": sorted({row.id for row in rows})})
        receivers = grouped((row.room_id, Receiver(E164(row.number), row.name)) for row in found)
        return [_room(row, receivers.get(row.id, [])) for row in rows]

    async def put_file(self, phones: Sequence[FilePhone], rooms: Sequence[FileRoom]) -> None:
        """Make the tables say what the configuration says: upsert, rename, retire; never delete."""
        retired, revived = await put_file(self._part, phones, rooms)
        for gone in retired:
            await self._hold_posts(RoomId(gone))
            await SqlReplies(self._part).withdraw(RoomId(gone))
        for back in revived:
            await self._release_posts(RoomId(back), self._part.now)

    async def set_state(self, room: RoomId, state: RoomState) -> None:
        """Suspend, restore or retire; suspended posts wait, restored ones are queued again."""
        await self._part.run(_STATE, {"room": room, "to": state.value})
        if state is RoomState.ACTIVE:
            await self._release_posts(room, self._part.now)
        else:
            await self._hold_posts(room)

    async def _hold_posts(self, room: RoomId) -> None:
        for statement in (_SUSPEND_POSTS, _SUSPEND_EDITS):
            await self._part.run(statement, {"room": room})

    async def _release_posts(self, room: RoomId, now: datetime) -> None:
        for statement in (_RESTORE_POSTS, _RESTORE_EDITS):
            await self._part.run(statement, {"room": room, "now": now})

    async def move(self, old: RoomAddress, new: RoomAddress) -> RoomId | None:
        """The room is now at `new`; None when there is no such room at `old`, or it is there already.

        A place that it has left has no say in where it goes: somebody else may rule there by now.
        Ids of the old place mean nothing in the new one: what stands there is no longer found nor edited.
        """
        found = await self._part.rows(_FIND, {"platform": old.platform, "address": old.address})
        taken = await self._part.rows(_FIND, {"platform": new.platform, "address": new.address})
        if not found or not found[0].current:
            return None
        room = RoomId(found[0].room_id)
        if taken and (
            taken[0].current if taken[0].room_id == room else not await self._made_way(taken[0].room_id, room)
        ):
            return None
        await self._part.run(_NO_LONGER, {"room": room})
        if taken:
            await self._part.run(_CURRENT_AGAIN, {"platform_": new.platform, "address_": new.address, "room": room})
        else:
            values = {"platform": new.platform, "address": new.address, "room_id": room, "current": True}
            await self._part.run(room_address.insert(), values)
        await self._part.run(_FORGET_REPLIES, {"room": room})
        await self._part.run(_FORGET_IDS, {"room": room, "old": str(old)})
        return room

    async def _made_way(self, asked: RoomId, room: RoomId) -> bool:
        """Where somebody only asked before it was known that a room moves there, the room takes the place over."""
        found = await self._part.rows(_ASKED_ONLY, {"room": asked})
        if found:
            await self._part.run(_UNSAID, {"room": asked})  # that no phone is for it is true no more
        if found and found[0].operations:
            await self._part.run(_OPERATIONS, {"room": asked, "here": False})
            await self._part.run(_OPERATIONS, {"room": room, "here": True})
        return bool(found)


def _room(row: Row[Any], receivers: Sequence[Receiver]) -> Room:
    return Room(
        id=RoomId(row.id),
        address=RoomAddress(row.platform, row.address),
        account_id=AccountId(row.account_id),
        phone_id=PhoneId(row.phone_id),
        phone=row.phone,
        state=RoomState(row.state),
        sends=row.sends,
        hold=row.hold,
        language=row.language,
        timezone=row.timezone,
        prefix=row.prefix,
        receivers=tuple(receivers),
        rules=SendingRules(
            phone=row.phone,
            short_number=row.short_number,
            prefix=row.phone_prefix,
            plain_text=row.plain_text,
            on_uncertain=row.on_uncertain,
            expires_after=row.expires_after,
            stop_clause=row.stop_clause,
        ),
    )
