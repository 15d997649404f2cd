"""The configuration's phones and rooms, put into the tables: upsert, rename, retire; nothing is deleted."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, delete, insert, select, update

from bridge.adapters.database.accounts import new_secret
from bridge.adapters.database.part import Part
from bridge.adapters.database.tables_rooms import account, phone, phone_slug, room, room_address, room_receiver, team
from bridge.domain.rooms import Receiver
from bridge.domain.slugs import slug
from bridge.ports.rows import FilePhone, FileRoom


async def put_file(part: Part, phones: Sequence[FilePhone], rooms: Sequence[FileRoom]) -> tuple[list[int], list[int]]:
    """Make the tables say what the configuration says. Gives the rooms retired by it, and those taken up again."""
    states = {row.id: row.state for row in await part.rows(select(room.c.id, room.c.state))}
    accounts = await _put_accounts(part, phones)
    kept = await _put_phones(part, phones, accounts)
    teams = await put_teams(part, [one.team for one in rooms])
    here = [await _put_room(part, one, kept, teams) for one in rooms]
    await _follow_phones(part)
    gone = update(room).where(room.c.source == "file", room.c.state != "retired", room.c.id.not_in(here))
    retired = [row.id for row in await part.rows(gone.values(state="retired").returning(room.c.id))]
    return retired, [one for one in here if states.get(one) == "retired"]


async def _follow_phones(part: Part) -> None:
    """Rooms that a person linked: they go with their phone to another account, and send nothing without it."""
    linked = update(room).where(room.c.source == "chat")
    on = select(phone.c.account_id).where(phone.c.id == room.c.phone_id).scalar_subquery()
    await part.run(linked.where(room.c.phone_id.is_not(None)).values(account_id=on))
    gone = select(phone.c.id).where(~phone.c.active)
    await part.run(linked.where(room.c.phone_id.in_(gone)).values(state="unlinked"))


async def _put_accounts(part: Part, phones: Sequence[FilePhone]) -> dict[str, int]:
    """Accounts by key; a new one gets its callbacks' secret, of 32 random bytes."""
    keys = list(dict.fromkeys(one.account for one in phones))
    known = {row.key: row.id for row in await part.rows(select(account.c.key, account.c.id))}
    await part.run(update(account).values(active=account.c.key.in_(keys)))
    for key in keys:
        if key not in known:
            values = {"key": key, "active": True, "secret": new_secret()}
            known[key] = await part.one(insert(account).values(values).returning(account.c.id))
    return known


async def _put_phones(part: Part, phones: Sequence[FilePhone], accounts: dict[str, int]) -> dict[str, tuple[int, int]]:
    """(phone, account) by name. A phone found under an earlier name keeps its row and its slugs."""
    known = {row.name: row.id for row in await part.rows(select(phone.c.name, phone.c.id))}
    names = {one.name for one in phones}
    await part.run(update(phone).values(active=False))
    kept: dict[str, tuple[int, int]] = {}
    for place, one in enumerate(phones):
        earlier = next((was for was in one.was if was in known and was not in names), None)
        if one.name not in known and earlier is not None:
            known[one.name] = known.pop(earlier)
        values = _phone_values(one, place, accounts[one.account])
        row = await _put(part, phone, known.get(one.name), values)
        kept[one.name] = (row, accounts[one.account])
        await _put_slug(part, slug(one.name), row)
    return kept


def _phone_values(one: FilePhone, place: int, account_id: int) -> dict[str, Any]:
    rules = one.rules
    return {
        "name": one.name,
        "account_id": account_id,
        "active": True,
        "place": place,
        "short_number": rules.short_number,
        "prefix": rules.prefix,
        "plain_text": rules.plain_text,
        "on_uncertain": rules.on_uncertain,
        "expires_after": rules.expires_after,
        "stop_clause": rules.stop_clause,
    }


async def _put_slug(part: Part, word: str, phone_id: int) -> None:
    """The slug leads to this phone, unless a phone in use has it."""
    owner = await part.rows(
        select(phone.c.id, phone.c.active)
        .join(phone_slug, phone_slug.c.phone_id == phone.c.id)
        .where(phone_slug.c.slug == word)
    )
    if not owner:
        await part.run(insert(phone_slug).values(slug=word, phone_id=phone_id))
    elif not owner[0].active:
        await part.run(update(phone_slug).where(phone_slug.c.slug == word).values(phone_id=phone_id))


async def put_teams(part: Part, names: Iterable[str]) -> dict[str, int]:
    """Teams by name, made where there are none."""
    known = {row.name: row.id for row in await part.rows(select(team.c.name, team.c.id))}
    for name in dict.fromkeys(names):
        if name not in known:
            known[name] = await part.one(insert(team).values(name=name).returning(team.c.id))
    return known


async def _put_room(part: Part, one: FileRoom, phones: dict[str, tuple[int, int]], teams: dict[str, int]) -> int:
    """A room found at its address, current or earlier, keeps its row; a retired one takes part again."""
    platform, address = one.address.platform, one.address.address
    at = (room_address.c.platform == platform) & (room_address.c.address == address)
    found = await part.rows(select(room.c.id, room.c.state).join(room_address).where(at))
    phone_id, account_id = phones[one.phone]
    values: dict[str, Any] = {
        "phone_id": phone_id,
        "account_id": account_id,
        "team_id": teams[one.team],
        "source": "file",
        "sends": one.sends,
        "hold": timedelta(seconds=one.hold_seconds),
        "language": one.language,
        "timezone": one.timezone,
        "prefix": one.prefix,
    }
    if not found or found[0].state in ("retired", "unlinked"):
        values["state"] = "active"
    row = await _put(part, room, found[0].id if found else None, values)
    if not found:
        where = {"platform": platform, "address": address, "room_id": row, "current": True}
        await part.run(insert(room_address).values(where))
    await put_receivers(part, row, one.receivers)
    return row


async def put_receivers(part: Part, room_id: int, receivers: Sequence[Receiver]) -> None:
    """In the order of the file, each number once."""
    await part.run(delete(room_receiver).where(room_receiver.c.room_id == room_id))
    once = {one.number: one.name for one in reversed(receivers)}
    numbers = list(dict.fromkeys(one.number for one in receivers))
    await part.run_many(
        insert(room_receiver),
        [
            {"room_id": room_id, "number": number, "place": place, "name": once[number]}
            for place, number in enumerate(numbers)
        ],
    )


async def _put(part: Part, table: Table, row: int | None, values: dict[str, Any]) -> int:
    """Update that row, or insert one; gives its id."""
    if row is not None:
        await part.run(update(table).where(table.c.id == row).values(values))
        return row
    new: int = await part.one(insert(table).values(values).returning(table.c.id))
    return new
