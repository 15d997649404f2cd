"""`bridge setup`: OVH learns where to call, or the person learns what is in the way."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bridge.adapters.ovh.signer import Keys
from bridge.commands.setup import setup
from bridge.commands.terminal import Terminal
from bridge.ports.phone import CallbackUrls
from bridge.sandbox.ovh import Fault, SmsAccount
from tests.commands.setting_up import NO_KEY, ROOT, Desk, desk


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as made:
        yield made


# --- registering ------------------------------------------------------------------------------------------------
async def test_what_stands_and_what_it_becomes_is_shown_asked_registered_and_read_back(at: Desk) -> None:
    assert await at.run() == 0
    assert at.questions == ["Register this at OVH?"]
    assert f"callBack: nothing → {ROOT}/…/report" in at.text
    assert f"smsResponse: nothing → {ROOT}/…/reply" in at.text
    assert f"stopCallBack: nothing → {ROOT}/…/stop" in at.text
    assert at.said[-1] == "Registered, and read back from OVH: from now on it calls this bridge."
    assert await at.registered_is_ours()


async def test_the_second_time_there_is_nothing_to_change(at: Desk) -> None:
    await at.run()
    at.questions.clear()
    puts = sum(seen.method == "PUT" for seen in at.ovh.records.requests)
    assert await at.run() == 0
    assert at.said[-1].startswith("Nothing to change")
    assert at.questions == []
    assert sum(seen.method == "PUT" for seen in at.ovh.records.requests) == puts


async def test_only_what_differs_is_shown(at: Desk) -> None:
    await at.run()
    at.ovh.books().stop_call_back = None
    await at.run()
    assert "stopCallBack: nothing" in at.text
    assert "smsResponse" not in at.text
    assert await at.registered_is_ours()


async def test_a_person_who_says_no_changes_nothing(at: Desk) -> None:
    at.yes = False
    assert await at.run() == 0
    assert at.said[-1] == "Nothing was changed."
    assert at.ovh.books().call_back is None


async def test_with_yes_nothing_is_asked(at: Desk) -> None:
    at.yes = False
    assert await at.run(yes=True) == 0
    assert at.questions == []
    assert await at.registered_is_ours()


async def test_another_program_s_addresses_are_replaced_with_a_warning_and_never_shown(at: Desk) -> None:
    await at.phone.register(CallbackUrls.under("https://other.example/THEIRSECRET"))
    assert await at.run() == 0
    assert "callBack: other.example → " in at.text
    assert "So far OVH calls other.example." in at.text
    assert "THEIRSECRET" not in at.text


async def test_no_secret_is_shown_and_none_is_logged(at: Desk) -> None:
    with capture_logs() as logged:
        await at.run()
        await at.run(rotate=True)
    account = await at.account()
    assert account.old_secret is not None
    for secret in (account.secret, account.old_secret, "consumer-key", "application-secret"):
        assert secret not in at.text + str(logged)


async def test_in_french_it_speaks_french(at: Desk) -> None:
    at.language = "fr"
    await at.run()
    assert "callBack: rien → " in at.text
    assert at.said[-1].startswith("Enregistré, et relu chez OVH")


# --- faults on the way ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fault", "on", "told"),
    [
        (Fault.broken(500), "PUT account", "Not done, because of this:"),
        (Fault.reset(), "PUT account", "Not done, because of this:"),
        (Fault.html(502), "GET account", "Not OVH but something in between answered"),
        (Fault.broken(503), "GET account", "OVH is out of order"),
        (Fault.rate_limited(), "GET account", "OVH asks to slow down"),
        (Fault.unknown_service(), "GET account", "OVH does not know the SMS account sms-ab12345-1"),
        (Fault.query_time_out(), "* *", "Set this machine's clock"),
        (Fault.invalid_signature(), "* *", "application_secret does not belong to application_key"),
        (Fault.invalid_key(), "* *", "OVH does not know the application key"),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
async def test_what_stands_in_the_way_is_told_and_nothing_is_claimed(
    at: Desk, fault: Fault, on: str, told: str
) -> None:
    at.ovh.script(fault, on, times=None)
    assert await at.run() == 1
    assert told in at.text
    assert "Registered" not in at.text
    assert at.ovh.books().call_back is None


async def test_an_ovh_that_takes_the_change_and_shows_another_is_not_believed(at: Desk) -> None:
    at.ovh.script(Fault.odd_answer(None, carried_out=False), "PUT account")
    assert await at.run() == 1
    assert at.said[-1].startswith("OVH accepted the change, but shows something else.")


async def test_an_ovh_that_nobody_reaches_is_told(at: Desk) -> None:
    await at.ovh.unplug()
    assert await at.run() == 1
    assert "OVH cannot be reached at 127.0.0.1:" in at.text


async def test_an_account_that_fails_holds_up_no_other(at: Desk) -> None:
    at.ovh.script(Fault.broken(500), "GET /auth/currentCredential", times=1)
    at.ovh.script(Fault.broken(500), "GET account", times=2)
    terminal = Terminal("en", "Europe/Paris", at.said.append)
    one = await at.to_set_up()
    assert await setup(terminal, [one, one], ask=lambda question: True) == 1
    assert at.said.count("Phone accueil") == 2
    assert at.said[-1].startswith("Registered")


async def test_no_credits_hinder_nothing(at: Desk) -> None:
    at.ovh.books().top_up(0)
    assert await at.run() == 0
    assert await at.registered_is_ours()


async def test_without_a_public_address_nothing_is_registered_and_that_is_no_fault(at: Desk) -> None:
    at.public = False
    assert await at.run() == 0
    assert "public_url is null" in at.said[-1]
    assert "public_url: https://sms.example.org" in at.said[-1]
    assert at.questions == []
    assert at.ovh.books().call_back is None


async def test_before_the_first_start_there_is_nothing_to_register(at: Desk) -> None:
    at.started = False
    assert await at.run() == 1
    assert "run bridge run once" in at.said[-1]
    assert at.ovh.books().call_back is None


# --- a new secret -----------------------------------------------------------------------------------------------
async def test_a_new_secret_is_registered_and_the_old_one_is_good_for_a_day(at: Desk) -> None:
    await at.run()
    before = await at.account()
    assert await at.run(rotate=True) == 0
    after = await at.account()
    assert (after.secret != before.secret, after.old_secret) == (True, before.secret)
    assert after.old_until is not None
    assert timedelta(hours=23) < after.old_until - at.clock.now() <= timedelta(hours=24)
    assert await at.registered_is_ours()
    assert f"callBack: this bridge, with the old secret → {ROOT}/…/report" in at.text


async def test_a_person_who_says_no_keeps_the_secret(at: Desk) -> None:
    await at.run()
    before, at.yes = await at.account(), False
    assert await at.run(rotate=True) == 0
    assert await at.account() == before


async def test_a_new_secret_that_ovh_was_not_told_of_is_registered_by_the_next_setup(at: Desk) -> None:
    await at.run()
    first = await at.account()
    at.ovh.script(Fault.broken(500), "PUT account", times=1)
    assert await at.run(rotate=True) == 1
    second = await at.account()
    assert second.old_secret == first.secret  # what OVH calls still opens
    assert await at.run(rotate=True) == 0
    assert await at.account() == second
    assert "was never registered" in at.text
    assert await at.registered_is_ours()


# --- the key ----------------------------------------------------------------------------------------------------
async def test_a_phone_without_a_key_gets_one_which_is_shown_once_and_used_at_once(tmp_path: Path) -> None:
    async with desk(tmp_path, NO_KEY) as at:
        with capture_logs() as logged:
            assert await at.run() == 0
        assert at.questions[0].startswith("Ask OVH for a new consumer key?")
        key = next(one for one in at.ovh.access.credentials if one != "consumer-key")
        assert at.said.count(f"    consumer_key: {key}") == 1
        assert at.text.count(key) == 1
        assert key not in str(logged)
        assert await at.registered_is_ours()


@pytest.mark.parametrize(
    "account",
    [
        SmsAccount(consumer_key="another"),
        SmsAccount(grants=("GET /sms/*", "POST /sms/*")),
        SmsAccount(grants=("GET /sms/*", "PUT /sms/*")),
    ],
    ids=["refused", "may not register", "may not send"],
)
async def test_a_key_that_is_refused_or_may_too_little_is_replaced(tmp_path: Path, account: SmsAccount) -> None:
    async with desk(tmp_path, account=account) as at:
        assert await at.run() == 0
        assert "consumer_key: " in at.text
        assert await at.registered_is_ours()


async def test_without_a_public_address_a_missing_key_is_asked_for_all_the_same(tmp_path: Path) -> None:
    async with desk(tmp_path, NO_KEY) as at:
        at.public = False
        assert await at.run() == 0
        assert "consumer_key: " in at.text
        assert "public_url is null" in at.said[-1]


async def test_without_a_public_address_the_right_to_register_is_not_missed(tmp_path: Path) -> None:
    async with desk(tmp_path, account=SmsAccount(grants=("GET /sms/*", "POST /sms/*"))) as at:
        at.public = False
        assert await at.run() == 0
        assert at.questions == []


async def test_who_wants_no_key_is_shown_the_page_where_to_make_all_three(tmp_path: Path) -> None:
    async with desk(tmp_path, NO_KEY) as at:
        at.yes = False
        assert await at.run() == 1
        assert "/createToken/?GET=/sms/sms-ab12345-1&" in at.said[-1]
        assert not at.ovh.records.requests


async def test_a_key_that_its_owner_refuses_is_not_shown(tmp_path: Path) -> None:
    async with desk(tmp_path, NO_KEY) as at:
        at.agrees = "refuse"
        assert await at.run() == 1
        assert at.said[-1].startswith("Nobody agreed to the key")
        assert "consumer_key: " not in at.text


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (Keys("another", "application-secret"), "OVH does not know the application key, so"),
        (Keys("application-key", "another"), "application_secret does not belong to application_key"),
    ],
    ids=["application key", "application secret"],
)
async def test_a_key_that_cannot_be_had_is_told_with_the_reason(tmp_path: Path, keys: Keys, told: str) -> None:
    async with desk(tmp_path, keys) as at:
        at.agrees = None
        assert await at.run() == 1
        assert told in at.said[-1]


async def test_an_ovh_out_of_order_gives_no_key(tmp_path: Path) -> None:
    async with desk(tmp_path, NO_KEY) as at:
        at.ovh.script(Fault.broken(500), "POST /auth/credential")
        assert await at.run() == 1
        assert at.said[-1].startswith("OVH gave no key")
