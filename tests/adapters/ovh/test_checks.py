"""What `check` says of a phone at OVH: each fault one finding, against the simulated OVH."""

from datetime import timedelta

import pytest

from bridge.adapters.ovh.signer import Keys
from bridge.ports.phone import Finding
from bridge.sandbox.ovh.faults import Fault
from bridge.sandbox.ovh.values import SmsAccount
from tests.adapters.ovh.checking import URLS, findings, levels
from tests.adapters.ovh.world import NOON, world

SERVICE = "/sms/sms-ab12345-1"


async def test_an_account_in_order_is_told_in_full() -> None:
    async with world(prefix="Cabinet Martin : ") as made:
        made.ovh.books().settings["automaticRecreditAmount"] = 500
        made.ovh.books().settings["creditThresholdForAutomaticRecredit"] = 50.0
        await made.phone.register(URLS)
        found = await findings(made)
        assert {one.level for all_ in found.values() for one in all_} == {"ok"}
        assert list(found) == [
            "check_keys_unlimited",
            "check_rights",
            "check_service",
            "check_credits",
            "check_recharge",
            "check_callback",
            "check_prefix",
        ]
        assert found["check_credits"][0].params == {"left": 100.0}
        assert found["check_recharge"][0].params == {"credits": "500", "below": "50"}
        assert found["check_prefix"][0].params == {"prefix": "Cabinet Martin :"}
        assert [one.params["which"] for one in found["check_callback"]] == ["report", "reply", "stop"]


# --- keys -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fault", "key"),
    [
        (Fault.invalid_key(), "check_application_key_unknown"),
        (Fault.revoked(), "check_consumer_key_refused"),
        (Fault.not_credential(), "check_consumer_key_refused"),
        (Fault.unauthorized(), "check_consumer_key_refused"),
        (Fault.odd_answer({"status": "expired"}), "check_consumer_key_refused"),
        (Fault.odd_answer({"status": "refused"}), "check_consumer_key_refused"),
        (Fault.odd_answer({"status": "pendingValidation"}), "check_consumer_key_pending"),
        (Fault.invalid_signature(), "check_secret_wrong"),
        (Fault.query_time_out(), "check_clock_refused"),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
async def test_refused_keys_are_one_error_that_says_which_key_is_to_blame(fault: Fault, key: str) -> None:
    async with world(prefix="x") as made:
        made.ovh.script(fault, "GET /auth/currentCredential", times=None)
        assert await levels(made) == {key: "error", "check_prefix": "ok"}
        assert made.asked("account") == 0


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        (Keys("another", "application-secret", "consumer-key"), "check_application_key_unknown"),
        (Keys("application-key", "another", "consumer-key"), "check_secret_wrong"),
        (Keys("application-key", "application-secret", "another"), "check_consumer_key_refused"),
        (Keys("application-key", "application-secret"), "check_no_consumer_key"),
    ],
    ids=["application key", "application secret", "consumer key", "no consumer key"],
)
async def test_each_wrong_key_is_told_apart(keys: Keys, key: str) -> None:
    async with world(prefix="x", keys=keys) as made:
        assert await levels(made) == {key: "error", "check_prefix": "ok"}


@pytest.mark.parametrize(
    ("days", "key", "level"), [(6, "check_keys_end_soon", "warning"), (8, "check_keys_until", "ok")]
)
async def test_it_is_told_until_when_the_key_is_good(days: int, key: str, level: str) -> None:
    account = SmsAccount(expires=NOON + timedelta(days=days))
    async with world(accounts=(account,)) as made:
        found = await findings(made)
        assert found[key] == [Finding(level, key, {"date": f"2026-05-{4 + days:02} 12:00 UTC"})]  # type: ignore[arg-type]


@pytest.mark.parametrize("written", ["soon", "2026-05-04T12:00:00", 7])
async def test_an_end_that_cannot_be_read_is_a_warning_and_all_else_is_still_looked_at(written: object) -> None:
    async with world() as made:
        told = {"status": "validated", "expiration": written, "rules": []}
        made.ovh.script(Fault.odd_answer(told), "GET /auth/currentCredential")
        found = await levels(made)
        assert found["check_keys_end_unread"] == "warning"
        assert "check_service" in found


# --- rights ---------------------------------------------------------------------------------------------------
async def test_all_missing_rights_stand_in_one_finding_with_the_page_that_grants_them() -> None:
    account = SmsAccount(grants=("GET /sms/*", "POST /sms/*/jobs/"))
    async with world(accounts=(account,)) as made:
        [missing] = (await findings(made))["check_rights_missing"]
        assert missing.level == "error"
        assert missing.params["rights"] == f"PUT {SERVICE}, POST {SERVICE}/jobs"
        assert missing.params["url"].startswith(f"{made.ovh.url.removesuffix('/1.0')}/createToken/?GET={SERVICE}&PUT=")


async def test_only_the_right_to_register_may_be_missing() -> None:
    account = SmsAccount(grants=("GET /sms/*", "POST /sms/*"))
    async with world(accounts=(account,)) as made:
        [missing] = (await findings(made))["check_rights_missing"]
        assert (missing.level, missing.params["rights"]) == ("warning", f"PUT {SERVICE}")


