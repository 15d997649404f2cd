"""Keys on their way: crashes in between, keys that are used up, and what people's devices may claim."""

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from nio.crypto import Olm
from nio.store import SqliteMemoryStore

from bridge.adapters.matrix import MatrixPlatform
from bridge.domain.events import Typed
from bridge.domain.failures import OutcomeUnknown
from tests.contract.matrix_world import MatrixWorld
from tests.contract.worlds import Recorder, a_post, listening, posts
from tests.matrix.person import Person
from tests.matrix.proxy import BAD_GATEWAY, Fault
from tests.synapse import Account

UPLOAD = "/keys/upload"
GARBAGE = "garbage"


async def keys_left(world: MatrixWorld) -> int:
    """How many of the bot's one-time keys the server can still hand out."""
    status, told = await world.synapse.call("POST", UPLOAD, world.bot.token, {})
    assert status == 200, told
    return int(told["one_time_key_counts"].get("signed_curve25519", 0))


async def used_up(world: MatrixWorld) -> None:
    """Anybody may ask for them."""
    wanted = {world.bot.user: {world.bot.device: "signed_curve25519"}}
    while await keys_left(world):
        await world.karim.call("POST", "/keys/claim", {"one_time_keys": wanted})


async def made_anew(world: MatrixWorld, platform: MatrixPlatform) -> None:
    """The bot hears that none are left, and the server has others then."""
    before = len(world.proxy.asked(UPLOAD, "POST"))
    async with listening(platform, Recorder()):
        await world.proxy.until(lambda: any(one.answered for one in world.proxy.asked(UPLOAD, "POST")[before:]))
    assert await keys_left(world) > 0


async def heard_from_a_new_device(world: MatrixWorld, platform: MatrixPlatform, sink: Recorder) -> None:
    """What is written by somebody who never wrote to us before can be read."""
    account = await world.synapse.log_in(world.claire.account)
    async with Person(world.synapse.url, account, encryption=True) as phone, listening(platform, sink):
        await phone.hears()
        await phone.types(world.room.address, "du nouveau téléphone")
        await sink.until(lambda seen: any(isinstance(event, Typed) for event in seen.events))
    [typed] = [event for event in sink.events if isinstance(event, Typed)]
    assert typed.text == "du nouveau téléphone"


async def new_bot(world: MatrixWorld, tmp_path: Path) -> dict[str, Any]:
    """Another device of the bot's, which has no keys yet."""
    world.bot = await world.synapse.log_in(world.bot)
    return {"access_token": world.bot.token, "device_id": world.bot.device, "store": tmp_path / "keys"}


@pytest.mark.parametrize("how", [Fault(carried_out=True), Fault(), BAD_GATEWAY], ids=["done", "cut", "not done"])
async def test_a_process_that_dies_while_its_first_keys_are_on_their_way_leaves_no_other_ones(
    sealed: MatrixWorld, tmp_path: Path, how: Fault
) -> None:
    settings = await new_bot(sealed, tmp_path)
    sealed.proxy.plan(UPLOAD, how)
    async with sealed.platform_with(**settings) as killed:
        with pytest.raises(OutcomeUnknown):
            await killed.post(a_post(sealed))
    sealed.proxy.heal()
    async with sealed.platform_with(**settings) as platform:
        await platform.post(a_post(sealed))
        await heard_from_a_new_device(sealed, platform, Recorder())

    assert [line.text for line in await posts(sealed)] == ["Oui, 9 h."]


async def test_a_store_that_is_older_than_what_the_server_has_makes_new_keys(
    sealed: MatrixWorld, tmp_path: Path
) -> None:
    settings = await new_bot(sealed, tmp_path)
    sealed.proxy.plan(UPLOAD, BAD_GATEWAY)
    async with sealed.platform_with(**settings) as platform:
        with pytest.raises(OutcomeUnknown):
            await platform.post(a_post(sealed))
    shutil.copytree(settings["store"], tmp_path / "copy")
    async with sealed.platform_with(**settings) as platform:
        sealed.wait_out(None)
        await platform.post(a_post(sealed))
    async with sealed.platform_with(**settings | {"store": tmp_path / "copy"}) as platform:
        await platform.post(a_post(sealed, "encore", 2))
        await used_up(sealed)
        await made_anew(sealed, platform)
        await heard_from_a_new_device(sealed, platform, Recorder())

    assert [line.text for line in await posts(sealed)] == ["Oui, 9 h.", "encore"]


