"""Places that no phone is for: they are answered, and linked by a code."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, bindparam, delete, func, insert, or_, select, true, update

from bridge.adapters.database.file import put_receivers, put_teams
from bridge.adapters.database.part import Part
from bridge.adapters.database.rooms import SqlRooms
from bridge.adapters.database.tables import post
from bridge.adapters.database.tables_rooms import phone, room, room_address, room_receiver
from bridge.adapters.database.types import const
from bridge.domain.ids import RoomAddress, RoomId
from bridge.domain.rooms import Language
from bridge.domain.states import RoomState
from bridge.ports.parts import Posts
from bridge.ports.rows import Guest, Link, NewPost

_FIND = (
    select(room.c.id, room.c.state)
    .join(room_address, room_address.c.room_id == room.c.id)
    .where(room_address.c.platform == bindparam("platform"), room_address.c.address == bindparam("address"))
)
_ASK_AGAIN = (
    update(room)
    .where(room.c.id == bindparam("room"))
    .values(state="unlinked", source="chat", language=bindparam("speaks"), timezone=bindparam("lives"))
)
_CODE = select(room.c.code).where(room.c.id == bindparam("room"), room.c.code_until > bindparam("now"))
_OVER = update(room).where(room.c.code_until <= bindparam("now")).values(code=None, code_until=None)
_NEW_CODE = (
    update(room)
    .where(room.c.id == bindparam("room"))
    .values(code=bindparam("fresh"), code_until=bindparam("until", type_=room.c.code_until.type))
)
_BY_CODE = (
    select(room.c.id, room_address.c.platform, room_address.c.address)
    .join(room_address, (room_address.c.room_id == room.c.id) & room_address.c.current)
    .where(room.c.code == bindparam("asked"), room.c.code_until > bindparam("now"), room.c.state == "unlinked")
)
_PHONES = select(phone.c.name).where(phone.c.active).order_by(phone.c.place)
_PHONE = select(phone.c.id, phone.c.account_id).where(phone.c.active, phone.c.name == bindparam("named"))
_UNLINKED = (
    select(room.c.id)
    .join(room_address, (room_address.c.room_id == room.c.id) & room_address.c.current)
    .where(room_address.c.platform == bindparam("on"), room.c.state == "unlinked", room.c.phone_id.is_not(None))
)
_UNLINK = (
    update(room).where(room.c.id == bindparam("room"), room.c.source == "chat").values(state="unlinked", code=None)
)
_ALARMED = (
    select(room.c.id)
    .join(room_address, (room_address.c.room_id == room.c.id) & room_address.c.current)
    .where(
        room.c.operations,
        room.c.state == "unlinked",
        room_address.c.platform == bindparam("on"),
        or_(
            room_address.c.address == bindparam("here"),
            func.substr(room_address.c.address, 1, bindparam("length")) == bindparam("opening"),
        ),
    )
)
_TELL_NOW = (
    update(post)
    .where(post.c.room_id.in_(_ALARMED), post.c.state == const("suspended"))
    .values(state="queued", due_at=bindparam("now"))
)
_NOBODY = delete(room_receiver).where(room_receiver.c.room_id == bindparam("room"))


class SqlGuests:
    """Places that no phone is for: rooms not linked yet, private chats with the bot."""

    def __init__(self, part: Part) -> None:
        self._part = part

    async def place(self, address: RoomAddress, language: Language, timezone: str) -> RoomId:
        """The row through which that place is answered, made if there is none. A linked room keeps its own."""
        where = {"platform": address.platform, "address": address.address}
        found = await self._part.rows(_FIND, where)
        if found:
            if found[0].state in ("retired", "unlinked"):
                await self._part.run(_ASK_AGAIN, {"room": found[0].id, "speaks": language, "lives": timezone})
            return RoomId(found[0].id)
        values: dict[str, Any] = {
            "state": "unlinked",
            "source": "chat",
            "sends": "everything",
            "hold": timedelta(0),
            "language": language,
            "timezone": timezone,
        }
        made = RoomId(await self._part.one(insert(room).values(values).returning(room.c.id)))
        await self._part.run(insert(room_address).values({**where, "room_id": made, "current": True}))
        return made

    async def code(self, room: RoomId, fresh: str, now: datetime, until: datetime) -> str:
        """The code that links this room: `fresh`, good until then, unless an earlier one is still good."""
        good: str | None = await self._part.one(_CODE, {"room": room, "now": now})
        if good is not None:
            return good
        await self._part.run(_OVER, {"now": now})
        await self._part.run(_NEW_CODE, {"room": room, "fresh": fresh, "until": until})
        return fresh

    async def by_code(self, code: str, now: datetime) -> Guest | None:
        """The place that shows this code, if the code is still good."""
        for row in await self._part.rows(_BY_CODE, {"asked": code, "now": now}):
            return Guest(RoomId(row.id), RoomAddress(row.platform, row.address))
        return None

    async def phones(self) -> list[str]:
        """The names of the phones in the configuration, in its order."""
        return [row.name for row in await self._part.rows(_PHONES)]

    async def link(self, room: RoomId, link: Link) -> None:
        """From now on words typed there leave. Its code is used up. Raises LookupError for an unknown phone."""
        found = await self._part.rows(_PHONE, {"named": link.phone})
        if not found:
            raise LookupError(f"no phone {link.phone}")
        teams = await put_teams(self._part, [link.phone])
        values = {
            "account_id": found[0].account_id,
            "phone_id": found[0].id,
            "team_id": teams[link.phone],
            "source": "chat",
            "sends": "everything",  # the configuration may have said something else of it once
            "prefix": None,
            "hold": timedelta(seconds=link.hold_seconds),
            "code": None,
            "code_until": None,
        }
        await self._part.run(_row(room).values(values))
        await SqlRooms(self._part).set_state(room, RoomState.ACTIVE)
        await put_receivers(self._part, room, link.receivers)

    async def unlinked(self, platform: str) -> list[RoomId]:
        """The platform's places that were linked once, and are no more."""
        return [RoomId(row.id) for row in await self._part.rows(_UNLINKED, {"on": platform})]

    async def unlink(self, room: RoomId) -> bool:
        """No phone is for it any more. False for a room of the configuration, which stays as it is."""
        if not await self._part.run(_UNLINK, {"room": room}):
            return False
        await self._part.run(_NOBODY, {"room": room})
        return True


