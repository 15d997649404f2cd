"""Encrypted events of every shape: what can be read is, what never can is told, and nothing stops the others."""

from collections.abc import Mapping
from typing import Any

import pytest

from bridge.adapters.matrix.translate import StillSealed
from bridge.domain.events import Typed, Unreadable
from tests.adapters.matrix.raw import ROOM, event, reader
from tests.contract.matrix_world import MatrixWorld
from tests.contract.worlds import Recorder, listening

MEGOLM = "m.megolm.v1.aes-sha2"
GOOD = {
    "algorithm": MEGOLM,
    "ciphertext": "AwgAEnACgAkLmt6q",
    "session_id": "abc",
    "sender_key": "key",
    "device_id": "D",
}
BROKEN: Mapping[str, Mapping[str, Any]] = {
    "no session": {key: GOOD[key] for key in ("algorithm", "ciphertext")},
    "no ciphertext": {key: GOOD[key] for key in ("algorithm", "session_id")},
    "numbers": GOOD | {"session_id": 7, "sender_key": 8, "device_id": 9},
    "a list": GOOD | {"ciphertext": ["AwgAEnACgAkLmt6q"]},
    "another algorithm": GOOD | {"algorithm": "org.example.rot13"},
    "for one device": {"algorithm": "m.olm.v1.curve25519-aes-sha2", "ciphertext": {"key": {"type": 0, "body": "x"}}},
    "no algorithm": {key: GOOD[key] for key in ("ciphertext", "session_id")},
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_no_key_will_ever_open_is_told_at_once(content: Mapping[str, Any]) -> None:
    raw = event("m.room.encrypted", dict(content))
    lost = reader.read(ROOM, raw)
    assert isinstance(lost, Unreadable)
    assert (lost.message, lost.sealed) == (raw["event_id"], False)


@pytest.mark.parametrize("left_out", ["sender_key", "device_id"])
def test_a_key_is_waited_for_though_the_event_does_not_say_whose(left_out: str) -> None:
    raw = event("m.room.encrypted", {key: value for key, value in GOOD.items() if key != left_out})
    assert reader.read(ROOM, raw) == StillSealed(raw)


@pytest.mark.parametrize("more", [{}, {"unsigned": {"redacted_because": {}}}])
def test_a_sealed_message_that_was_taken_back_is_nothing(more: dict[str, Any]) -> None:
    assert reader.read(ROOM, event("m.room.encrypted", {}, **more)) is None


def test_a_sealed_edit_that_nobody_can_read_changes_nothing() -> None:
    change = {"m.relates_to": {"rel_type": "m.replace", "event_id": "$first"}}
    assert reader.read(ROOM, event("m.room.encrypted", {**GOOD, **change})) is None


@pytest.mark.parametrize("key", ["event_id", "origin_server_ts", "sender"])
def test_a_sealed_event_without_a_frame_is_not_waited_for(key: str) -> None:
    raw = event("m.room.encrypted", dict(GOOD)) | {key: None}
    assert isinstance(reader.read(ROOM, raw), Unreadable)


async def sealed_by_claire(world: MatrixWorld, text: str) -> dict[str, Any]:
    """The content of an event that everybody in the room can read."""
    claire, room = world.claire, world.room.address
    await claire.types(room, "keys go out")
    _, content = claire.client.encrypt(room, "m.room.message", {"msgtype": "m.text", "body": text})
    return dict(content)


async def test_newer_clients_do_not_say_whose_key_it_is(sealed: MatrixWorld) -> None:
    content = await sealed_by_claire(sealed, "sans sender_key")
    for old in ("sender_key", "device_id"):
        del content[old]
    sink = Recorder()
    async with sealed.platform() as platform, listening(platform, sink):
        await sink.until_events(1)
        await sealed.claire.sends(sealed.room.address, "m.room.encrypted", content, plainly=True)
        await sink.until_events(2)

    assert [event.text for event in sink.events if isinstance(event, Typed)] == ["keys go out", "sans sender_key"]


async def test_broken_ones_are_told_and_the_others_go_on(world: MatrixWorld) -> None:
    room, sink = world.room.address, Recorder()
    async with world.platform() as platform, listening(platform, sink):
        await sink.until(lambda seen: bool(seen.cursors))
        for content in (*BROKEN.values(), GOOD, {}):
            await world.claire.sends(room, "m.room.encrypted", content, plainly=True)
        await world.claire.types(room, "et encore")
        await sink.until(lambda seen: any(isinstance(event, Typed) for event in seen.events))
        first = sink.cursors[-1]
        await world.claire.types(room, "et toujours")
        await sink.until(lambda seen: sum(isinstance(event, Typed) for event in seen.events) == 2)

    assert sum(isinstance(event, Unreadable) for event in sink.events) == len(BROKEN)
    assert sink.cursors[-1] != first
    again = Recorder()
    async with world.platform() as platform, listening(platform, again, sink.cursors[-1]):
        await again.until(lambda seen: bool(seen.cursors))
        await world.claire.types(room, "après le redémarrage")
        await again.until(lambda seen: any(isinstance(event, Typed) for event in seen.events))


async def test_the_key_of_what_nobody_could_read_is_asked_for(sealed: MatrixWorld) -> None:
    sink = Recorder()
    async with sealed.platform() as platform, listening(platform, sink):
        await sink.until(lambda seen: bool(seen.cursors))
        await sealed.claire.sends(sealed.room.address, "m.room.encrypted", GOOD, plainly=True)
        await sealed.proxy.until(lambda: sealed.proxy.asked("/sendToDevice/m.room_key_request", "PUT"))

    [asked] = sealed.proxy.asked("/sendToDevice/m.room_key_request", "PUT")
    assert sealed.claire.user.encode() in asked.body
