"""What belongs to the whole account: credits, callbacks, STOP, and what `check` says of it."""

from datetime import timedelta

import pytest

from bridge.domain.failures import Temporary
from bridge.ports.phone import CallbackUrls
from bridge.sandbox.ovh.faults import Fault
from bridge.sandbox.ovh.values import SmsAccount
from tests.adapters.ovh.world import DURAND, NOON, PETIT, World, world

URLS = CallbackUrls("https://sms.test/s/report", "https://sms.test/s/reply", "https://sms.test/s/stop")


async def keys_of(made: World) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in await made.phone.check():
        found.setdefault(one.key, []).append(one.level)
    return found


async def test_credits_and_ovh_s_time_are_told() -> None:
    async with world() as made:
        made.ovh.books().top_up(12.5)
        state = await made.phone.account()
        assert (state.credits, state.at) == (12.5, NOON)


@pytest.mark.parametrize("answer", [None, [], "x"])
async def test_an_account_nobody_understands_is_temporary(answer: object) -> None:
    async with world() as made:
        made.ovh.script(Fault.odd_answer(answer), "GET account")
        with pytest.raises(Temporary):
            await made.phone.account()


async def test_registering_keeps_the_answer_s_text_and_tracking() -> None:
    async with world() as made:
        tracking = [{"media": "email", "sender": "x", "target": "y"}]
        made.ovh.books().settings["smsResponse"] = {
            "responseType": "text",
            "cgiUrl": None,
            "text": "Merci",
            "trackingOptions": tracking,
        }
        await made.phone.register(URLS)
        books = made.ovh.books()
        assert (books.call_back, books.stop_call_back, books.reply_url) == (URLS.report, URLS.stop, URLS.reply)
        assert books.settings["smsResponse"] == {
            "responseType": "cgi",
            "cgiUrl": URLS.reply,
            "text": "Merci",
            "trackingOptions": tracking,
        }


async def test_only_ovh_s_own_word_says_that_a_number_is_not_opted_out() -> None:
    async with world() as made:
        made.ovh.seeding.blacklist(DURAND)
        assert await made.phone.opted_out(DURAND)
        assert not await made.phone.opted_out(PETIT)
        for fault in (Fault.html(404), Fault.broken(500), Fault.unknown_service()):
            made.ovh.script(fault, "GET blacklists/*")
            with pytest.raises(Temporary):
                await made.phone.opted_out(PETIT)


async def test_check_of_an_account_in_order_warns_of_what_may_come() -> None:
    async with world() as made:
        assert await keys_of(made) == {
            "check_keys_unlimited": ["ok"],
            "check_service": ["ok"],
            "check_credits": ["ok"],
            "check_no_recharge": ["warning"],
            "check_no_callback": ["warning"] * 3,
        }
        await made.phone.register(URLS)
        assert (await keys_of(made))["check_callback"] == ["ok"] * 3


@pytest.mark.parametrize(("credits", "level"), [(0.0, "error"), (19.0, "warning"), (20.0, "ok")])
async def test_check_tells_when_credits_end(credits: float, level: str) -> None:
    async with world() as made:
        made.ovh.books().top_up(credits)
        assert (await keys_of(made))["check_credits"] == [level]


@pytest.mark.parametrize(("days", "level"), [(6, "warning"), (8, "ok")])
async def test_check_tells_until_when_keys_are_valid(days: int, level: str) -> None:
    account = SmsAccount(expires=NOON + timedelta(days=days))
    async with world(accounts=(account,)) as made:
        assert (await keys_of(made))["check_keys_until"] == [level]


async def test_check_names_each_missing_right() -> None:
    account = SmsAccount(grants=("GET /sms/*", "POST /sms/*/jobs/"))
    async with world(accounts=(account,)) as made:
        missing = [one.params for one in await made.phone.check() if one.key == "check_right_missing"]
        assert missing == [
            {"method": "PUT", "path": "/sms/sms-ab12345-1"},
            {"method": "POST", "path": "/sms/sms-ab12345-1/jobs"},
        ]


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        (Fault.revoked(), "check_keys_refused"),
        (Fault.query_time_out(), "check_clock"),
        (Fault.broken(500), "check_unreachable"),
        (Fault.answers(400, b'{"message": "no"}'), "check_refused"),
        (Fault.odd_answer([]), "check_unreadable"),
        (Fault.odd_answer({"status": "expired"}), "check_keys_status"),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
async def test_check_turns_what_fails_into_a_finding(fault: Fault, key: str) -> None:
    async with world() as made:
        made.ovh.script(fault, "GET /auth/currentCredential", times=None)
        assert (await keys_of(made))[key] == ["error"]


async def test_check_tells_an_unknown_service_from_refused_keys() -> None:
    async with world() as made:
        made.ovh.script(Fault.unknown_service(), "GET account")
        assert (await keys_of(made))["check_not_granted"] == ["error"]


@pytest.mark.parametrize(
    ("name", "status", "key", "level"),
    [
        ("Cabinet", "enable", "check_sender", "ok"),
        ("Cabinet", "waitingValidation", "check_sender", "warning"),
        ("Cabinet", "refused", "check_sender", "error"),
        ("Inconnu", "enable", "check_sender_unknown", "error"),
    ],
)
async def test_check_tells_whether_the_sender_is_validated(name: str, status: str, key: str, level: str) -> None:
    async with world(sender=name) as made:
        made.ovh.books().senders["Cabinet"] = status
        assert (await keys_of(made))[key] == [level]