class SqlOperations:
    """The operations room."""

    def __init__(self, part: Part, guests: SqlGuests, posts: Posts) -> None:
        self._part = part
        self._guests = guests
        self._posts = posts

    async def at(self, address: RoomAddress | None, language: Language, timezone: str) -> None:
        """Where it is from now on, None: nowhere. A place that no phone is for will do."""
        await self._part.run(update(room).where(room.c.operations).values(operations=False))
        if address is not None:
            here = await self._guests.place(address, language, timezone)
            await self._part.run(_row(here).values(operations=true()))
            await self.back(address)

    async def back(self, address: RoomAddress) -> None:
        """The bot may write there, or within it: alarms that could not be told where no phone is for are told now."""
        opening = f"{address.address}/"
        here = {"on": address.platform, "here": address.address, "length": len(opening), "opening": opening}
        if await self._part.run(_TELL_NOW, {**here, "now": self._part.now}):
            self._part.lanes.add("posts")

    async def tell(self, kind: str, subject: str, params: dict[str, object]) -> bool:
        """Post a notice there once. False without such a room: then it stands in logs and figures alone."""
        here = await self._part.one(select(room.c.id).where(room.c.operations))
        if here is None:
            return False
        await self._posts.add([NewPost(kind, subject, RoomId(here), params)])
        self._part.lanes.add("posts")
        return True


def _row(which: RoomId) -> Update:
    return update(room).where(room.c.id == which)