async def test_a_right_for_one_id_is_no_right_for_all() -> None:
    account = SmsAccount(grants=("PUT /sms/*", "POST /sms/*", f"GET {SERVICE}", f"GET {SERVICE}/jobs/1"))
    async with world(accounts=(account,)) as made:
        assert f"GET {SERVICE}/jobs/*" in (await findings(made))["check_rights_missing"][0].params["rights"]


async def test_a_service_that_may_not_be_read_is_told_with_the_rights_and_once() -> None:
    account = SmsAccount(grants=("PUT /sms/*", "POST /sms/*"))
    async with world(accounts=(account,)) as made:
        found = await levels(made)
        assert "check_rights_missing" in found
        assert "check_not_granted" not in found


async def test_a_key_that_may_not_ask_about_itself_is_tried_all_the_same() -> None:
    async with world() as made:
        made.ovh.script(Fault.not_granted(), "GET /auth/currentCredential")
        found = await levels(made)
        assert (found["check_rights_untold"], found["check_service"]) == ("warning", "ok")
        made.ovh.script(Fault.not_granted(), "GET *", times=2)
        assert (await levels(made))["check_not_granted"] == "error"


# --- the clock, and the way to OVH ------------------------------------------------------------------------------
@pytest.mark.parametrize(("seconds", "told"), [(95, {"behind": "95"}), (-3600, {"fast": "3600"}), (29, None)])
async def test_a_clock_that_is_off_is_told_in_seconds(seconds: int, told: dict[str, str] | None) -> None:
    async with world() as made:
        made.ovh.skew(timedelta(seconds=seconds))
        found = (await findings(made)).get("check_clock_off")
        assert found == (None if told is None else [Finding("warning", "check_clock_off", told)])


@pytest.mark.parametrize(
    ("fault", "key", "params"),
    [
        (Fault.broken(500), "check_ovh_down", {}),
        (Fault.rate_limited(), "check_rate", {}),
        (Fault.reset(), "check_unreachable", {"host"}),
        (Fault.html(200), "check_page", {"status", "url"}),
        (Fault.html(302), "check_page", {"status", "url"}),
        (Fault.html(403), "check_page", {"status", "url"}),
        (Fault.html(502), "check_page", {"status", "url"}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
@pytest.mark.parametrize("where", ["GET /auth/time", "GET /auth/currentCredential", "GET account"])
async def test_what_is_not_heard_from_ovh_is_one_error(fault: Fault, key: str, params: set[str], where: str) -> None:
    async with world() as made:
        made.ovh.script(fault, where, times=None)
        [found] = [one for one in await made.phone.check(URLS) if one.level == "error"]
        assert (found.key, set(found.params)) == (key, set(params))


async def test_an_ovh_that_nobody_reaches_is_told_with_its_host() -> None:
    async with world() as made:
        await made.ovh.unplug()
        [found] = (await findings(made))["check_unreachable"]
        assert found.params["host"].startswith("127.0.0.1:")


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        (Fault.answers(400, b'{"message": "no"}'), "check_refused"),
        (Fault.odd_answer([]), "check_unreadable"),
    ],
    ids=["refused", "unreadable"],
)
async def test_one_answer_nobody_understands_does_not_hide_the_others(fault: Fault, key: str) -> None:
    async with world() as made:
        made.ovh.script(fault, "GET /auth/currentCredential")
        found = await levels(made)
        assert (found[key], found["check_service"]) == ("error", "ok")


# --- the service ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("body", [b'{"message": "This service does not exist"}', b'{"message": "Not found"}'])
async def test_a_service_that_ovh_does_not_know_is_no_fault_of_the_keys(body: bytes) -> None:
    async with world() as made:
        made.ovh.script(Fault.answers(404, body), "GET account")
        [found] = (await findings(made))["check_service_unknown"]
        assert (found.level, found.params) == ("error", {"service": "sms-ab12345-1"})


async def test_a_disabled_service_is_told_apart_from_an_unknown_one() -> None:
    async with world() as made:
        made.ovh.books().settings["status"] = "disable"
        found = await levels(made)
        assert found["check_service_disabled"] == "error"
        assert "check_credits" not in found


@pytest.mark.parametrize(
    ("credits", "key", "level"),
    [
        (0.0, "check_credits_none", "error"),
        (19.0, "check_credits_low", "warning"),
        (20.0, "check_credits", "ok"),
    ],
)
async def test_it_is_told_when_credits_end(credits: float, key: str, level: str) -> None:
    async with world() as made:
        made.ovh.books().top_up(credits)
        found = await levels(made)
        assert (found[key], found["check_no_recharge"]) == (level, "warning")


async def test_credits_that_ovh_does_not_tell_are_a_warning() -> None:
    async with world() as made:
        made.ovh.books().settings["creditsLeft"] = None
        assert (await levels(made))["check_credits_unknown"] == "warning"
