"""OVH as a whole in its moods, and gone altogether."""

import asyncio

import aiohttp
import pytest

from bridge.sandbox.ovh import SimulatedOvh
from tests.sandbox.ovh.caller import DURAND, Caller


async def test_silent_ovh_answers_no_post_and_accepts_none(ovh: SimulatedOvh, caller: Caller) -> None:
    ovh.set_mode("silent")
    call = asyncio.create_task(caller.send(DURAND))
    await ovh.until(lambda: ovh.hanging == 1)
    assert await caller.get("/outgoing") == []
    ovh.set_mode("ok")
    with pytest.raises(aiohttp.ClientConnectionError):
        await call
    assert not ovh.records.accepted
    assert (await caller.send(DURAND)).status == 200


async def test_unconfirmed_ovh_breaks_off_and_tells_nothing_afterwards(ovh: SimulatedOvh, caller: Caller) -> None:
    ovh.set_mode("unconfirmed")
    with pytest.raises(aiohttp.ClientConnectionError):
        await caller.send(DURAND, tag="b1")
    for path in ("/outgoing?tag=b1", "/jobs"):
        with pytest.raises(aiohttp.ClientConnectionError):
            await caller.get(path)
    ovh.set_mode("ok")
    assert await caller.get("/outgoing?tag=b1") == []


async def test_without_credits_nothing_leaves_and_nothing_is_forgotten(ovh: SimulatedOvh, caller: Caller) -> None:
    ovh.set_mode("no_credits")
    assert (await caller.get(""))["creditsLeft"] == 0
    assert (await caller.send(DURAND)).status == 403
    await ovh.answer(DURAND, "Oui")
    ovh.set_mode("ok")
    assert (await caller.get(""))["creditsLeft"] == 99


async def test_revoked_keys_open_nothing_but_the_time(ovh: SimulatedOvh, caller: Caller) -> None:
    ovh.set_mode("revoked")
    for path in ("/sms", "/auth/currentCredential", "/sms/sms-ab12345-1/incoming"):
        answered = await caller.call("GET", path)
        assert (answered.status, answered.json["errorCode"]) == (403, "INVALID_CREDENTIAL")
    assert (await caller.call("GET", "/auth/time")).status == 200


async def test_an_unknown_mode_is_a_mistake(ovh: SimulatedOvh) -> None:
    with pytest.raises(ValueError, match="sleepy"):
        ovh.set_mode("sleepy")


async def test_unplugged_ovh_refuses_connections_and_comes_back_as_it_was(ovh: SimulatedOvh, caller: Caller) -> None:
    url = ovh.url
    (sms_id,) = (await caller.send(DURAND)).json["ids"]
    await ovh.unplug()
    with pytest.raises(aiohttp.ClientConnectorError):
        await caller.get("/jobs")
    await ovh.plug_in()
    assert ovh.url == url
    assert await caller.get("/jobs") == [sms_id]


async def test_waiting_for_what_does_not_come_ends(ovh: SimulatedOvh) -> None:
    with pytest.raises(TimeoutError):
        await ovh.until(lambda: False, within=0.01)
