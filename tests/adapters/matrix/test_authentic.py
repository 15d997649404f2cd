"""A sealed message is one message: whoever sends it again, as somebody else or elsewhere, sends nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from nio.crypto import InboundGroupSession, OutboundGroupSession

from bridge.adapters.matrix import MatrixPlatform
from bridge.domain.events import Typed
from tests.contract.matrix_world import MatrixWorld
from tests.contract.worlds import Recorder, a_post, listening
from tests.matrix.person import Person

SEALED = "m.room.encrypted"
MEGOLM = "m.megolm.v1.aes-sha2"
WORDS = "Rendez-vous à 9 h."


def typed(sink: Recorder) -> list[str]:
    return [event.text for event in sink.events if isinstance(event, Typed)]


async def sealed_words(world: MatrixWorld) -> dict[str, Any]:
    """What Claire is about to send, which everybody in the room can read."""
    claire, room = world.claire, world.room.address
    await claire.types(room, "keys go out")
    _, content = claire.client.encrypt(room, "m.room.message", {"msgtype": "m.text", "body": WORDS})
    return dict(content)


@asynccontextmanager
async def all_heard(world: MatrixWorld, platform: MatrixPlatform, sink: Recorder) -> AsyncIterator[None]:
    """Listen from where the sink is, until what is said in the end has been heard too."""
    last = f"last {len(sink.events)}"
    async with listening(platform, sink, sink.cursors[-1] if sink.cursors else None):
        yield
        await world.claire.types(world.room.address, last)
        await sink.until(lambda seen: last in typed(seen))


async def bot_s_device(world: MatrixWorld, person: Person) -> Any:
    """As that person's client knows it."""
    await person.hears()
    return person.client.olm.device_store[world.bot.user][world.bot.device]


async def tells_bot(world: MatrixWorld, person: Person, kind: str, content: dict[str, Any]) -> None:
    """Something about keys, from a device to the bot's, where both have exchanged keys before."""
    device, olm = await bot_s_device(world, person), person.client.olm
    sealed = olm._olm_encrypt(olm.session_store.get(device.curve25519), device, kind, content)
    path = f"/sendToDevice/{SEALED}/{person._transaction()}"
    await person.call("PUT", path, {"messages": {world.bot.user: {world.bot.device: sealed}}})


@pytest.mark.parametrize("by", ["claire", "karim"])
@pytest.mark.parametrize("restarted", [False, True], ids=["", "after a restart"])
async def test_what_is_sent_once_more_under_another_id_is_no_second_message(
    sealed: MatrixWorld, by: str, restarted: bool
) -> None:
    content, sink, room = await sealed_words(sealed), Recorder(), sealed.room.address
    person: Person = getattr(sealed, by)
    async with sealed.platform() as platform:
        async with all_heard(sealed, platform, sink):
            await sealed.claire.sends(room, SEALED, content, plainly=True)
            if not restarted:
                await person.sends(room, SEALED, content, plainly=True)
        if not restarted:
            await person.sends(room, SEALED, content, plainly=True)
    async with sealed.platform() as platform, all_heard(sealed, platform, sink):
        if restarted:
            await person.sends(room, SEALED, content, plainly=True)
    assert typed(sink).count(WORDS) == 1


async def test_the_same_sync_once_more_is_read_once_more(sealed: MatrixWorld) -> None:
    """It was not on disk yet when the process died."""
    content, sink, room = await sealed_words(sealed), Recorder(), sealed.room.address
    async with sealed.platform() as platform, all_heard(sealed, platform, sink):
        await sealed.claire.sends(room, SEALED, content, plainly=True)
    again = Recorder()
    async with sealed.platform() as platform, all_heard(sealed, platform, again):
        pass
    assert [typed(sink).count(WORDS), typed(again).count(WORDS)] == [1, 1]


async def test_nobody_sends_another_s_sealed_words_as_their_own(sealed: MatrixWorld) -> None:
    content, sink, room = await sealed_words(sealed), Recorder(), sealed.room.address
    async with sealed.platform() as platform, all_heard(sealed, platform, sink):
        await platform.post(a_post(sealed))  # so that it knows whose devices there are
        await sealed.karim.sends(room, SEALED, content, plainly=True)
        await sealed.claire.sends(room, SEALED, content, plainly=True)
    found = [event.person.name for event in sink.events if isinstance(event, Typed) and event.text == WORDS]
    assert found == ["Claire"]


async def test_nobody_sends_the_bot_s_own_words(sealed: MatrixWorld) -> None:
    sink, room = Recorder(), sealed.room.address
    async with sealed.platform() as platform:
        posted = (await platform.post(a_post(sealed, WORDS))).id
        event = await sealed.claire.call("GET", f"/rooms/{room}/event/{posted}")
    async with sealed.platform() as platform, all_heard(sealed, platform, sink):
        await sealed.karim.sends(room, SEALED, event["content"], plainly=True)
    assert WORDS not in typed(sink)


async def test_what_was_sealed_for_one_room_says_nothing_in_another(sealed: MatrixWorld) -> None:
    """Though whose words they are gives the bot the key for that room too."""
    sink, claire, here = Recorder(), sealed.claire, sealed.room.address
    there = (await sealed._room("Archives")).address
    for room in (here, there):
        await claire.types(room, "keys go out")
    session = claire.client.olm.outbound_group_sessions[here]
    key = {"algorithm": MEGOLM, "room_id": there, "session_id": session.id, "session_key": session.session_key}
    _, content = claire.client.encrypt(here, "m.room.message", {"msgtype": "m.text", "body": WORDS})
    async with sealed.platform() as platform, all_heard(sealed, platform, sink):
        await tells_bot(sealed, claire, "m.room_key", key)
        await claire.sends(there, SEALED, content, plainly=True)
    assert WORDS not in typed(sink)


async def test_a_room_s_key_out_of_another_s_hand_is_not_taken(sealed: MatrixWorld) -> None:
    """Not even where it was asked for: who hands it on says whose it is."""
    room, sink, session = sealed.room.address, Recorder(), OutboundGroupSession()
    await sealed.claire.types(room, "keys go out")
    await sealed.karim.types(room, "keys go out")
    ours = sealed.claire.client.olm.account.identity_keys
    inbound = InboundGroupSession(session.session_key, ours["ed25519"], ours["curve25519"], room)
    session.shared = True
    words = f'{{"type":"m.room.message","room_id":"{room}","content":{{"msgtype":"m.text","body":"{WORDS}"}}}}'
    about = {"algorithm": MEGOLM, "sender_key": ours["curve25519"], "session_id": session.id}
    content = about | {"device_id": sealed.claire.account.device, "ciphertext": session.encrypt(words)}
    key = about | {
        "room_id": room,
        "session_key": inbound.export_session(0),
        "sender_claimed_ed25519_key": ours["ed25519"],
        "forwarding_curve25519_key_chain": [],
    }
    async with sealed.platform() as platform:
        async with all_heard(sealed, platform, sink):
            await sealed.claire.sends(room, SEALED, content, plainly=True)
        await tells_bot(sealed, sealed.karim, "m.forwarded_room_key", key)
        async with all_heard(sealed, platform, sink):
            pass
        async with all_heard(sealed, platform, sink):
            pass
    assert WORDS not in typed(sink)
