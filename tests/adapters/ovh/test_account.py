"""What belongs to the whole account: credits, callbacks, STOP."""

import pytest

from bridge.domain.failures import Temporary
from bridge.ports.phone import CallbackUrls, RegisteredUrls
from bridge.sandbox.ovh.faults import Fault
from tests.adapters.ovh.world import DURAND, NOON, PETIT, world

URLS = CallbackUrls("https://sms.test/s/report", "https://sms.test/s/reply", "https://sms.test/s/stop")


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


async def test_where_ovh_calls_is_read_back() -> None:
    async with world() as made:
        assert await made.phone.callbacks() == RegisteredUrls()
        await made.phone.register(URLS)
        assert await made.phone.callbacks() == RegisteredUrls(URLS.report, URLS.reply, URLS.stop)


async def test_an_answer_s_address_that_ovh_does_not_call_does_not_count() -> None:
    async with world() as made:
        await made.phone.register(URLS)
        made.ovh.books().settings["smsResponse"] = {"responseType": "text", "cgiUrl": URLS.reply, "text": "Merci"}
        assert (await made.phone.callbacks()).reply is None


def test_no_repr_shows_an_address_with_its_secret() -> None:
    assert "sms.test" not in repr((URLS, RegisteredUrls("https://sms.test/s/report")))


async def test_only_ovh_s_own_word_says_that_a_number_is_not_opted_out() -> None:
    async with world() as made:
        made.ovh.seeding.blacklist(DURAND)
        assert await made.phone.opted_out(DURAND)
        assert not await made.phone.opted_out(PETIT)
        for fault in (Fault.html(404), Fault.broken(500), Fault.unknown_service()):
            made.ovh.script(fault, "GET blacklists/*")
            with pytest.raises(Temporary):
                await made.phone.opted_out(PETIT)
