"""Places that no phone is for, what commands ask, the operations room; and rooms that nothing can be shown in."""

from datetime import timedelta

import pytest

from bridge.domain.ids import ChatRef, OvhId, Person, RoomAddress, RoomId
from bridge.domain.rooms import Receiver
from bridge.domain.states import JobState, PostState, ReplyState, RoomState, SmsState
from bridge.ports.rows import FetchedReply, Link, NewPost, PostRow
from tests.contract.store.world import ANN, LEASE, World, file_phone, file_room, number

HERE = RoomAddress("web", "elsewhere")
HOUR = timedelta(hours=1)


async def guest(world: World, address: RoomAddress = HERE) -> RoomId:
    return await world.write(lambda tx: tx.guests.place(address, "en", "Europe/Paris"))


async def code(world: World, room: RoomId, fresh: str) -> str:
    return await world.write(lambda tx: tx.guests.code(room, fresh, world.now, world.now + HOUR))


async def posts(world: World) -> list[PostRow]:
    return await world.write(lambda tx: tx.posts.claim(world.now, world.now + LEASE, 20, ["web"]))


async def test_a_place_without_a_phone_is_one_row_however_often_it_is_asked_for(world: World) -> None:
    assert await guest(world) == await guest(world)
    assert await world.read(lambda tx: tx.rooms.at([HERE])) == {}


async def test_and_can_be_shown_something_in_its_own_language(world: World) -> None:
    room = await guest(world)
    await world.write(lambda tx: tx.posts.add([NewPost("code", "1", room, {})]))
    (post,) = await posts(world)
    assert (post.room, post.language) == (HERE, "en")
    await world.write(lambda tx: tx.posts.settle(post.id, post.revision, PostState.POSTED, remote="9"))
    assert list(await world.read(lambda tx: tx.posts.at([ChatRef(HERE, "9")]))) == [ChatRef(HERE, "9")]


async def test_its_code_stays_the_same_until_its_time_is_over(world: World) -> None:
    room = await guest(world)
    assert await code(world, room, "AAAAAA") == "AAAAAA"
    assert await code(world, room, "BBBBBB") == "AAAAAA"
    world.clock.pass_(3600)
    assert await world.read(lambda tx: tx.guests.by_code("AAAAAA", world.now)) is None
    assert await code(world, room, "CCCCCC") == "CCCCCC"
    found = await world.read(lambda tx: tx.guests.by_code("CCCCCC", world.now))
    assert found is not None
    assert (found.id, found.address) == (room, HERE)


async def test_a_linked_place_is_a_room_and_its_code_is_used_up(world: World) -> None:
    room = await guest(world)
    await code(world, room, "AAAAAA")
    await world.write(lambda tx: tx.guests.link(room, Link("accueil", (Receiver(number(7)),), 5.0)))
    linked = (await world.read(lambda tx: tx.rooms.at([HERE])))[HERE]
    assert (linked.id, linked.phone, linked.state, linked.hold) == (
        room,
        "accueil",
        RoomState.ACTIVE,
        timedelta(seconds=5),
    )
    assert [one.number for one in linked.receivers] == [number(7)]
    assert await world.read(lambda tx: tx.guests.by_code("AAAAAA", world.now)) is None


async def test_a_phone_that_does_not_exist_links_nothing(world: World) -> None:
    room = await guest(world)
    assert await world.read(lambda tx: tx.guests.phones()) == ["accueil"]
    with pytest.raises(LookupError):
        await world.write(lambda tx: tx.guests.link(room, Link("other", (Receiver(number(7)),), 5.0)))


async def test_a_linked_room_survives_the_configuration_and_can_be_unlinked(world: World) -> None:
    room = await guest(world)
    await world.write(lambda tx: tx.guests.link(room, Link("accueil", (Receiver(number(7)),), 5.0)))
    await world.furnish()
    assert HERE in await world.read(lambda tx: tx.rooms.at([HERE]))
    assert await world.write(lambda tx: tx.guests.unlink(room)) is True
    assert await world.read(lambda tx: tx.rooms.at([HERE])) == {}
    assert await guest(world) == room


async def test_a_room_of_the_configuration_is_not_unlinked(world: World) -> None:
    line = world.rooms["line"]
    assert await world.write(lambda tx: tx.guests.unlink(line.id)) is False
    assert line.address in await world.read(lambda tx: tx.rooms.at([line.address]))


async def test_a_linked_room_whose_phone_is_gone_sends_nothing(world: World) -> None:
    room = await guest(world)
    await world.write(lambda tx: tx.guests.link(room, Link("accueil", (Receiver(number(7)),), 5.0)))
    await world.put_file([file_phone("other", "ovh-eu/sms-2")], [file_room("line", 1, phone="other")])
    assert await world.read(lambda tx: tx.rooms.at([HERE])) == {}


async def test_the_configuration_takes_over_a_place_that_was_asked_for(world: World) -> None:
    room = await guest(world)
    await world.put_file([file_phone()], [file_room("elsewhere", 1)])
    assert world.rooms["elsewhere"].id == room
    assert world.rooms["elsewhere"].state is RoomState.ACTIVE


async def test_a_retired_room_can_be_asked_for_again(world: World) -> None:
    line = world.rooms["line"]
    await world.put_file([file_phone()], [file_room("desk")])
    assert await guest(world, line.address) == line.id
    await code(world, line.id, "AAAAAA")
    assert await world.read(lambda tx: tx.guests.by_code("AAAAAA", world.now)) is not None


