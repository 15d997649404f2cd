"""The key of last resort: a new device's first message opens though the server has no other key of ours left."""

import json
from pathlib import Path
from typing import Any

from tests.adapters.matrix.test_keys import UPLOAD, heard_from_a_new_device, made_anew, new_bot, used_up
from tests.contract.matrix_world import MatrixWorld
from tests.contract.worlds import Recorder, a_post, listening
from tests.matrix.person import Person
from tests.matrix.proxy import Fault

REFUSED = Fault(400, json.dumps({"errcode": "M_BAD_JSON", "error": "Keys are not what was expected"}))


def fallbacks(world: MatrixWorld) -> list[dict[str, Any]]:
    """The fallback keys that the server took from the bot, oldest first."""
    bodies = [json.loads(one.body) for one in world.proxy.asked(UPLOAD, "POST") if one.answered]
    return [body["fallback_keys"] for body in bodies if body.get("fallback_keys")]


async def claimed(world: MatrixWorld) -> set[str]:
    """What the server hands out to whoever begins to write to the bot."""
    wanted = {world.bot.user: {world.bot.device: "signed_curve25519"}}
    told = await world.karim.call("POST", "/keys/claim", {"one_time_keys": wanted})
    return set(told["one_time_keys"][world.bot.user][world.bot.device])


async def uploaded(world: MatrixWorld, before: int) -> None:
    """The bot has made new keys since it had uploaded so many times."""
    await world.proxy.until(lambda: any(one.answered for one in world.proxy.asked(UPLOAD, "POST")[before:]))


async def it_waits(world: MatrixWorld) -> None:
    """The bot does nothing until its next sync is set free."""
    before = len(world.proxy.asked("/sync", "GET"))
    world.proxy.hold("/sync")
    await world.proxy.until(lambda: len(world.proxy.asked("/sync", "GET")) > before)


async def test_who_writes_first_while_no_key_is_left_and_nobody_is_there_is_read(sealed: MatrixWorld) -> None:
    await used_up(sealed)
    account = await sealed.synapse.log_in(sealed.claire.account)
    async with Person(sealed.synapse.url, account, encryption=True) as phone:
        await phone.types(sealed.room.address, "du nouveau téléphone")
    sink = Recorder()
    async with sealed.platform() as platform, listening(platform, sink):
        await sink.until_events(1)
    assert [getattr(event, "text", event) for event in sink.events] == ["du nouveau téléphone"]


async def test_one_that_was_used_is_replaced_at_the_next_start_and_once(sealed: MatrixWorld, tmp_path: Path) -> None:
    settings, sink = await new_bot(sealed, tmp_path), Recorder()
    async with sealed.platform_with(**settings) as platform:
        await platform.post(a_post(sealed))
        await heard_from_a_new_device(sealed, platform, sink)
    [first] = fallbacks(sealed)
    await used_up(sealed)
    assert await claimed(sealed) == set(first)
    async with sealed.platform_with(**settings) as platform, listening(platform, Recorder(), sink.cursors[-1]):
        await sealed.proxy.until(lambda: len(fallbacks(sealed)) == 2)
        for _ in range(2):
            await it_waits(sealed)
            await used_up(sealed)
            assert await claimed(sealed) == set(fallbacks(sealed)[1])
            before = len(sealed.proxy.asked(UPLOAD, "POST"))
            sealed.proxy.free()
            await uploaded(sealed, before)
    assert len(fallbacks(sealed)) == 2
    assert fallbacks(sealed)[1].keys() != first.keys()


async def test_keys_that_the_server_refuses_for_another_reason_are_offered_again(
    sealed: MatrixWorld, tmp_path: Path
) -> None:
    settings = await new_bot(sealed, tmp_path)
    sealed.proxy.plan(UPLOAD, REFUSED)
    async with sealed.platform_with(**settings) as platform:
        await platform.post(a_post(sealed))
        await made_anew(sealed, platform)
        await heard_from_a_new_device(sealed, platform, Recorder())
    first, _, *later = [json.loads(one.body) for one in sealed.proxy.asked(UPLOAD, "POST")]
    assert later[0]["one_time_keys"] == first["one_time_keys"]
    assert later[0]["fallback_keys"] == first["fallback_keys"]


async def test_keys_that_are_refused_for_good_are_not_replaced_at_each_sync(sealed: MatrixWorld) -> None:
    await used_up(sealed)
    sealed.proxy.plan(UPLOAD, REFUSED, times=None)
    async with sealed.platform() as platform, listening(platform, Recorder()):
        await sealed.proxy.until(lambda: len(sealed.proxy.asked(UPLOAD, "POST")) > 3)
    bodies = [json.loads(one.body) for one in sealed.proxy.asked(UPLOAD, "POST")]
    assert all(body["one_time_keys"] == bodies[0]["one_time_keys"] for body in bodies)
