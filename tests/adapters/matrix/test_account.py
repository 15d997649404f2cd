"""Trouble of the account: tokens that run out, passwords that are refused, limits of the homeserver's own."""

import gc
import json
import os
from pathlib import Path

import pytest

from bridge.adapters.matrix.failures import failure_of_answer
from bridge.domain.events import Missed, Typed
from bridge.domain.failures import OutcomeUnknown, Reason, Temporary
from tests.contract.matrix_world import MatrixWorld
from tests.contract.worlds import Recorder, a_post, listening, posts
from tests.matrix.proxy import Fault
from tests.synapse import Synapse

LOGIN = "/login"
EXPIRED = Fault(401, json.dumps({"errcode": "M_UNKNOWN_TOKEN", "error": "Soft logged out", "soft_logout": True}))
LIMIT = Fault(403, json.dumps({"errcode": "M_RESOURCE_LIMIT_EXCEEDED", "error": "Monthly Active User Limit"}))
FORBIDDEN = Fault(403, json.dumps({"errcode": "M_FORBIDDEN", "error": "User not in room"}))
BROKEN = Fault(500, json.dumps({"errcode": "M_UNKNOWN", "error": "Internal server error"}))
BLOCKED = Fault(403, "<html>blocked</html>", "text/html")
CUT = Fault()


async def test_a_token_that_ran_out_before_the_start_is_replaced_by_the_password(plain: MatrixWorld) -> None:
    plain.proxy.plan("/account/whoami", EXPIRED)
    sink = Recorder()
    async with plain.platform_with(password=plain.bot.password) as platform, listening(platform, sink):
        await plain.claire.types(plain.room.address, "bonjour")
        await sink.until_events(1)

    [asked] = plain.proxy.asked(LOGIN, "POST")
    assert json.loads(asked.body)["device_id"] == plain.bot.device


async def test_a_login_that_fails_once_is_tried_again(plain: MatrixWorld) -> None:
    sink = Recorder()
    plain.proxy.plan("/sync", EXPIRED, times=2)
    plain.proxy.plan(LOGIN, BROKEN)
    async with plain.platform_with(password=plain.bot.password) as platform, listening(platform, sink):
        await plain.claire.types(plain.room.address, "bonjour")
        await sink.until(lambda seen: any(isinstance(event, Typed) for event in seen.events))

    assert len(plain.proxy.asked(LOGIN, "POST")) == 2


async def test_without_a_password_such_a_token_is_told_and_tried_again_slowly(plain: MatrixWorld) -> None:
    plain.proxy.plan("/account/whoami", EXPIRED, times=3)
    sink = Recorder()
    async with plain.platform() as platform, listening(platform, sink):
        await plain.claire.types(plain.room.address, "bonjour")
        await sink.until(lambda seen: any(isinstance(event, Typed) for event in seen.events))

    assert {30.0, 60.0, 120.0} <= set(plain.clock.slept)


async def test_a_refused_password_is_not_tried_again_by_each_post(plain: MatrixWorld) -> None:
    settings = {"access_token": None, "password": "wrong", "device_id": None}
    async with plain.platform_with(**settings) as platform:
        for number in range(5):
            with pytest.raises(Temporary) as caught:
                await platform.post(a_post(plain, number=number))
            assert caught.value.reason is Reason.KEYS
        assert len(plain.proxy.asked(LOGIN, "POST")) == 1
        plain.clock.passed += 30
        with pytest.raises(Temporary):
            await platform.post(a_post(plain))
        plain.clock.passed += 30
        with pytest.raises(Temporary):
            await platform.post(a_post(plain))

    assert len(plain.proxy.asked(LOGIN, "POST")) == 2


@pytest.mark.parametrize("code", ["M_RESOURCE_LIMIT_EXCEEDED", "M_CONSENT_NOT_GIVEN", "M_USER_SUSPENDED"])
def test_what_the_account_may_not_do_for_now_is_tried_again(code: str) -> None:
    failure = failure_of_answer(403, json.dumps({"errcode": code}).encode(), None)
    assert isinstance(failure, Temporary)
    assert failure.scope == "account"


