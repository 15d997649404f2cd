"""Rooms that were shut, moved or linked anew: what waited is shown, and news of an old address changes nothing."""

from datetime import timedelta

from bridge.domain.events import BotMuted, BotRemoved, BotRestored, RoomMoved
from bridge.domain.ids import OvhId, RoomAddress
from bridge.domain.states import PostState, ReplyState, RoomState
from bridge.intake.first_message import greet_all
from bridge.ports.rows import FetchedReply
from tests.contract.store.world import file_phone, file_room, number
from tests.intake.places import OPERATOR, Places

NUMBER = "0600000001"
LINE, MOVED, ALARMS = (RoomAddress("web", name) for name in ("line", "moved", "alarms"))


async def state_of(places: Places, room: str = "line") -> RoomState:
    id_ = places.world.rooms[room].id
    return (await places.world.read(lambda tx: tx.rooms.by_id({id_})))[id_].state


async def unsaid_alarm(places: Places) -> None:
    """The operations room is a place that no phone is for, and the bot may not write there."""
    world = places.world
    await world.write(lambda tx: tx.operations.at(ALARMS, "en", "UTC"))
    await world.write(lambda tx: tx.operations.tell("ops_resumed", "1", {"phone": "accueil"}))
    (row,) = await world.write(lambda tx: tx.posts.claim(world.now, world.now + timedelta(minutes=1), 5, ["web"]))
    await world.write(lambda tx: tx.posts.settle(row.id, row.revision, PostState.SUSPENDED))


# --- the operations room ---------------------------------------------------------------------------------------------
async def test_alarms_that_could_not_be_told_are_told_when_the_bot_may_write_again(places: Places) -> None:
    await unsaid_alarm(places)
    await places.take(BotRestored("b1", ALARMS))
    assert await places.said() == [("alarms", "Phone accueil: SMS are leaving again.")]


async def test_and_when_somebody_is_heard_there(places: Places) -> None:
    await unsaid_alarm(places)
    await places.take(places.typed("/id", "alarms"))
    assert (await places.said())[0][1] == "Phone accueil: SMS are leaving again."


# --- old addresses ---------------------------------------------------------------------------------------------------
async def test_what_happens_to_the_bot_at_an_old_address_does_not_shut_the_room(places: Places) -> None:
    await places.take(RoomMoved("m1", LINE, MOVED), BotRemoved("b1", LINE), BotMuted("b2", LINE))
    assert await state_of(places) is RoomState.ACTIVE
    await places.take(BotRemoved("b3", MOVED), BotRestored("b4", LINE))
    assert await state_of(places) is RoomState.SUSPENDED


async def test_a_room_moves_to_where_somebody_asked_for_help_before_that_was_known(places: Places) -> None:
    await places.take(places.typed("/help", "moved"), RoomMoved("m1", LINE, MOVED))
    await places.take(places.typed("Hello", "moved"))
    places.world.clock.pass_(6)
    assert [job.text for job in await places.world.claim()] == ["Cabinet : Hello"]
    assert "/link" not in " ".join(said for _, said in await places.said())


# --- linked anew -----------------------------------------------------------------------------------------------------
async def test_answers_that_wait_are_routed_again_when_a_room_is_linked(places: Places) -> None:
    world = places.world
    await places.take(places.typed("/help", "new"))
    ((_, shown),) = await places.said()
    code = shown.partition("/link ")[2].split()[0]
    await world.write(lambda tx: tx.replies.name(world.account, [OvhId(5)], world.now))
    (named,) = await world.write(lambda tx: tx.replies.claim(world.now, world.now + timedelta(minutes=1), 5))
    waits = FetchedReply(named.id, ReplyState.WAITING, number(1), number(1), "Yes", "b1", world.now, None, None)
    await world.write(lambda tx: tx.replies.put(waits))
    await places.take(places.typed(f"/link {code} accueil {NUMBER}", "new", OPERATOR))
    (again,) = await world.write(lambda tx: tx.replies.claim(world.now, world.now + timedelta(minutes=1), 5))
    assert again.id == named.id
    assert "replies" in world.rung


# --- the first message -----------------------------------------------------------------------------------------------
async def test_a_linked_room_whose_phone_is_gone_says_so_from_the_next_start_on(places: Places) -> None:
    world = places.world
    await places.take(places.typed("/help", "new"))
    ((_, shown),) = await places.said()
    code = shown.partition("/link ")[2].split()[0]
    await places.take(places.typed(f"/link {code} accueil {NUMBER}", "new", OPERATOR))
    assert len(await places.said()) == 2
    await world.put_file([file_phone("other", "ovh-eu/sms-2")], [file_room("line", 1, phone="other")])
    await world.write(lambda tx: greet_all(tx, "web"))
    assert ("new", "This group sends no SMS any more: no phone is linked to it.") in await places.said()
    await world.write(lambda tx: greet_all(tx, "web"))
    assert await places.said() == []
