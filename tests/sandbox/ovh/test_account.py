"""The calls around sending: the account and its callbacks, estimates, codes, senders, the blacklist."""

import pytest

from bridge.sandbox.ovh import SimulatedOvh
from tests.sandbox.ovh.caller import DURAND, Caller

ACCOUNT = "/sms/sms-ab12345-1"


async def test_a_partial_body_changes_only_what_it_names(caller: Caller) -> None:
    response = {"responseType": "cgi", "cgiUrl": "http://127.0.0.1/r", "text": "kept", "trackingOptions": []}
    changed = await caller.call("PUT", ACCOUNT, {"callBack": "http://127.0.0.1/d", "smsResponse": response})
    assert (changed.status, changed.json) == (200, None)
    await caller.call("PUT", ACCOUNT, {"stopCallBack": "http://127.0.0.1/s", "creditsLeft": 5000})
    told = await caller.get("")
    assert (told["callBack"], told["stopCallBack"]) == ("http://127.0.0.1/d", "http://127.0.0.1/s")
    assert told["smsResponse"] == response
    assert told["creditsLeft"] == 100


@pytest.mark.parametrize("path", ["/sms/estimate", f"{ACCOUNT}/estimate"])
@pytest.mark.parametrize(
    ("text", "sender", "expected"),
    [
        ("a" * 160, "shortcode", (160, "7bits", 160, 1)),
        ("a" * 161, "shortcode", (161, "7bits", 153, 2)),
        ("a" * 150, "alpha", (150, "7bits", 153, 2)),
        ("ê" * 70, "shortcode", (70, "unicode", 70, 1)),
        ("€", "shortcode", (2, "7bits", 160, 1)),
    ],
)
async def test_an_estimate_counts_parts(
    caller: Caller, path: str, text: str, sender: str, expected: tuple[int, str, int, int]
) -> None:
    body = {"message": text, "senderType": sender, "noStopClause": False}
    told = (await caller.call("POST", path, body)).json
    assert (
        told["characters"],
        told["charactersClass"],
        told["maxCharactersPerPart"],
        told["parts"],
    ) == expected


async def test_a_ptt_code_is_explained(caller: Caller) -> None:
    told = (await caller.call("GET", "/sms/ptts?ptt=24")).json
    assert (told["duration"], told["description"]) == ("temporary", "Absent subscriber")
    assert (await caller.call("GET", "/sms/ptts")).status == 400


async def test_senders_tell_whether_they_are_validated(ovh: SimulatedOvh, caller: Caller) -> None:
    ovh.books().senders["NEW"] = "waitingValidation"
    assert await caller.get("/senders") == ["CABINET", "NEW"]
    assert (await caller.get("/senders/CABINET"))["status"] == "enable"
    assert (await caller.get("/senders/NEW"))["status"] == "waitingValidation"
    assert (await caller.call("GET", f"{ACCOUNT}/senders/NOBODY")).status == 404
    answered = await caller.post_jobs(message="a", receivers=[DURAND], sender="NEW")
    assert answered.status == 403


async def test_the_blacklist_is_read_and_lifted(ovh: SimulatedOvh, caller: Caller) -> None:
    assert (await caller.call("GET", f"{ACCOUNT}/blacklists/%2B33612345678")).status == 404
    ovh.seeding.blacklist("06 12 34 56 78")
    assert await caller.get("/blacklists") == [DURAND]
    assert (await caller.get("/blacklists/%2B33612345678"))["number"] == DURAND
    assert (await caller.get("/blacklists/0033612345678"))["number"] == DURAND
    assert (await caller.call("DELETE", f"{ACCOUNT}/blacklists/%2B33612345678")).status == 200
    assert (await caller.send(DURAND)).json["validReceivers"] == [DURAND]


async def test_operators_restrictions_are_told(ovh: SimulatedOvh, caller: Caller) -> None:
    assert await caller.get("/exceptions?receiver=%2B33612345678") == []
    ovh.books().exceptions.append({"restrictionCode": "BAD_DLR"})
    assert await caller.get("/exceptions") == [{"restrictionCode": "BAD_DLR"}]