async def test_keys_that_were_used_up_while_nobody_was_there_are_made_anew(sealed: MatrixWorld) -> None:
    await used_up(sealed)
    async with sealed.platform() as platform:
        await made_anew(sealed, platform)
        await heard_from_a_new_device(sealed, platform, Recorder())


async def test_a_stranger_s_broken_message_to_our_device_costs_nobody_s_keys(sealed: MatrixWorld) -> None:
    stranger = await sealed.synapse.register("Mallory")
    _, told = await sealed.synapse.call("POST", "/keys/query", sealed.bot.token, {"device_keys": {sealed.bot.user: []}})
    device = told["device_keys"][sealed.bot.user][sealed.bot.device]
    ours = device["keys"][f"curve25519:{sealed.bot.device}"]
    for number, inner in enumerate(({"type": 0, "body": GARBAGE}, {"type": 1, "body": GARBAGE}, {"type": 7}, GARBAGE)):
        poison = {"algorithm": "m.olm.v1.curve25519-aes-sha2", "sender_key": "A" * 43, "ciphertext": {ours: inner}}
        body = {"messages": {sealed.bot.user: {sealed.bot.device: poison}}}
        path = f"/sendToDevice/m.room.encrypted/p{number}"
        assert (await sealed.synapse.call("PUT", path, stranger.token, body))[0] == 200

    async with sealed.platform() as platform:
        await heard_from_a_new_device(sealed, platform, Recorder())


def signed(olm: Any, account: Account, told: dict[str, Any]) -> dict[str, Any]:
    return told | {"signatures": {account.user: {f"ed25519:{account.device}": olm.sign_json(told)}}}


async def claire_s_odd_device(world: MatrixWorld, which: str) -> None:
    """A homeserver takes whatever a client says of its keys."""
    account = await world.synapse.log_in(world.claire.account)
    olm = Olm(account.user, account.device, SqliteMemoryStore(account.user, account.device))
    body = olm.share_keys()
    keys = body["device_keys"]
    del keys["signatures"]
    if which == "one-time":
        body["one_time_keys"] = {name: signed(olm, account, {"key": GARBAGE}) for name in body["one_time_keys"]}
    else:
        keys["keys"][f"{which}:{account.device}"] = GARBAGE
    body["device_keys"] = signed(olm, account, keys)
    status, told = await world.synapse.call("POST", UPLOAD, account.token, body)
    assert status == 200, told


@pytest.mark.parametrize("which", ["ed25519", "curve25519", "one-time"])
@pytest.mark.parametrize("when", ["before", "while it listens"])
async def test_a_device_whose_keys_are_none_keeps_nobody_else_from_reading(
    sealed: MatrixWorld, which: str, when: str
) -> None:
    sink, room = Recorder(), sealed.room.address
    if when == "before":
        await claire_s_odd_device(sealed, which)
    async with sealed.platform() as platform, listening(platform, sink):
        await sink.until(lambda seen: bool(seen.cursors))
        if when != "before":
            await claire_s_odd_device(sealed, which)
        for number in (1, 2):
            said = {"msgtype": "m.text", "body": f"{number}"}
            await sealed.karim.sends(room, "m.room.message", said, plainly=True)
            await sink.until_events(number)
            await platform.post(a_post(sealed, f"réponse {number}", number))

    for person in (sealed.karim, sealed.claire):
        with suppress(ValueError):  # their own clients stumble over that device
            await person.hears()
        shown = [line.text for line in await person.shown(room) if line.sender == sealed.bot.user]
        assert shown == ["réponse 1", "réponse 2"]
