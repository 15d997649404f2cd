"""Keys, signatures, the clock and exact rights: what a caller is told when something about them is wrong."""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import ovh.client as official
import pytest

from bridge.sandbox.ovh import SimulatedOvh, SmsAccount
from tests.sandbox.ovh.caller import DURAND, Answered, Caller, HandClock

ACCOUNT = SmsAccount()


def code(answered: Answered) -> tuple[int, str | None]:
    assert answered.json["httpCode"].startswith(str(answered.status))
    return answered.status, answered.json.get("errorCode")


async def test_the_time_is_told_without_keys(caller: Caller) -> None:
    answered = await caller.call("GET", "/auth/time", headers={})
    assert answered.status == 200
    assert abs(answered.json - time.time()) < 5


async def test_a_signature_of_the_url_without_its_port_is_right_too(caller: Caller) -> None:
    caller.signs_port = False
    assert (await caller.call("GET", "/sms")).json == [ACCOUNT.service_name]


async def test_ovhs_own_client_signs_filters_that_need_encoding(
    ovh: SimulatedOvh, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(official.ENDPOINTS, "simulated", ovh.url)
    client = official.Client("simulated", "application-key", "application-secret", "consumer-key", timeout=5)
    found = await asyncio.to_thread(
        client.get,
        "/sms/sms-ab12345-1/outgoing",
        **{"creationDatetime.from": "2026-03-02T09:00:00+01:00", "receiver": DURAND, "tag": "bé ~"},
    )
    client._session.close()
    assert found == []
    assert ovh.records.requests[-1].query["creationDatetime.from"] == "2026-03-02T09:00:00+01:00"


async def test_a_wrong_secret_or_another_body_is_an_invalid_signature(ovh: SimulatedOvh) -> None:
    async with Caller(ovh, replace(ACCOUNT, application_secret="another")) as caller:
        assert code(await caller.call("GET", "/sms")) == (400, "INVALID_SIGNATURE")
        signed = Caller(ovh).headers("POST", f"{ovh.url}/sms/{ACCOUNT.service_name}/jobs", "{}")
        path = f"/sms/{ACCOUNT.service_name}/jobs"
        answered = await caller.call("POST", path, {"message": "b", "receivers": [DURAND]}, signed)
        assert code(answered) == (400, "INVALID_SIGNATURE")


async def test_unknown_keys_are_told_apart(ovh: SimulatedOvh) -> None:
    async with Caller(ovh, replace(ACCOUNT, application_key="another")) as caller:
        assert code(await caller.call("GET", "/sms")) == (403, "INVALID_KEY")
    async with Caller(ovh, replace(ACCOUNT, consumer_key="another")) as caller:
        assert code(await caller.call("GET", "/sms")) == (403, "INVALID_CREDENTIAL")
        only_application = {"X-Ovh-Application": ACCOUNT.application_key}
        assert code(await caller.call("GET", "/sms", headers=only_application)) == (403, "NOT_CREDENTIAL")


@pytest.mark.parametrize(("off", "status"), [(59, 200), (-59, 200), (62, 400), (-62, 400)])
async def test_a_timestamp_may_be_a_minute_off(caller: Caller, off: int, status: int) -> None:
    caller.now = lambda: time.time() + off
    answered = await caller.call("GET", "/sms")
    assert answered.status == status
    if status == 400:
        assert code(answered) == (400, "QUERY_TIME_OUT")


async def test_a_clock_an_hour_off_is_mended_by_asking_for_the_time(ovh: SimulatedOvh, caller: Caller) -> None:
    ovh.skew(timedelta(hours=1))
    assert code(await caller.call("GET", "/sms")) == (400, "QUERY_TIME_OUT")
    ahead = (await caller.call("GET", "/auth/time", headers={})).json - time.time()
    assert ahead == pytest.approx(3600, abs=5)
    caller.now = lambda: time.time() + ahead
    assert (await caller.call("GET", "/sms")).status == 200


async def test_with_a_clock_moved_by_hand_the_window_can_be_left_out() -> None:
    clock = HandClock()
    async with SimulatedOvh(clock=clock, clock_window=None) as ovh, Caller(ovh) as caller:
        assert (await caller.call("GET", "/auth/time")).json == int(clock.now.timestamp())
        assert (await caller.call("GET", "/sms")).status == 200


async def test_signing_may_have_a_clock_of_its_own() -> None:
    clock = HandClock()
    async with (
        SimulatedOvh(clock=clock, signing_clock=lambda: datetime.now(UTC)) as ovh,
        Caller(ovh) as caller,
    ):
        await clock.advance(7200)
        (sms_id,) = (await caller.send(DURAND)).json["ids"]
        assert (await caller.get(f"/outgoing/{sms_id}"))["creationDatetime"] == "2026-03-02T12:00:00+01:00"


@pytest.mark.parametrize(
    ("grant", "path", "granted"),
    [
        ("GET /sms/*/jobs/", "/jobs/", True),
        ("GET /sms/*/jobs/", "/jobs", False),
        ("GET /sms/*/jobs", "/jobs/", False),
        ("GET /sms/*/jobs", "/jobs", True),
        ("POST /sms/*/jobs", "/jobs", False),
        ("GET /sms/*", "/jobs", True),
        ("GET /sms", "/jobs", False),
    ],
)
async def test_rights_match_the_exact_path(grant: str, path: str, granted: bool) -> None:
    account = SmsAccount(grants=(grant,))
    async with SimulatedOvh([account]) as ovh, Caller(ovh, account) as caller:
        answered = await caller.call("GET", f"/sms/{account.service_name}{path}")
        assert answered.status == (200 if granted else 403)
        if not granted:
            assert code(answered) == (403, "NOT_GRANTED_CALL")


async def test_another_ones_service_does_not_exist() -> None:
    other = SmsAccount("sms-zz99999-1", "other-application", "other-secret", "other-consumer")
    async with SimulatedOvh([ACCOUNT, other]) as ovh, Caller(ovh) as caller:
        answered = await caller.call("GET", "/sms/sms-zz99999-1/jobs")
        assert (answered.status, answered.json["message"]) == (404, "This service does not exist")
        async with Caller(ovh, other) as theirs:
            assert (await theirs.call("GET", "/sms")).json == ["sms-zz99999-1"]
            assert (await theirs.send(DURAND)).status == 200
        assert ovh.records.accepted[0].service_name == "sms-zz99999-1"
        assert not ovh.books().outgoing


async def test_a_call_that_does_not_exist_is_a_404(caller: Caller) -> None:
    for path in ("/sms/sms-ab12345-1/nothing", "/sms/sms-ab12345-1/jobs/1/2", "/sms/nothing"):
        assert (await caller.call("GET", path)).status == 404


async def test_the_credential_tells_its_rights_and_its_end() -> None:
    clock = HandClock()
    account = SmsAccount(expires=clock.now + timedelta(days=1))
    async with SimulatedOvh([account], clock=clock, clock_window=None) as ovh, Caller(ovh, account) as caller:
        told = (await caller.call("GET", "/auth/currentCredential")).json
        assert (told["status"], told["expiration"]) == ("validated", "2026-03-03T10:00:00+01:00")
        assert {"method": "POST", "path": "/sms/*"} in told["rules"]
        await clock.advance(86_400)
        assert code(await caller.call("GET", "/sms")) == (403, "INVALID_CREDENTIAL")


async def test_a_consumer_key_asked_for_works_once_its_owner_agreed(ovh: SimulatedOvh, caller: Caller) -> None:
    asked = await caller.call("POST", "/auth/credential", {"accessRules": [{"method": "GET", "path": "/sms"}]})
    assert asked.json["state"] == "pendingValidation"
    async with Caller(ovh, replace(ACCOUNT, consumer_key=asked.json["consumerKey"])) as new:
        assert code(await new.call("GET", "/sms")) == (403, "INVALID_CREDENTIAL")
        ovh.access.credentials[asked.json["consumerKey"]].status = "validated"
        assert (await new.call("GET", "/sms")).json == [ACCOUNT.service_name]
        assert code(await new.send(DURAND)) == (403, "NOT_GRANTED_CALL")


async def test_no_key_and_no_signature_is_kept_in_the_records(ovh: SimulatedOvh, caller: Caller) -> None:
    await caller.send(DURAND)
    (seen,) = ovh.records.requests
    assert (seen.method, seen.path, seen.status) == ("POST", "/sms/sms-ab12345-1/jobs", 200)
    assert seen.body["receivers"] == [DURAND]
    kept = str(seen.headers)
    assert "$1$" not in kept
    assert ACCOUNT.consumer_key not in kept
    assert ACCOUNT.application_key not in kept
