"""The account signs its device by itself: what others can prove of it, and that nothing of it stands in the way."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import vodozemac

from tests.adapters.matrix.test_checks import amiss, findings
from tests.adapters.matrix.vouching import canonical, public, vouched
from tests.contract.matrix_world import MatrixWorld
from tests.contract.worlds import Recorder, a_post, listening, posts
from tests.matrix.proxy import BAD_GATEWAY, Fault
from tests.synapse import Account

KEYS = "/keys/device_signing/upload"
SIGNATURES = "/keys/signatures/upload"
FORBIDDEN = Fault(403, json.dumps({"errcode": "M_FORBIDDEN", "error": "Not here"}))
FLOWS = [{"stages": ["m.login.sso"]}, {"stages": ["m.login.password"]}]
WHO = Fault(401, json.dumps({"session": "s1", "flows": FLOWS, "params": {}}))
ODD = json.dumps(dict.fromkeys(("master", "self_signing", "user_signing"), "é" * 300))
BY_A_PAGE = Fault(401, json.dumps({"session": "s1", "flows": FLOWS[:1], "params": {}}))


async def told(world: MatrixWorld, token: str = "") -> dict[str, Any]:
    """What the server tells of the bot's account; Karim asks where nobody else does."""
    wanted = {"device_keys": {world.bot.user: []}}
    status, answer = await world.synapse.call("POST", "/keys/query", token or world.karim.account.token, wanted)
    assert status == 200, answer
    return dict(answer)


async def master(world: MatrixWorld) -> str:
    """The account's first key."""
    return public((await told(world))["master_keys"][world.bot.user])


async def assert_signed(world: MatrixWorld) -> None:
    """From the account's first key to the device, and back."""
    answer, user, device = await told(world), world.bot.user, world.bot.device
    first, signing = (answer[kind][user] for kind in ("master_keys", "self_signing_keys"))
    shown = answer["device_keys"][user][device]
    assert (first["usage"], signing["usage"]) == (["master"], ["self_signing"])
    assert vouched(public(first), public(first), signing)
    assert vouched(public(signing), public(signing), shown)
    mine = (await told(world, world.bot.token))["master_keys"][user]  # what was signed later, it alone is sure to see
    assert vouched(shown["keys"][f"ed25519:{device}"], device, mine)


async def another_account(world: MatrixWorld, tmp_path: Path) -> dict[str, Any]:
    """One with which nobody has logged in but the bridge, in the room; its settings."""
    world.bot = await world.synapse.register("Sms")
    await world.claire.invites(world.room.address, world.bot.user)
    await world._bot_joins(world.room.address)
    return of(world.bot, tmp_path)


def of(bot: Account, tmp_path: Path) -> dict[str, Any]:
    return {"user": bot.user, "access_token": bot.token, "device_id": bot.device, "store": tmp_path / "keys"}


async def run(world: MatrixWorld, settings: dict[str, Any]) -> None:
    """Start, hear the homeserver once, and die."""
    async with world.platform_with(**settings) as platform, listening(platform, sink := Recorder()):
        await sink.until(lambda seen: bool(seen.cursors))


def asked(world: MatrixWorld) -> list[str]:
    """What was uploaded of it."""
    return [one.path.partition("/v3")[2] for one in world.proxy.seen if one.path.endswith((KEYS, SIGNATURES))]


def kept(settings: dict[str, Any]) -> Path:
    [path] = settings["store"].glob("*_signing.json*")
    return Path(path)


