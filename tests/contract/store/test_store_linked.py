"""Rooms that operators linked, beside a configuration that changes; and what a room leaves behind that is gone."""

from datetime import timedelta

from bridge.domain.failures import Reason
from bridge.domain.ids import OvhId, RoomAddress, RoomId
from bridge.domain.rooms import Receiver
from bridge.domain.states import PostState, ReplyState, RoomState
from bridge.ports.rows import FetchedReply, Link, NewPost, PostRow
from tests.contract.store.world import LEASE, World, file_phone, file_room, number

HERE = RoomAddress("web", "elsewhere")


async def place(world: World, address: RoomAddress = HERE, language: str = "en") -> RoomId:
    return await world.write(lambda tx: tx.guests.place(address, language, "Europe/Paris"))  # type: ignore[arg-type]


async def linked(world: World, address: RoomAddress = HERE) -> RoomId:
    room = await place(world, address)
    await world.write(lambda tx: tx.guests.link(room, Link("accueil", (Receiver(number(7)),), 5.0)))
    return room


async def posts(world: World) -> list[PostRow]:
    return await world.write(lambda tx: tx.posts.claim(world.now, world.now + LEASE, 20, ["web"]))


async def routed(world: World, ovh_id: int = 5) -> None:
    """An answer that goes to `line` and is not yet shown there."""
    await world.write(lambda tx: tx.replies.name(world.account, [OvhId(ovh_id)], world.now))
    (named,) = await world.write(lambda tx: tx.replies.claim(world.now, world.now + LEASE, 5))
    line = world.rooms["line"].id
    fetched = FetchedReply(named.id, ReplyState.ROUTED, number(1), number(1), "Yes", "b1", world.now, line, None)
    await world.write(lambda tx: tx.replies.put(fetched))
    await world.write(lambda tx: tx.posts.add([NewPost("reply", f"reply:{named.id}", line, {"text": "Yes"})]))


async def test_a_linked_room_goes_with_its_phone_to_another_account(world: World) -> None:
    room = await linked(world)
    await world.put_file([file_phone(account="ovh-eu/sms-2")], [file_room("line", 1)])
    found = (await world.read(lambda tx: tx.rooms.by_id({room})))[room]
    assert found.account_id == world.rooms["line"].account_id
    (account,) = await world.read(lambda tx: tx.accounts.all())
    assert found.account_id == account.id


async def test_a_room_that_is_linked_has_nothing_of_what_the_configuration_said_of_it_before(world: World) -> None:
    before = file_room("elsewhere", 1, 2, sends="commands", prefix="Old : ")
    await world.put_file([file_phone()], [file_room("line", 1), before])
    await world.put_file([file_phone()], [file_room("line", 1)])
    await linked(world)
    room = (await world.read(lambda tx: tx.rooms.at([HERE])))[HERE]
    assert (room.sends, room.prefix, [one.number for one in room.receivers]) == ("everything", None, [number(7)])


async def test_what_waited_when_the_configuration_dropped_a_room_is_shown_once_it_is_linked(world: World) -> None:
    line = world.rooms["line"]
    await world.write(lambda tx: tx.posts.add([NewPost("waiting", "1", line.id, {})]))
    await world.put_file([file_phone()], [file_room("desk")])
    assert await posts(world) == []
    assert await linked(world, line.address) == line.id
    assert [post.subject for post in await posts(world)] == ["1"]


async def test_answers_for_a_room_that_the_configuration_dropped_wait_for_another(world: World) -> None:
    await routed(world)
    await world.put_file([file_phone()], [file_room("desk")])
    (again,) = await world.write(lambda tx: tx.replies.claim(world.now, world.now + LEASE, 5))
    assert again.state is ReplyState.WAITING


async def test_a_place_that_no_phone_is_for_is_answered_in_the_language_of_now(world: World) -> None:
    room = await place(world)
    assert await place(world, language="fr") == room
    await world.write(lambda tx: tx.posts.add([NewPost("code", "1", room, {})]))
    assert [post.language for post in await posts(world)] == ["fr"]


async def test_a_linked_room_keeps_its_language(world: World) -> None:
    await linked(world)
    await place(world, language="fr")
    assert (await world.read(lambda tx: tx.rooms.at([HERE])))[HERE].language == "en"