async def test_alarms_go_to_the_operations_room_once_wherever_it_is(world: World) -> None:
    assert await world.write(lambda tx: tx.operations.tell("ops", "1", {})) is False
    await world.write(lambda tx: tx.operations.at(HERE, "fr", "Europe/Paris"))
    for _ in range(2):
        assert await world.write(lambda tx: tx.operations.tell("ops", "1", {"a": 1})) is True
    assert [(post.kind, post.room, post.params) for post in await posts(world)] == [("ops", HERE, {"a": 1})]
    await world.write(lambda tx: tx.operations.at(world.rooms["desk"].address, "fr", "Europe/Paris"))
    await world.write(lambda tx: tx.operations.tell("ops", "2", {}))
    assert [post.room.address for post in await posts(world)] == ["desk"]
    await world.write(lambda tx: tx.operations.at(None, "fr", "Europe/Paris"))
    assert await world.write(lambda tx: tx.operations.tell("ops", "3", {})) is False


async def test_the_latest_of_a_person_is_theirs_and_of_that_room(world: World) -> None:
    line = world.rooms["line"].id
    assert await world.read(lambda tx: tx.asked.latest(line, ANN)) is None
    first, second = await world.add(world.new(), world.new())
    await world.add(world.new("list"))
    latest = await world.read(lambda tx: tx.asked.latest(line, ANN))
    assert latest is not None
    assert (latest.id, first < second) == (second, True)
    assert await world.read(lambda tx: tx.asked.latest(line, Person("web", "2", "Ann"))) is None


async def test_each_receiver_stands_where_it_does(world: World) -> None:
    job = await world.accepted(1, 2, 3, room="list")
    message = await world.read(lambda tx: tx.asked.latest(world.rooms["list"].id, ANN))
    assert message is not None
    standing = await world.read(lambda tx: tx.asked.standing(message.id))
    assert [one.number for one in standing] == [number(1), number(2), number(3)]
    assert {(one.job, one.sms, one.sent_at) for one in standing} == {
        (JobState.ACCEPTED, SmsState.ACCEPTED, job.submitted_at)
    }


async def test_the_latest_answers_of_a_room_are_told_with_what_they_are_worded_with(world: World) -> None:
    line, other = world.rooms["line"].id, world.rooms["list"].id
    assert await world.read(lambda tx: tx.asked.answers(line)) == []
    await routed(world, 5)
    await routed(world, 6)
    assert await world.read(lambda tx: tx.asked.answers(line)) == [{"text": "Yes", "kind": "reply"}] * 2
    assert await world.read(lambda tx: tx.asked.answers(other)) == []


async def routed(world: World, ovh_id: int = 5) -> NewPost:
    """An answer that goes to `line` and is not yet shown there."""
    await world.write(lambda tx: tx.replies.name(world.account, [OvhId(ovh_id)], world.now))
    (named,) = await world.write(lambda tx: tx.replies.claim(world.now, world.now + LEASE, 5))
    line = world.rooms["line"].id
    text = ("+33600000001", "Yes", "b1")
    await world.write(
        lambda tx: tx.replies.put(
            FetchedReply(named.id, ReplyState.ROUTED, number(1), *text, world.now, line, None),
        )
    )
    post = NewPost("reply", f"reply:{named.id}", line, {"text": "Yes"})
    await world.write(lambda tx: tx.posts.add([post]))
    return post


async def test_answers_withdrawn_from_a_room_wait_again_and_can_come_back_to_it(world: World) -> None:
    post = await routed(world)
    assert await world.write(lambda tx: tx.replies.withdraw(post.room_id)) == 1
    assert await posts(world) == []
    (again,) = await world.write(lambda tx: tx.replies.claim(world.now, world.now + LEASE, 5))
    assert again.state is ReplyState.WAITING
    await world.write(lambda tx: tx.posts.add([post]))
    assert [one.subject for one in await posts(world)] == [post.subject]


async def test_a_post_under_way_when_its_room_was_shut_can_be_withdrawn_once_it_failed(world: World) -> None:
    post = await routed(world)
    (row,) = await posts(world)
    assert await world.write(lambda tx: tx.replies.withdraw(post.room_id)) == 0
    await world.write(lambda tx: tx.posts.settle(row.id, row.revision, PostState.SUSPENDED))
    assert await world.write(lambda tx: tx.replies.withdraw(post.room_id)) == 1


async def test_after_a_move_ids_of_the_old_place_are_no_longer_ours(world: World) -> None:
    line = world.rooms["line"]
    await world.write(lambda tx: tx.posts.add([NewPost("waiting", "1", line.id, {})]))
    (row,) = await posts(world)
    await world.write(lambda tx: tx.posts.settle(row.id, row.revision, PostState.POSTED, remote="45"))
    await world.write(lambda tx: tx.posts.add([NewPost("waiting", "2", line.id, {}, reply_to="44")]))
    new = RoomAddress("web", "moved")
    assert await world.write(lambda tx: tx.rooms.move(line.address, new)) == line.id
    assert await world.read(lambda tx: tx.posts.at([ChatRef(new, "45"), ChatRef(line.address, "45")])) == {}
    (aimed,) = await posts(world)
    assert (aimed.subject, aimed.room, aimed.reply_to) == ("2", new, None)


async def test_rooms_that_take_part_are_told_by_platform(world: World) -> None:
    await guest(world)
    await world.write(lambda tx: tx.rooms.set_state(world.rooms["line"].id, RoomState.MUTED))
    await world.write(lambda tx: tx.rooms.set_state(world.rooms["list"].id, RoomState.SUSPENDED))
    rooms = await world.read(lambda tx: tx.rooms.on("web"))
    assert [room.address.address for room in rooms] == ["line", "desk"]