class Client:
    """Keys that a person made who logged in as the bot with a client."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.master, self.signing = vodozemac.Account(), vodozemac.Account()

    def _key(self, usage: str, own: vodozemac.Account) -> dict[str, Any]:
        name = own.ed25519_key.to_base64()
        key = {"user_id": self.account.user, "usage": [usage], "keys": {f"ed25519:{name}": name}}
        return key | self._by(self.master, key)

    def _by(self, own: vodozemac.Account, what: Mapping[str, Any]) -> dict[str, Any]:
        signature = own.sign(canonical(what)).to_base64()
        return {"signatures": {self.account.user: {f"ed25519:{own.ed25519_key.to_base64()}": signature}}}

    async def sets_up(self, world: MatrixWorld) -> None:
        body = {"master_key": self._key("master", self.master)}
        body["self_signing_key"] = self._key("self_signing", self.signing)
        status, answer = await world.synapse.call("POST", KEYS, self.account.token, body)
        assert status == 200, answer

    async def verifies(self, world: MatrixWorld, device: str) -> None:
        shown = (await told(world))["device_keys"][self.account.user][device]
        bare = json.loads(canonical(shown))
        body = {self.account.user: {device: bare | self._by(self.signing, bare)}}
        status, answer = await world.synapse.call("POST", SIGNATURES, self.account.token, body)
        assert (status, answer.get("failures")) == (200, {})

    @property
    def name(self) -> str:
        return self.master.ed25519_key.to_base64()


async def test_after_the_first_start_everybody_can_prove_whose_the_device_is(sealed: MatrixWorld) -> None:
    await assert_signed(sealed)
    ours, theirs, bot = await told(sealed, sealed.bot.token), await told(sealed), sealed.bot
    first, others = (ours[kind][bot.user] for kind in ("master_keys", "user_signing_keys"))
    assert others["usage"] == ["user_signing"]
    assert vouched(public(first), public(first), others)
    device = theirs["device_keys"][bot.user][bot.device]["keys"][f"ed25519:{bot.device}"]
    assert vouched(device, bot.device, theirs["master_keys"][bot.user])


async def test_a_second_start_uploads_nothing(sealed: MatrixWorld) -> None:
    await run(sealed, {})
    await assert_signed(sealed)
    assert asked(sealed) == []


async def test_the_keys_lie_in_the_store_for_their_owner_alone(sealed: MatrixWorld, tmp_path: Path) -> None:
    settings = await another_account(sealed, tmp_path)
    await run(sealed, settings)
    assert oct(kept(settings).stat().st_mode)[-3:] == "600"
    [sent] = sealed.proxy.asked(KEYS)
    [shared] = sealed.proxy.asked(SIGNATURES)
    secrets = json.loads(kept(settings).read_text())
    assert len(secrets) == 3
    assert not any(secret.encode() in sent.body + shared.body for secret in secrets.values())


@pytest.mark.parametrize("path", [KEYS, SIGNATURES], ids=["keys", "signatures"])
@pytest.mark.parametrize("how", [Fault(carried_out=True), Fault(), BAD_GATEWAY], ids=["done", "cut", "not done"])
async def test_who_dies_on_the_way_goes_on_with_the_very_same_keys(
    sealed: MatrixWorld, tmp_path: Path, path: str, how: Fault
) -> None:
    settings = await another_account(sealed, tmp_path)
    sealed.proxy.plan(path, how)
    await run(sealed, settings)
    before = kept(settings).read_bytes()
    sealed.proxy.heal()
    await run(sealed, settings)

    await assert_signed(sealed)
    assert kept(settings).read_bytes() == before
    bodies = [json.loads(one.body)["master_key"] for one in sealed.proxy.asked(KEYS)]
    assert all(body == bodies[0] for body in bodies)
    assert public(bodies[0]) == await master(sealed)


async def test_another_device_with_the_same_store_is_signed_by_the_same_account(sealed: MatrixWorld) -> None:
    before = await master(sealed)
    sealed.bot = await sealed.synapse.log_in(sealed.bot)
    await run(sealed, {})

    await assert_signed(sealed)
    assert await master(sealed) == before
    assert asked(sealed) == [SIGNATURES]


async def test_without_encryption_nothing_is_made(sealed: MatrixWorld, tmp_path: Path) -> None:
    settings = await another_account(sealed, tmp_path)
    await run(sealed, settings | {"encryption": False})
    assert asked(sealed) == []
    assert not settings["store"].exists()


async def test_keys_that_a_client_made_stand_and_the_way_out_is_told(sealed: MatrixWorld, tmp_path: Path) -> None:
    settings = await another_account(sealed, tmp_path)
    client = Client(await sealed.synapse.log_in(sealed.bot))
    await client.sets_up(sealed)
    await run(sealed, settings)
    assert asked(sealed) == []
    assert await master(sealed) == client.name

    found = await findings(sealed, **settings)
    assert amiss(found) == {"unsigned": "warning"}
    shown = (await told(sealed))["device_keys"][sealed.bot.user][sealed.bot.device]["keys"]
    assert found["unsigned"].params["fingerprint"] == shown[f"ed25519:{sealed.bot.device}"]

    await client.verifies(sealed, sealed.bot.device)
    assert amiss(await findings(sealed, **settings)) == {}
    await run(sealed, settings)
    assert asked(sealed) == []


@pytest.mark.parametrize("fault", [FORBIDDEN, WHO, BAD_GATEWAY], ids=["403", "401", "502"])
async def test_who_may_not_sign_writes_all_the_same_and_tries_again_in_an_hour(
    sealed: MatrixWorld, tmp_path: Path, fault: Fault
) -> None:
    settings = await another_account(sealed, tmp_path)
    sealed.proxy.plan(KEYS, fault)
    async with sealed.platform_with(**settings) as platform, listening(platform, sink := Recorder()):
        await sink.until(lambda seen: bool(seen.cursors))
        sealed.clock.passed += 60
        await platform.post(a_post(sealed))
        assert [line.text for line in await posts(sealed)] == ["Oui, 9 h."]
        assert amiss(await findings(sealed, **settings)) == {"not_signed_yet": "warning"}
        assert len(sealed.proxy.asked(KEYS)) == 1
        sealed.clock.passed += 3600
        await sealed.proxy.until(lambda: any(one.answered for one in sealed.proxy.asked(SIGNATURES)))
    await assert_signed(sealed)


async def test_a_password_of_the_configuration_answers_who_we_are(sealed: MatrixWorld, tmp_path: Path) -> None:
    settings = await another_account(sealed, tmp_path)
    sealed.proxy.plan(KEYS, WHO)
    await run(sealed, settings | {"password": sealed.bot.password})

    await assert_signed(sealed)
    auth = json.loads(sealed.proxy.asked(KEYS)[1].body)["auth"]
    assert (auth["type"], auth["password"], auth["session"]) == ("m.login.password", sealed.bot.password, "s1")


async def test_it_is_not_sent_where_no_password_is_asked_for(sealed: MatrixWorld, tmp_path: Path) -> None:
    settings = await another_account(sealed, tmp_path)
    sealed.proxy.plan(KEYS, BY_A_PAGE)
    await run(sealed, settings | {"password": sealed.bot.password})
    assert asked(sealed) == [KEYS]


async def test_nor_does_it_replace_keys_that_a_client_made_meanwhile(sealed: MatrixWorld, tmp_path: Path) -> None:
    settings = await another_account(sealed, tmp_path) | {"password": sealed.bot.password}
    client = Client(await sealed.synapse.log_in(sealed.bot))
    sealed.proxy.hold(KEYS)
    async with sealed.platform_with(**settings) as platform, listening(platform, sink := Recorder()):
        await sealed.proxy.until(lambda: sealed.proxy.asked(KEYS))
        await client.sets_up(sealed)
        sealed.proxy.free()
        await sink.until(lambda seen: bool(seen.cursors))
    assert asked(sealed) == [KEYS]
    assert await master(sealed) == client.name


@pytest.mark.parametrize("spoilt", ["", "[]", "{", '{"master": "AAAA"}', '{"master": 7, "self_signing": {}}', ODD])
async def test_a_file_that_cannot_be_read_is_left_alone_and_told(
    sealed: MatrixWorld, tmp_path: Path, spoilt: str
) -> None:
    settings = await another_account(sealed, tmp_path)
    sealed.proxy.plan(KEYS, FORBIDDEN)
    await run(sealed, settings)
    kept(settings).write_text(spoilt)
    async with sealed.platform_with(**settings) as platform:
        await platform.post(a_post(sealed))

    assert [line.text for line in await posts(sealed)] == ["Oui, 9 h."]
    assert kept(settings).read_text() == spoilt
    assert asked(sealed) == [KEYS]
    assert amiss(await findings(sealed, **settings)) == {"unsigned": "warning"}


async def test_a_store_that_takes_no_file_keeps_nobody_from_writing(sealed: MatrixWorld, tmp_path: Path) -> None:
    settings = await another_account(sealed, tmp_path)
    settings["store"].mkdir()
    (settings["store"] / f"{sealed.bot.user}_signing.json.part").mkdir()
    async with sealed.platform_with(**settings) as platform:
        await platform.post(a_post(sealed))
    assert asked(sealed) == []


async def test_answers_of_any_shape_make_no_keys(sealed: MatrixWorld, tmp_path: Path) -> None:
    settings = await another_account(sealed, tmp_path)
    ours, device = sealed.bot.user, sealed.bot.device
    sealed.proxy.plan(KEYS, FORBIDDEN)
    await run(sealed, settings)
    kept(settings).unlink()
    sealed.proxy.seen.clear()
    for odd in ({}, {"device_keys": 7}, {"device_keys": {ours: {}}}, {"device_keys": {ours: {device: {"keys": 7}}}}):
        sealed.proxy.plan("/keys/query", Fault(200, json.dumps(odd)), times=None)
        await run(sealed, settings)
        sealed.proxy.heal()
    assert asked(sealed) == []
    assert not list(settings["store"].glob("*_signing.json*"))