async def test_a_room_moves_to_a_place_where_somebody_asked_before_it_was_known(world: World) -> None:
    line, new = world.rooms["line"], RoomAddress("web", "moved")
    asked = await place(world, new)
    await world.write(lambda tx: tx.posts.add([NewPost("code", "1", asked, {})]))
    assert await world.write(lambda tx: tx.rooms.move(line.address, new)) == line.id
    assert (await world.read(lambda tx: tx.rooms.at([new])))[new].id == line.id
    assert await posts(world) == []
    assert await world.read(lambda tx: tx.dues.next_due("posts", ["web"])) is None
    assert await place(world, new) == line.id


async def test_alarms_follow_a_room_that_moves_to_their_place(world: World) -> None:
    line, new = world.rooms["line"], RoomAddress("web", "moved")
    await world.write(lambda tx: tx.operations.at(new, "fr", "Europe/Paris"))
    await world.write(lambda tx: tx.rooms.move(line.address, new))
    await world.write(lambda tx: tx.operations.tell("ops", "1", {}))
    assert [(post.room, post.subject) for post in await posts(world)] == [(new, "1")]


async def test_no_room_moves_to_where_another_one_is(world: World) -> None:
    line, taken = world.rooms["line"], world.rooms["list"].address
    assert await world.write(lambda tx: tx.rooms.move(line.address, taken)) is None
    assert await linked(world) is not None
    assert await world.write(lambda tx: tx.rooms.move(line.address, HERE)) is None


async def test_alarms_that_could_not_be_told_are_told_once_the_bot_is_back(world: World) -> None:
    await world.write(lambda tx: tx.operations.at(HERE, "fr", "Europe/Paris"))
    await world.write(lambda tx: tx.operations.tell("ops", "1", {}))
    (row,) = await posts(world)
    await world.write(lambda tx: tx.posts.settle(row.id, row.revision, PostState.SUSPENDED))
    world.clock.pass_(60)
    assert await posts(world) == []
    await world.write(lambda tx: tx.operations.back(HERE))
    assert [post.subject for post in await posts(world)] == ["1"]


async def test_what_a_foreign_place_could_not_be_told_is_not_told_later(world: World) -> None:
    room = await place(world)
    await world.write(lambda tx: tx.posts.add([NewPost("code", "1", room, {})]))
    (row,) = await posts(world)
    await world.write(lambda tx: tx.posts.settle(row.id, row.revision, PostState.SUSPENDED))
    await world.write(lambda tx: tx.operations.back(HERE))
    assert await posts(world) == []


async def test_a_start_tries_alarms_again_that_could_not_be_told(world: World) -> None:
    await world.write(lambda tx: tx.operations.at(HERE, "fr", "Europe/Paris"))
    await world.write(lambda tx: tx.operations.tell("ops", "1", {}))
    (row,) = await posts(world)
    await world.write(lambda tx: tx.posts.settle(row.id, row.revision, PostState.SUSPENDED))
    await world.write(lambda tx: tx.operations.at(HERE, "fr", "Europe/Paris"))
    assert [post.subject for post in await posts(world)] == ["1"]


async def test_a_start_tries_nothing_in_an_operations_room_that_is_shut(world: World) -> None:
    desk = world.rooms["desk"]
    await world.write(lambda tx: tx.operations.at(desk.address, "fr", "Europe/Paris"))
    await world.write(lambda tx: tx.rooms.set_state(desk.id, RoomState.SUSPENDED))
    await world.write(lambda tx: tx.operations.tell("ops", "1", {}))
    await world.write(lambda tx: tx.operations.at(desk.address, "fr", "Europe/Paris"))
    world.clock.pass_(timedelta(minutes=1).total_seconds())
    assert await posts(world) == []


async def test_an_account_that_no_phone_uses_any_more_is_told_by_its_service(world: World) -> None:
    account = world.account
    await world.put_file([file_phone(account="ovh-eu/sms-2")], [file_room("line", 1)])
    assert await world.read(lambda tx: tx.accounts.phone_of(account)) == "sms-1"
    assert await world.read(lambda tx: tx.accounts.phone_of(world.account)) == "accueil"


async def test_a_paused_account_is_asked_at_the_next_start_whatever_its_pause(world: World) -> None:
    await world.write(lambda tx: tx.accounts.pause(world.account, Reason.KEYS, world.now + timedelta(minutes=5)))
    assert await world.read(lambda tx: tx.dues.next_due("probes")) == world.now + timedelta(minutes=5)
    await world.write(lambda tx: tx.dues.release(world.now))
    assert await world.read(lambda tx: tx.dues.next_due("probes")) == world.now
