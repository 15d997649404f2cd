"""What `check` tells of an account and its rooms: each trouble by its name, and nothing where there is none."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.events import Alarm
from bridge.domain.ids import RoomAddress
from bridge.ports.phone import Finding
from tests.contract.matrix_world import FAULTS, MatrixWorld
from tests.contract.worlds import Break, Recorder, a_post, listening
from tests.matrix.proxy import BAD_GATEWAY, Fault

NO_PASSWORD = Fault(200, json.dumps({"flows": [{"type": "m.login.sso"}, 7]}))

ODD: Sequence[dict[str, Any]] = (
    {"algorithm": 7, "users": 7, "events": []},
    {"join_rule": [], "replacement_room": {}, "name": 7, "users": {"": {}}},
)


async def findings(world: MatrixWorld, *rooms: RoomAddress, **settings: Any) -> dict[str, Finding]:
    """As `bridge check` asks, beside no bridge."""
    async with world.platform_with(**settings) as platform:
        found = await platform.check(dict.fromkeys(rooms, True))
    assert len({finding.key for finding in found}) == len(found)
    return {finding.key.removeprefix("check_matrix_"): finding for finding in found}


def amiss(found: dict[str, Finding]) -> dict[str, str]:
    return {key: finding.level for key, finding in found.items() if finding.level != "ok"}


async def test_nothing_is_amiss_where_nothing_is(world: MatrixWorld) -> None:
    found = await findings(world, world.room)

    assert amiss(found) == {}
    assert ("room_encrypted" in found) is world.encrypted
    room = found["room_encrypted" if world.encrypted else "room"]
    assert room.params == {"room": str(world.room), "title": "Accueil"}
    fingerprint = found["device"].params["fingerprint"]
    _, told = await world.synapse.call("POST", "/keys/query", world.bot.token, {"device_keys": {world.bot.user: []}})
    assert told["device_keys"][world.bot.user][world.bot.device]["keys"][f"ed25519:{world.bot.device}"] == fingerprint


async def test_it_writes_nothing_and_opens_no_keys(sealed: MatrixWorld) -> None:
    before = {path: path.read_bytes() for path in sealed.folder.rglob("*") if path.is_file()}
    await findings(sealed, sealed.room)

    assert {path: path.read_bytes() for path in sealed.folder.rglob("*") if path.is_file()} == before
    asked = {(one.method, one.path.rpartition("/")[2]) for one in sealed.proxy.seen if one.method != "GET"}
    assert asked == {("POST", "query")}


async def test_the_token_of_another_person_or_device_is_told(plain: MatrixWorld) -> None:
    other = await plain.synapse.register("Other")
    found = await findings(plain, access_token=other.token)
    assert amiss(found) == {"other_user": "error"}
    assert found["other_user"].params["configured"] == plain.bot.user

    found = await findings(plain, device_id="ELSEWHERE")
    assert amiss(found) == {"other_device": "error"}
    assert found["other_device"].params["device"] == plain.bot.device


async def test_a_token_that_is_refused_is_told(plain: MatrixWorld) -> None:
    assert amiss(await findings(plain, plain.room, access_token="syt_no_token")) == {"token_refused": "error"}


@pytest.mark.parametrize("how", [Break.ERROR, Break.CUT, Break.HANGS, Break.DONE_THEN_GARBAGE])
async def test_a_homeserver_that_does_not_answer_is_told(plain: MatrixWorld, how: Break) -> None:
    plain.proxy.plan("", FAULTS[how], times=None)
    assert amiss(await findings(plain, plain.room)) == {"unreachable": "error"}


async def test_before_the_first_login_the_password_is_not_tried(plain: MatrixWorld, tmp_path: Path) -> None:
    settings = {"access_token": None, "device_id": None, "password": "whatever", "store": tmp_path / "none"}
    assert amiss(await findings(plain, plain.room, **settings)) == {"not_logged_in": "warning"}
    assert plain.proxy.asked("/login", "POST") == []

    plain.proxy.plan("/login", NO_PASSWORD)
    assert amiss(await findings(plain, plain.room, **settings)) == {"no_password": "error"}


async def test_keys_that_are_not_there_yet_are_told_from_keys_that_are_lost(
    sealed: MatrixWorld, tmp_path: Path
) -> None:
    fresh = await sealed.synapse.log_in(sealed.bot)
    settings = {"access_token": fresh.token, "device_id": fresh.device, "store": tmp_path / "keys"}
    assert "no_keys" in await findings(sealed, **settings)
    async with sealed.platform_with(**settings) as platform:
        await platform.post(a_post(sealed))
    assert amiss(await findings(sealed, **settings)) == {"unsigned": "warning"}  # its account's keys are elsewhere
    assert amiss(await findings(sealed, **settings | {"store": tmp_path / "empty"})) == {"keys_lost": "error"}


async def test_keys_of_another_device_of_ours_are_lost_in_a_bridge_that_runs_too(
    sealed: MatrixWorld, tmp_path: Path
) -> None:
    async with sealed.platform_with(store=tmp_path / "empty") as platform, listening(platform, sink := Recorder()):
        await sink.until(lambda seen: bool(seen.cursors))
        found = await platform.check({})
    assert [finding.key for finding in found if finding.level == "error"] == ["check_matrix_keys_lost"]


async def test_lost_keys_are_told_though_what_came_with_them_had_to_be_read_twice(
    sealed: MatrixWorld, tmp_path: Path
) -> None:
    async with sealed.platform() as platform, listening(platform, first := Recorder()):
        ref = await sealed.person_types("un")
        await first.until_events(1)
    await sealed.karim.reacts(sealed.room.address, ref.id, "1\ufe0f\u20e3")
    sealed.proxy.plan("/relations/", BAD_GATEWAY)
    store, cursor = tmp_path / "empty", first.cursors[-1]
    async with sealed.platform_with(store=store) as platform, listening(platform, sink := Recorder(), cursor):
        await sink.until(lambda seen: any(one not in (None, cursor) for one in seen.cursors))
    assert [event.trouble for event in sink.events if isinstance(event, Alarm)] == ["keys_lost"]


async def test_without_encryption_an_encrypted_room_is_out_of_reach(sealed: MatrixWorld) -> None:
    found = await findings(sealed, sealed.room, encryption=False)
    assert amiss(found) == {"sealed": "error"}
    assert "account" in found


@pytest.mark.parametrize("address", ["!nowhere:bridge.test", "-100404", "!a b"])
async def test_a_room_that_the_bot_is_not_in_is_told(plain: MatrixWorld, address: str) -> None:
    found = await findings(plain, RoomAddress("matrix", address))
    assert amiss(found) == {"not_in_room": "error"}
    assert found["not_in_room"].params == {"room": f"matrix:{address}", "user": plain.bot.user}


async def test_a_bot_that_was_removed_is_told(plain: MatrixWorld) -> None:
    await plain.remove_bot()
    assert amiss(await findings(plain, plain.room)) == {"not_in_room": "error"}


async def test_what_the_bot_may_not_do_is_told(world: MatrixWorld) -> None:
    claire, room = world.claire, world.room.address
    await claire.demands(room, "m.reaction", 60)
    assert "no_reactions" in await findings(world, world.room)
    await claire.demands(room, "m.room.pinned_events", 60)
    assert amiss(await findings(world, world.room)) == {"no_pin": "warning"}
    await world.mute_bot()
    found = await findings(world, world.room)
    assert amiss(found) == {"muted": "error", "no_pin": "warning"}
    assert not {"room", "room_encrypted"} & set(found)


async def test_a_room_that_anybody_may_join_is_told(plain: MatrixWorld) -> None:
    await plain.claire.sets(plain.room.address, "m.room.join_rules", {"join_rule": "public"})
    assert amiss(await findings(plain, plain.room)) == {"public": "warning"}


async def test_a_room_that_goes_on_elsewhere_is_told_with_its_new_address(plain: MatrixWorld) -> None:
    there = await plain.claire.upgrades(plain.room.address)
    found = await findings(plain, plain.room)
    assert found["moved"].params["to"] == f"matrix:{there}"
    assert found["moved"].level == "warning"


async def test_a_bot_that_made_the_room_may_do_everything_there(plain: MatrixWorld) -> None:
    """From room version 12 on its maker stands in no list of levels."""
    status, told = await plain.synapse.call("POST", "/createRoom", plain.bot.token, {"name": "Own"})
    assert status == 200, told
    assert amiss(await findings(plain, RoomAddress("matrix", told["room_id"]))) == {}


async def test_a_room_that_cannot_be_asked_about_is_told_beside_the_others(plain: MatrixWorld) -> None:
    plain.proxy.plan("/state/m.room.name", BAD_GATEWAY)
    assert amiss(await findings(plain, plain.room)) == {"room_unknown": "warning"}


async def test_answers_of_any_shape_stop_no_check(plain: MatrixWorld) -> None:
    ours, device = plain.bot.user, plain.bot.device
    states = ("name", "power_levels", "join_rules", "encryption", "tombstone", "create")
    told: list[tuple[str, dict[str, Any]]] = [
        *((f"/state/m.room.{state}", odd) for state in states for odd in ODD),
        *(("/keys/query", {"device_keys": keys}) for keys in (7, {ours: 7}, {ours: {device: 7}}, {})),
        ("/account/whoami", {"user_id": 7, "device_id": []}),
        ("/joined_rooms", {"joined_rooms": 7}),
    ]
    for path, odd in told:
        plain.proxy.plan(path, Fault(200, json.dumps(odd)))
        assert await findings(plain, plain.room), (path, odd)
        plain.proxy.heal()
