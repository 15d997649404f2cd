"""Invitations, each on its own: a room that cannot be joined keeps nobody else waiting."""

import json

import pytest

from bridge.adapters.matrix.addresses import room_of
from bridge.domain.events import BotMuted, BotRemoved, BotRestored, RoomMoved
from tests.contract.matrix_world import MatrixWorld
from tests.contract.worlds import Recorder, listening
from tests.matrix.proxy import BAD_GATEWAY, Fault

WAIT = Fault(429, json.dumps({"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": 900_000}))


async def invited(world: MatrixWorld, name: str) -> str:
    return await world.claire.creates(name, [world.bot.user])


def joined(sink: Recorder) -> set[str]:
    return {event.room.address for event in sink.events if isinstance(event, BotRestored)}


@pytest.mark.parametrize("fault", [BAD_GATEWAY, Fault(hangs=True), WAIT], ids=["broken", "hangs", "limit"])
async def test_one_that_cannot_be_followed_holds_up_no_other_and_is_tried_again(
    plain: MatrixWorld, fault: Fault
) -> None:
    bad, sink = await invited(plain, "Bad"), Recorder()
    plain.proxy.plan(f"{bad}/join", fault, times=None)
    async with plain.platform_with({plain.claire.user}) as platform, listening(platform, sink):
        good = await invited(plain, "Good")
        await sink.until(lambda seen: good in joined(seen))
        tries = len(plain.proxy.asked(f"{bad}/join"))
        assert tries < 6
        for number in range(3):
            await plain.claire.types(plain.room.address, f"{number}")
        await sink.until_events(3)
        plain.proxy.heal()
        plain.clock.passed += 3600
        await plain.claire.types(plain.room.address, "plus tard")
        await sink.until(lambda seen: bad in joined(seen))

    assert joined(sink) == {good, bad}


async def test_a_stranger_s_is_left_alone(plain: MatrixWorld) -> None:
    room, sink = await invited(plain, "Elsewhere"), Recorder()
    async with plain.platform() as platform, listening(platform, sink):
        await sink.until_events(1)
        await plain.claire.types(plain.room.address, "et encore")
        await sink.until_events(2)

    assert plain.proxy.asked("/join") == []
    assert room not in joined(sink)


async def replaced(world: MatrixWorld, old: str, new: str) -> None:
    await world.claire.sets(old, "m.room.tombstone", {"body": "là-bas", "replacement_room": new})


async def test_a_room_goes_on_where_the_bot_is_again_and_not_where_it_was_once(plain: MatrixWorld) -> None:
    sink, old = Recorder(), plain.room.address
    async with plain.platform_with({plain.claire.user}) as platform, listening(platform, sink):
        new = await invited(plain, "New")
        await sink.until(lambda seen: new in joined(seen))
        await plain.claire.kicks(new, plain.bot.user)
        await sink.until(lambda seen: any(isinstance(event, BotRemoved) for event in seen.events))
        await replaced(plain, old, new)
        await sink.until(lambda seen: any(isinstance(event, BotMuted) for event in seen.events))
        assert not any(isinstance(event, RoomMoved) for event in sink.events)
        plain.memory.left_behind = {room_of(old)}
        await plain.claire.invites(new, plain.bot.user)
        await plain.proxy.until(lambda: plain.proxy.asked(f"{old}/leave"))
    assert [event.to.address for event in sink.events if isinstance(event, RoomMoved)] == [new]


async def test_a_room_whose_move_was_not_made_is_not_left(plain: MatrixWorld) -> None:
    """As of two rooms that are to go on in one."""
    sink, old = Recorder(), plain.room.address
    async with plain.platform_with({plain.claire.user}) as platform, listening(platform, sink):
        new = await invited(plain, "New")
        await sink.until(lambda seen: new in joined(seen))
        await replaced(plain, old, new)
        await sink.until(lambda seen: any(isinstance(event, RoomMoved) for event in seen.events))
        number = len(sink.events)
        await plain.claire.types(old, "encore là ?")
        await sink.until_events(number + 1)
    assert plain.proxy.asked(f"{old}/leave") == []
