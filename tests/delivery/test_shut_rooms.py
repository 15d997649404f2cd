"""Rooms that are shut while something is on its way to them: no answer is left behind, and each is told of once."""

import pytest

from bridge.delivery.posts import PostLane
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Refusal, Temporary
from bridge.domain.ids import OvhId, RoomAddress
from bridge.domain.states import ReplyState, RoomState
from bridge.ports.rows import FetchedReply, NewPost
from tests.contract.store.world import LEASE, World, number
from tests.delivery.steps import Steps


async def answer(world: World, room: str = "line") -> None:
    """Mme Durand's answer, queued for that room."""
    await world.write(lambda tx: tx.replies.name(world.account, [OvhId(5)], world.now))
    (named,) = await world.write(lambda tx: tx.replies.claim(world.now, world.now + LEASE, 5))
    here = world.rooms[room].id
    fetched = FetchedReply(named.id, ReplyState.ROUTED, number(1), number(1), "Yes", "b1", world.now, here, None)
    await world.write(lambda tx: tx.replies.put(fetched))
    params = {"number": number(1), "text": "Yes"}
    await world.write(lambda tx: tx.posts.add([NewPost("reply", f"reply:{named.id}", here, params)]))


async def waiting(world: World) -> list[ReplyState]:
    replies = await world.write(lambda tx: tx.replies.claim(world.now, world.now + LEASE, 5))
    return [one.state for one in replies]


async def shut(world: World, to: RoomState, room: str = "line") -> None:
    """As intake does when the bot is removed."""
    here = world.rooms[room].id
    await world.write(lambda tx: tx.rooms.set_state(here, to))
    await world.write(lambda tx: tx.replies.withdraw(here))


@pytest.mark.parametrize("failure", [Temporary(Reason.NETWORK), OutcomeUnknown(Reason.NETWORK)])
@pytest.mark.parametrize("to", [RoomState.SUSPENDED, RoomState.MUTED])
async def test_an_answer_under_way_when_its_room_is_shut_goes_by_the_next_rule(
    world: World, steps: Steps, to: RoomState, failure: Exception
) -> None:
    await answer(world)
    lane = PostLane(steps.deliveries())
    (row,) = await lane.claim(lane.limit)
    await shut(world, to)
    assert await waiting(world) == []
    await lane.record([(row, failure)])  # type: ignore[list-item]
    assert await waiting(world) == [ReplyState.WAITING]


async def test_one_that_was_shown_all_the_same_stays_shown(world: World, steps: Steps) -> None:
    await answer(world)
    lane = PostLane(steps.deliveries())
    (row,) = await lane.claim(lane.limit)
    await shut(world, RoomState.SUSPENDED)
    await lane.record([(row, await lane.call(row))])
    assert await waiting(world) == []


async def test_a_room_that_the_configuration_dropped_is_not_taken_for_one_that_was_shut(
    world: World, steps: Steps
) -> None:
    await answer(world)
    lane = PostLane(steps.deliveries())
    (row,) = await lane.claim(lane.limit)
    line = world.rooms["line"].id
    await world.write(lambda tx: tx.rooms.set_state(line, RoomState.RETIRED))
    await lane.record([(row, Permanent(Refusal.ROOM_GONE))])
    assert (await world.read(lambda tx: tx.rooms.by_id({line})))[line].state is RoomState.RETIRED
    assert await waiting(world) == [ReplyState.WAITING]
    assert await steps.told() == []


async def test_a_room_that_is_known_to_be_shut_is_not_told_of_again(world: World, steps: Steps) -> None:
    await answer(world)
    lane = PostLane(steps.deliveries())
    (row,) = await lane.claim(lane.limit)
    await shut(world, RoomState.SUSPENDED)
    await lane.record([(row, Permanent(Refusal.ROOM_GONE))])
    assert await waiting(world) == [ReplyState.WAITING]
    assert await steps.told() == []


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("why", [Refusal.ROOM_GONE, Refusal.MAY_NOT_WRITE])
async def test_what_a_notice_has_to_say_anew_is_said_once_the_bot_is_back(
    world: World, steps: Steps, why: Refusal, known: bool
) -> None:
    line, notice = world.rooms["line"].id, ("waiting", "message:1")
    params = {"until": world.now.isoformat(), "reason": "network"}
    await world.write(lambda tx: tx.posts.add([NewPost(*notice, line, params)]))
    lane = PostLane(steps.deliveries())
    assert await steps.step(lane) == 1
    if known:
        await world.write(lambda tx: tx.rooms.set_state(line, RoomState.SUSPENDED))
    await world.write(lambda tx: tx.posts.finish(*notice, line, 1, "sent"))
    steps.chat.answers = [Permanent(why)]
    await steps.until_rest(lane)
    edits = len(steps.chat.edited)
    await world.write(lambda tx: tx.rooms.set_state(line, RoomState.ACTIVE))
    assert await steps.step(lane) == 1
    assert len(steps.chat.edited) == edits + 1
    assert "Finalement parti" in steps.chat.edited[-1].text
    assert await steps.step(lane) == 0


async def test_an_edit_that_is_refused_where_no_phone_is_for_the_place_is_not_tried_for_ever(
    world: World, steps: Steps
) -> None:
    room = await world.write(lambda tx: tx.guests.place(RoomAddress("web", "elsewhere"), "en", "UTC"))
    await world.write(lambda tx: tx.posts.add([NewPost("id_room", "1", room, {"address": "web:elsewhere"})]))
    lane = PostLane(steps.deliveries())
    assert await steps.step(lane) == 1
    await world.write(lambda tx: tx.posts.revise(NewPost("id_room", "1", room, {"address": "web:other"})))
    steps.chat.answers = [Permanent(Refusal.ROOM_GONE)]
    assert (await steps.step(lane), await steps.step(lane)) == (1, 0)
