"""Rooms, accounts, events: what the configuration and the chats say is kept."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from bridge.domain.failures import Reason
from bridge.domain.ids import RoomAddress
from bridge.domain.states import RoomState
from bridge.ports.rows import NewPost
from bridge.ports.store import Tx
from tests.contract.store.world import World, file_phone, file_room, number


async def test_an_event_is_new_once(world: World) -> None:
    assert await world.write(lambda tx: tx.events.first_seen("web", ["a", "b", "a"])) == {"a", "b"}
    assert await world.write(lambda tx: tx.events.first_seen("web", ["b", "c"])) == {"c"}
    assert await world.write(lambda tx: tx.events.first_seen("telegram", ["b"])) == {"b"}


async def test_the_cursor_stands_where_it_was_set_last(world: World) -> None:
    assert await world.read(lambda tx: tx.events.cursor("web")) is None
    for cursor in ("1", "2"):
        await world.write(lambda tx, cursor=cursor: tx.events.set_cursor("web", cursor))  # type: ignore[misc]
    assert await world.read(lambda tx: tx.events.cursor("web")) == "2"


async def test_writing_in_a_read_fails(world: World) -> None:
    with pytest.raises(DBAPIError):
        await world.read(lambda tx: tx.events.set_cursor("web", "1"))
    assert await world.read(lambda tx: tx.events.cursor("web")) is None


async def test_a_doorbell_rings_after_the_commit_and_only_then(world: World) -> None:
    async def work(tx: Tx) -> None:
        tx.ring("jobs", "marks")
        assert world.rung == []

    async def broken(tx: Tx) -> None:
        tx.ring("posts")
        raise RuntimeError("no")

    await world.write(work)
    with pytest.raises(RuntimeError):
        await world.write(broken)
    assert world.rung == ["jobs", "marks"]


async def test_a_room_is_as_the_file_says(world: World) -> None:
    room = world.rooms["list"]
    assert room.phone == "accueil"
    assert room.hold == timedelta(seconds=5)
    assert [one.number for one in room.receivers] == [number(1), number(2), number(3)]
    assert room.receivers[0].name == "Person 1"
    assert room.rules.prefix == "Cabinet : "
    assert room.rules.expires_after == timedelta(hours=12)
    assert world.rooms["desk"].is_desk


async def test_putting_the_same_file_again_changes_nothing(world: World) -> None:
    before = world.rooms
    await world.furnish()
    assert world.rooms == before


async def test_a_room_gone_from_the_file_is_retired_and_comes_back_as_itself(world: World) -> None:
    line = world.rooms["line"]
    await world.put_file([file_phone()], [file_room("desk")])
    assert await world.read(lambda tx: tx.rooms.at([line.address])) == {}
    assert (await world.read(lambda tx: tx.rooms.by_id([line.id])))[line.id].state is RoomState.RETIRED
    await world.put_file([file_phone()], [file_room("line", 9)])
    assert world.rooms["line"].id == line.id
    assert world.rooms["line"].state is RoomState.ACTIVE
    assert [one.number for one in world.rooms["line"].receivers] == [number(9)]


async def test_a_room_is_found_at_its_old_address_in_the_file_too(world: World) -> None:
    line, new = world.rooms["line"], RoomAddress("web", "moved")
    assert await world.write(lambda tx: tx.rooms.move(line.address, new)) == line.id
    assert await world.write(lambda tx: tx.rooms.move(line.address, new)) is None
    evil = replace(new, address="evil")  # who is left in the old place has no say in where the room goes from here
    assert await world.write(lambda tx: tx.rooms.move(line.address, evil)) is None
    assert await world.read(lambda tx: tx.rooms.at({evil})) == {}
    await world.put_file([file_phone()], [file_room("line", 1)])
    assert world.rooms["line"] == replace(line, address=new)
    found = await world.read(lambda tx: tx.rooms.at([new, line.address]))
    assert {room.id for room in found.values()} == {line.id}


async def test_a_suspended_room_stays_suspended_when_the_file_is_read_again(world: World) -> None:
    line = world.rooms["line"]
    await world.write(lambda tx: tx.rooms.set_state(line.id, RoomState.SUSPENDED))
    await world.furnish()
    assert world.rooms["line"].state is RoomState.SUSPENDED
    active = await world.read(lambda tx: tx.rooms.of_account(world.account))
    assert {room.address.address for room in active} == {"list", "desk"}


async def test_posts_of_a_suspended_room_wait_until_it_is_restored(world: World) -> None:
    line = world.rooms["line"]
    later = world.now + timedelta(seconds=90)

    async def claimed() -> list[str]:
        rows = await world.write(lambda tx: tx.posts.claim(world.now, later, 5, ["web"]))
        return [row.subject for row in rows]

    await world.write(lambda tx: tx.posts.add([NewPost("waiting", "1", line.id, {})]))
    await world.write(lambda tx: tx.rooms.set_state(line.id, RoomState.SUSPENDED))
    await world.write(lambda tx: tx.posts.add([NewPost("waiting", "2", line.id, {})]))
    assert await claimed() == []
    assert await world.read(lambda tx: tx.dues.next_due("posts", ["web"])) is None
    await world.write(lambda tx: tx.rooms.set_state(line.id, RoomState.ACTIVE))
    assert await claimed() == ["1"]


async def test_a_renamed_phone_keeps_its_rooms_and_its_old_callback_path(world: World) -> None:
    account = (await world.read(lambda tx: tx.accounts.all()))[0]
    line = world.rooms["line"]
    await world.put_file(
        [file_phone("Accueil 2e étage", was=("accueil",))], [file_room("line", 1, phone="Accueil 2e étage")]
    )
    assert world.rooms["line"].phone_id == line.phone_id
    assert await world.read(lambda tx: tx.accounts.phone_of(account.id)) == "Accueil 2e étage"
    for slug in ("accueil", "accueil-2e-etage"):
        assert await world.read(lambda tx, slug=slug: tx.accounts.by_slug(slug)) == account  # type: ignore[misc]
    assert await world.read(lambda tx: tx.accounts.by_slug("nobody")) is None


async def test_an_account_s_secret_is_random_and_stays(world: World) -> None:
    secret = (await world.read(lambda tx: tx.accounts.all()))[0].secret
    assert len(secret) >= 43
    await world.put_file([file_phone(), file_phone("other", "ovh-eu/sms-2")], [file_room("line", 1)])
    accounts = await world.read(lambda tx: tx.accounts.all())
    assert accounts[0].secret == secret
    assert len({one.secret for one in accounts}) == 2
    await world.put_file([file_phone("other", "ovh-eu/sms-2")], [])
    assert [one.key for one in await world.read(lambda tx: tx.accounts.all())] == ["ovh-eu/sms-2"]


async def test_a_pause_that_comes_back_within_the_hour_is_the_same_one(world: World) -> None:
    async def pause_and_resume() -> int | None:
        number = await world.write(lambda tx: tx.accounts.pause(world.account, Reason.CREDITS, world.now))
        await world.write(lambda tx: tx.accounts.resume(world.account))
        return number

    told = []
    for _ in range(4):
        told.append(await pause_and_resume())
        world.clock.pass_(25 * 60)
    assert told == [1, None, None, 2]


async def test_a_pause_is_told_once_for_each_reason(world: World) -> None:
    async def pause(reason: Reason) -> int | None:
        at = world.now + timedelta(minutes=5)
        return await world.write(lambda tx: tx.accounts.pause(world.account, reason, at))

    assert await pause(Reason.KEYS) == 1
    assert await pause(Reason.KEYS) is None
    assert await pause(Reason.CREDITS) == 2
    account = (await world.read(lambda tx: tx.accounts.all()))[0]
    assert (account.pause, account.pauses) == (Reason.CREDITS, 2)
    assert await world.read(lambda tx: tx.dues.next_due("probes")) == account.probe_at
    assert await world.write(lambda tx: tx.accounts.resume(world.account))
    assert not await world.write(lambda tx: tx.accounts.resume(world.account))


async def test_what_is_noted_of_an_account_leaves_the_rest(world: World) -> None:
    await world.write(lambda tx: tx.accounts.note(world.account, credits=12.5, watermark=world.now))
    await world.write(lambda tx: tx.accounts.note(world.account, polled_at=world.now))
    account = (await world.read(lambda tx: tx.accounts.all()))[0]
    assert (account.credits, account.watermark, account.polled_at) == (12.5, world.now, world.now)
    assert account.called_back_at is None
