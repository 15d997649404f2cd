"""Keys that are asked for: they open nothing until the account's owner agreed on a page."""

from dataclasses import replace
from typing import Any

import pytest

from bridge.sandbox.ovh import SimulatedOvh, SmsAccount
from tests.sandbox.ovh.caller import Caller

ACCOUNT = SmsAccount()
RULES = [{"method": "GET", "path": "/sms"}, {"method": "GET", "path": "/sms/<&>"}]


async def asked(caller: Caller, **also: object) -> dict[str, Any]:
    headers = {"X-Ovh-Application": ACCOUNT.application_key}
    answered = await caller.call("POST", "/auth/credential", {"accessRules": RULES, **also}, headers)
    assert answered.status == 200, answered
    found: dict[str, Any] = answered.json
    return found


async def opens(ovh: SimulatedOvh, key: str) -> tuple[int, int]:
    """How a call that was asked for is answered, and the key's question about itself."""
    async with Caller(ovh, replace(ACCOUNT, consumer_key=key)) as new:
        return (await new.call("GET", "/sms")).status, (await new.call("GET", "/auth/currentCredential")).status


async def test_the_application_s_key_alone_is_enough_to_ask(ovh: SimulatedOvh, caller: Caller) -> None:
    told = await asked(caller)
    assert told["state"] == "pendingValidation"
    assert told["validationUrl"].startswith(ovh.url.removesuffix("/1.0") + "/auth/?credentialToken=")
    assert told["consumerKey"] not in told["validationUrl"]
    unknown = await caller.call("POST", "/auth/credential", {"accessRules": RULES}, {"X-Ovh-Application": "another"})
    assert (unknown.status, unknown.json["errorCode"]) == (403, "INVALID_KEY")


async def test_looking_at_the_page_decides_nothing(ovh: SimulatedOvh, caller: Caller) -> None:
    told = await asked(caller)
    async with caller.session.get(told["validationUrl"]) as page:
        shown = await page.text()
    assert "GET /sms/&lt;&amp;&gt;" in shown
    assert await opens(ovh, told["consumerKey"]) == (403, 403)


@pytest.mark.parametrize("way", ["form", "address"])
async def test_who_agrees_makes_the_key_valid_with_the_rights_asked_for(
    ovh: SimulatedOvh, caller: Caller, way: str
) -> None:
    told = await asked(caller)
    if way == "form":
        response = await caller.session.post(told["validationUrl"], data={"agree": "yes"})
    else:
        response = await caller.session.get(told["validationUrl"] + "&ok")
    assert "The key is valid" in await response.text()
    assert await opens(ovh, told["consumerKey"]) == (200, 200)
    async with Caller(ovh, replace(ACCOUNT, consumer_key=told["consumerKey"])) as new:
        assert (await new.send("+33612345678")).json["errorCode"] == "NOT_GRANTED_CALL"


@pytest.mark.parametrize("way", ["form", "address"])
async def test_a_refused_key_stays_refused(ovh: SimulatedOvh, caller: Caller, way: str) -> None:
    told = await asked(caller)
    if way == "form":
        await caller.session.post(told["validationUrl"], data={"agree": "no"})
    else:
        await caller.session.get(told["validationUrl"] + "&refuse")
    await caller.session.get(told["validationUrl"] + "&ok")
    assert await opens(ovh, told["consumerKey"]) == (403, 403)


async def test_who_agreed_is_led_back_where_the_program_asked(caller: Caller) -> None:
    told = await asked(caller, redirection="https://sms.example.org/thanks")
    response = await caller.session.get(told["validationUrl"] + "&ok", allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (302, "https://sms.example.org/thanks")


@pytest.mark.parametrize("token", ["", "?credentialToken=", "?credentialToken=guessed&ok"])
async def test_a_page_that_nobody_asked_for_is_not_there(ovh: SimulatedOvh, caller: Caller, token: str) -> None:
    async with caller.session.get(ovh.url.removesuffix("/1.0") + "/auth/" + token) as page:
        assert page.status == 404
    assert (await caller.call("GET", "/sms")).status == 200
