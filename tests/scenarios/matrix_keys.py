"""Encrypted rooms: keys that come late or never, devices that nobody vouched for, our own keys lost or spoilt."""

from contextlib import AsyncExitStack
from pathlib import Path

from tests.matrix.kinds import KEYS, SlowKeys
from tests.matrix.people import ANSWERS, sent
from tests.matrix.person import Person
from tests.matrix.relay import MatrixRelay
from tests.relay_setting import PETIT, Setting
from tests.scenarios.scenario import on_matrix
from tests.scenarios.sending import HOUR
from tests.telegram.people import TEXT, answered

PUSHED = Setting(callbacks=True)
SPOILT = Setting(callbacks=True, errors=frozenset({"matrix.keys_unreadable"}))
OTHER = "// The kettle is on."


async def _typed_without_its_key(relay: SlowKeys) -> str:
    relay.way.keep(KEYS)
    message = await relay.say(TEXT, "ward")
    await relay.settled()
    return message


async def _restarted(relay: SlowKeys) -> None:
    await relay.stop()
    await relay.start()
    await relay.settled()


async def _six_minutes_later(relay: SlowKeys, message: str) -> None:
    """The bridge, which hears something else, has told that it cannot read the message."""
    relay.clock.leap(360)
    await relay.say(OTHER)
    await relay.later(60)
    assert len([line for line in await relay.lines("ward") if line.reply_to == message]) == 1


async def _then_the_key_comes(relay: SlowKeys, message: str) -> None:
    """It was asked for; and the message leaves once."""
    assert relay.proxy.asked("/sendToDevice/m.room_key_request", "PUT")
    assert TEXT not in [one.text for one in relay.ovh.records.accepted]
    assert await relay.way.deliver()
    await relay.settled()
    await relay.later(60)
    assert [one.text for one in relay.ovh.records.accepted].count(TEXT) == 1
    assert await relay.mark(message, "ward") == ["✅"]


@on_matrix(PUSHED, SlowKeys)
async def matrix_key_late(relay: SlowKeys) -> None:
    message = await _typed_without_its_key(relay)
    await _then_the_key_comes(relay, message)


@on_matrix(PUSHED, SlowKeys)
async def matrix_key_late_and_restarted(relay: SlowKeys) -> None:
    message = await _typed_without_its_key(relay)
    await _restarted(relay)
    await _then_the_key_comes(relay, message)


@on_matrix(PUSHED, SlowKeys)
async def matrix_key_after_six_minutes(relay: SlowKeys) -> None:
    message = await _typed_without_its_key(relay)
    await _six_minutes_later(relay, message)
    await _then_the_key_comes(relay, message)


@on_matrix(PUSHED, SlowKeys)
async def matrix_key_after_six_minutes_and_restarted(relay: SlowKeys) -> None:
    message = await _typed_without_its_key(relay)
    await _six_minutes_later(relay, message)
    await _restarted(relay)
    await _then_the_key_comes(relay, message)


@on_matrix(PUSHED, SlowKeys)
async def matrix_key_never(relay: SlowKeys) -> None:
    message = await _typed_without_its_key(relay)
    relay.unheard.add(message)
    await _six_minutes_later(relay, message)
    relay.clock.leap(25 * HOUR)
    await relay.say(OTHER)
    await relay.later(60)
    assert await relay.way.deliver()  # nobody waits for it any more
    await relay.settled()
    await relay.later(60)
    assert [one.text for one in relay.ovh.records.accepted] == []


@on_matrix(PUSHED)
async def matrix_new_device_in_the_room(relay: MatrixRelay) -> None:
    await sent(relay, "ward")
    async with AsyncExitStack() as stack:
        account = await relay.synapse.log_in(relay.karim.account)
        new = await stack.enter_async_context(Person(relay.synapse.url, account, encryption=True))
        await relay.settled()
        await answered(relay, PETIT)
        shown = [line.text for line in await new.shown(relay.rooms["ward"]) if line.sender == relay.bot.user]
        assert shown[-1] == ANSWERS["ward"]
        message = await relay.say("Bring your papers.", "ward", by=new)
        await relay.later(60)
        assert await relay.mark(message, "ward") == ["✅"]


@on_matrix(PUSHED)
async def matrix_newer_client(relay: MatrixRelay) -> None:
    await sent(relay, "ward")
    said = {"msgtype": "m.text", "body": "Bring your papers."}
    kind, sealed = relay.claire.client.encrypt(relay.rooms["ward"], "m.room.message", said)
    content = {key: value for key, value in sealed.items() if key not in ("sender_key", "device_id")}
    message = await relay.claire.sends(relay.rooms["ward"], kind, content, plainly=True)
    await relay.later(60)
    assert await relay.mark(message, "ward") == ["✅"]
    assert [post.text for post in relay.ovh.records.accepted] == [TEXT, "Bring your papers."]


def _files(relay: MatrixRelay) -> list[Path]:
    return [path for path in relay.store.iterdir() if path.suffix == ".db"]


def _lose(relay: MatrixRelay) -> None:
    for path in relay.store.iterdir():
        path.unlink()


def _spoil(relay: MatrixRelay) -> None:
    for path in _files(relay):
        path.write_bytes(b"\x00 no database \xff" * 4096)


async def _sealed_rooms_are_out_of_reach(relay: MatrixRelay) -> None:
    """What is typed in the plain room leaves; an answer for the encrypted one waits, and its words stand nowhere."""
    plain = await sent(relay, "reception")
    await answered(relay, PETIT)
    await relay.later(300)
    assert await relay.mark(plain["reception"]) == ["✅"]
    assert await relay.posts("ward") == []
    assert "Yes." not in str(await relay.posts("operations"))
    assert "device" in str(await relay.posts("operations"))


async def _a_new_device_mends_it(relay: MatrixRelay) -> None:
    """What waited is shown, and what is typed now leaves."""
    await relay.stop()
    relay.bot = await relay.synapse.log_in(relay.bot)
    await relay.start()
    await relay.settled()
    await relay.later(60)
    assert await relay.posts("ward") == [ANSWERS["ward"]]
    message = await relay.say("Bring your papers.", "ward")
    await relay.later(60)
    assert await relay.mark(message, "ward") == ["✅"]


@on_matrix(SPOILT)
async def matrix_keys_lost(relay: MatrixRelay) -> None:
    await sent(relay, "ward")
    await relay.stop()
    _lose(relay)
    await relay.start()
    await relay.settled()
    await _sealed_rooms_are_out_of_reach(relay)
    await _a_new_device_mends_it(relay)


@on_matrix(SPOILT)
async def matrix_keys_spoilt(relay: MatrixRelay) -> None:
    await sent(relay, "ward")
    await relay.stop()
    _spoil(relay)
    await relay.start()
    await relay.settled()
    await _sealed_rooms_are_out_of_reach(relay)
    await _a_new_device_mends_it(relay)
