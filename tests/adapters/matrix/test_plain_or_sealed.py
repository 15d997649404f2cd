"""Nothing goes in plain into a room that is encrypted, however lately it became so and whatever was heard of it."""

import json
from datetime import timedelta

import pytest

from bridge.adapters.matrix import MatrixPlatform
from bridge.domain.failures import OutcomeUnknown, Permanent, Refusal, Temporary
from bridge.domain.marks import Status
from bridge.ports.chat import Mark
from tests.contract.matrix_world import FAULTS, MatrixWorld, Remembered
from tests.contract.worlds import Break, Recorder, a_post, listening, posts
from tests.matrix.proxy import BAD_GATEWAY, Fault
from tests.matrix.timeline import Line

EMPTY = json.dumps({"errcode": "M_NOT_FOUND", "error": "Event not found."})
STATE = "/state/m.room.encryption"


async def by_bot(world: MatrixWorld) -> list[Line]:
    """What the bot wrote, as it came from the server: who may read it does not matter."""
    return [line for line in await world.claire.shown(world.room.address) if line.sender == world.bot.user]


@pytest.mark.parametrize("how", [None, Break.ERROR, Break.HANGS])
async def test_a_room_that_was_encrypted_after_the_last_sync_gets_nothing_in_plain(
    plain: MatrixWorld, how: Break | None
) -> None:
    sink = Recorder()
    async with plain.platform() as platform:
        async with listening(platform, sink):
            await sink.until(lambda seen: bool(seen.cursors))
            if how is not None:
                plain.proxy.plan("/sync", FAULTS[how], times=None)
        await plain.claire.encrypts(plain.room.address)
        plain.proxy.heal()

        await platform.post(a_post(plain))

        assert [line.encrypted for line in await by_bot(plain)] == [True]
        assert plain.room in await plain.memory.encrypted("matrix")


async def test_where_the_server_does_not_say_nothing_is_written(plain: MatrixWorld) -> None:
    sink = Recorder()
    async with plain.platform() as platform:
        async with listening(platform, sink):
            await sink.until(lambda seen: bool(seen.cursors))
        plain.proxy.plan(STATE, BAD_GATEWAY, method="GET")
        with pytest.raises(OutcomeUnknown):
            await platform.post(a_post(plain))
        assert await posts(plain) == []

        plain.wait_out(None)
        await platform.post(a_post(plain))
        assert [line.text for line in await posts(plain)] == ["Oui, 9 h."]


@pytest.mark.parametrize("code", ["M_UNRECOGNIZED", "M_UNKNOWN", ""])
async def test_a_404_of_something_in_between_makes_no_room_plain(sealed: MatrixWorld, code: str) -> None:
    sealed.proxy.plan(STATE, Fault(404, json.dumps({"errcode": code, "error": "Unrecognized request"})))
    sealed.memory = Remembered()  # nothing was heard of the room yet
    async with sealed.platform() as platform:
        with pytest.raises(Temporary):
            await platform.post(a_post(sealed))
        assert await by_bot(sealed) == []

        sealed.wait_out(timedelta(minutes=1))
        await platform.post(a_post(sealed))
        assert [line.encrypted for line in await by_bot(sealed)] == [True]


async def test_what_the_server_takes_back_changes_nothing(sealed: MatrixWorld) -> None:
    async with sealed.platform() as platform:
        await platform.post(a_post(sealed, "un", 1))
    sealed.proxy.plan(STATE, Fault(404, EMPTY), times=None)
    async with sealed.platform() as platform:
        await platform.post(a_post(sealed, "deux", 2))
        assert [line.text for line in await posts(sealed)] == ["un", "deux"]


async def test_encryption_that_was_switched_on_in_a_gap_and_taken_back_is_remembered(plain: MatrixWorld) -> None:
    room = plain.room.address
    await plain.claire.encrypts(room)
    await plain.claire.sets(room, "m.room.encryption", {})
    for number in range(120):
        await plain.claire.types(room, f"{number}")
    sink = Recorder()
    async with plain.platform() as platform, listening(platform, sink):
        await sink.until_events(120)

    assert plain.room in await plain.memory.encrypted("matrix")


async def test_a_room_whose_encryption_was_emptied_before_the_bridge_came_gets_nothing_in_plain(
    plain: MatrixWorld,
) -> None:
    await plain.claire.encrypts(plain.room.address)
    await plain.claire.sets(plain.room.address, "m.room.encryption", {})
    async with plain.platform() as platform:
        await platform.post(a_post(plain))

    assert [line.encrypted for line in await by_bot(plain)] == [True]


async def test_without_encryption_nothing_is_written_into_an_encrypted_room(sealed: MatrixWorld) -> None:
    async with sealed.platform_with(encryption=False) as platform:
        with pytest.raises(Permanent) as caught:
            await platform.post(a_post(sealed))

    assert caught.value.reason is Refusal.ROOM_GONE
    assert await by_bot(sealed) == []


async def test_marks_ask_nothing_of_a_room(world: MatrixWorld, platform: MatrixPlatform) -> None:
    """A reaction is never encrypted: that question would be for nothing."""
    ref = await world.person_types("Vendredi ?")
    await platform.mark(Mark(ref, Status.ACCEPTED, "en route"), None)

    assert world.proxy.asked(STATE) == []
