"""Rooms on which SMS hang that an operator sends by hand: one a phone, retired from the start."""

from datetime import timedelta

from sqlalchemy import bindparam, insert, select, update

from bridge.adapters.database.part import Part
from bridge.adapters.database.rooms import SqlRooms
from bridge.adapters.database.tables import sms
from bridge.adapters.database.tables_rooms import account, phone, room, room_address
from bridge.adapters.database.types import const
from bridge.domain.ids import RoomId
from bridge.domain.numbers import E164
from bridge.domain.rooms import Language, Room
from bridge.ports.by_hand import CONSOLE

_PHONE = (
    select(phone.c.id, phone.c.account_id)
    .join(account, account.c.id == phone.c.account_id)
    .where(phone.c.active, phone.c.name == bindparam("named"), account.c.key == bindparam("on"))
)
_FIND = select(room_address.c.room_id).where(
    room_address.c.platform == CONSOLE, room_address.c.address == bindparam("address")
)
_UNSETTLED = (
    select(sms.c.id)
    .where(
        sms.c.account_id == select(room.c.account_id).where(room.c.id == bindparam("room")).scalar_subquery(),
        sms.c.number == bindparam("number"),
        sms.c.room_id == bindparam("room"),
        sms.c.state == const("pending"),
    )
    .limit(1)
)


class SqlConsoles:
    """The room of each phone on which SMS hang that an operator sends by hand."""

    def __init__(self, part: Part, rooms: SqlRooms) -> None:
        self._part = part
        self._rooms = rooms

    async def of(self, phone: str, account: str, language: Language, timezone: str) -> Room | None:
        """That room, made at its first use. None when no phone of this name on this account is in the tables."""
        found = await self._part.rows(_PHONE, {"named": phone, "on": account})
        if not found:
            return None
        values = {
            "account_id": found[0].account_id,
            "phone_id": found[0].id,
            # Retired: nothing is shown there, and answers pass it over, as they do a room that is gone from the file.
            "state": "retired",
            "source": CONSOLE,
            "sends": "commands",
            "hold": timedelta(0),
            "language": language,
            "timezone": timezone,
        }
        address = str(found[0].id)  # a phone that is renamed keeps its row
        known = await self._part.one(_FIND, {"address": address})
        if known is not None:
            await self._part.run(update(room).where(room.c.id == known).values(values))
        else:
            known = await self._part.one(insert(room).values(values).returning(room.c.id))
            where = {"platform": CONSOLE, "address": address, "room_id": known, "current": True}
            await self._part.run(insert(room_address).values(where))
        return (await self._rooms.by_id([RoomId(known)]))[RoomId(known)]

    async def unsettled(self, room: RoomId, number: E164) -> bool:
        """Whether an earlier SMS to this number hangs there of which is not known what became of it."""
        return bool(await self._part.rows(_UNSETTLED, {"room": room, "number": number}))