@pytest.mark.parametrize("fault", [LIMIT, Fault(404, json.dumps({"errcode": "M_UNRECOGNIZED"}))])
async def test_a_post_outlives_what_stands_in_the_way_of_all(plain: MatrixWorld, fault: Fault) -> None:
    plain.proxy.plan("/send/", fault, method="PUT")
    async with plain.platform() as platform:
        with pytest.raises(Temporary):
            await platform.post(a_post(plain))
        plain.clock.passed += 60
        await platform.post(a_post(plain))

    assert len(await posts(plain)) == 1


@pytest.mark.parametrize("fault", [FORBIDDEN, BROKEN, BLOCKED, CUT], ids=["refused", "broken", "blocked", "cut"])
async def test_a_room_whose_history_cannot_be_had_makes_no_other_deaf(
    plain: MatrixWorld, synapse: Synapse, fault: Fault
) -> None:
    for number in range(110):
        await plain.claire.types(plain.room.address, f"{number}")
    plain.proxy.plan("/messages", fault, times=None)
    sink = Recorder()
    async with plain.platform() as platform, listening(platform, sink):
        await sink.until(lambda seen: any(isinstance(event, Typed) and event.text == "109" for event in seen.events))

    assert [event.room for event in sink.events if isinstance(event, Missed)] == [plain.room]
    assert sum(isinstance(event, Typed) for event in sink.events) == 100


@pytest.mark.parametrize("path", ["/relations/", "/state/m.room.create"])
async def test_an_event_that_the_server_cannot_explain_makes_nobody_deaf(plain: MatrixWorld, path: str) -> None:
    plain.proxy.plan(path, BROKEN, times=None)
    event = await plain.claire.types(plain.room.address, "avant")
    for number in (1, 2, 3):
        await plain.claire.reacts(plain.room.address, event, f"{number}\ufe0f\u20e3")
    await plain.claire.lets(plain.room.address, plain.bot.user, 1)
    await plain.claire.demands(plain.room.address, "m.room.message", 2)
    await plain.claire.types(plain.room.address, "après")
    sink = Recorder()
    async with plain.platform() as platform, listening(platform, sink):
        await sink.until(lambda seen: any(isinstance(event, Typed) and event.text == "après" for event in seen.events))


@pytest.mark.parametrize("fault", [BLOCKED, CUT], ids=["blocked", "cut"])
async def test_a_choice_that_nobody_explains_makes_nobody_deaf(plain: MatrixWorld, fault: Fault) -> None:
    """Something in between may refuse one path for ever, and what takes too long is cut."""
    plain.proxy.plan("/relations/", fault, times=None)
    event = await plain.claire.types(plain.room.address, "avant")
    await plain.claire.reacts(plain.room.address, event, "1\ufe0f\u20e3")
    await plain.claire.types(plain.room.address, "après")
    sink = Recorder()
    async with plain.platform() as platform, listening(platform, sink):
        await sink.until(lambda seen: any(isinstance(event, Typed) and event.text == "après" for event in seen.events))


async def test_keys_that_cannot_be_kept_up_are_opened_anew_and_not_left_open(
    sealed: MatrixWorld, tmp_path: Path
) -> None:
    bot = await sealed.synapse.log_in(sealed.bot)
    settings = {"access_token": bot.token, "device_id": bot.device, "store": tmp_path / "keys"}
    sealed.proxy.plan("/keys/upload", BROKEN, times=5)
    async with sealed.platform_with(**settings) as platform:
        for _ in range(5):
            with pytest.raises(OutcomeUnknown):
                await platform.post(a_post(sealed))
            sealed.clock.passed += 60
        gc.collect()
        assert opened_below(tmp_path) == 0
        await platform.post(a_post(sealed))
        assert opened_below(tmp_path) > 0
    assert opened_below(tmp_path) == 0


def opened_below(folder: Path) -> int:
    """Files there that this process holds open."""
    held = [os.path.realpath(one) for one in Path("/proc/self/fd").iterdir()]
    return sum(one.startswith(str(folder)) for one in held)
