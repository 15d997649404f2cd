"""A consumer key is asked for with the rights in use alone, and used once its owner agreed to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest

from bridge.adapters.ovh import access
from bridge.adapters.ovh.client import OvhAccount
from bridge.adapters.ovh.phone import OvhPhone
from bridge.adapters.ovh.signer import Keys
from bridge.domain.failures import Reason, Temporary
from bridge.ports.phone import KeyRequest
from bridge.sandbox.ovh.faults import Fault
from bridge.sandbox.ovh.simulator import SimulatedOvh
from bridge.sandbox.ovh.values import SmsAccount
from tests.adapters.ovh.world import DURAND, NOON, World, job
from tests.clock import LeapingClock

SERVICE = "/sms/sms-ab12345-1"
NO_KEY = Keys("application-key", "application-secret")


@asynccontextmanager
async def asking(keys: Keys = NO_KEY) -> AsyncIterator[tuple[World, LeapingClock]]:
    clock = LeapingClock(NOON)
    async with SimulatedOvh(clock=clock.now) as ovh:
        account = OvhAccount(ovh.url, "sms-ab12345-1", keys, clock=clock, timeout=(2.0, 5.0))
        try:
            yield World(ovh, account, OvhPhone("accueil", account), clock), clock  # type: ignore[arg-type]
        finally:
            await account.aclose(grace=0.5)


async def visit(asked: KeyRequest, word: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{asked.validation_url}&{word}") as page:
        assert page.status == 200


async def looked(clock: LeapingClock) -> None:
    """The next look whether somebody agreed is over, and it sleeps again."""
    async with asyncio.timeout(5):
        await clock.until_asleep()


def test_only_the_calls_in_use_are_asked_for() -> None:
    assert {str(right) for right in access.rights(SERVICE)} == {
        f"GET {SERVICE}",
        f"PUT {SERVICE}",
        f"POST {SERVICE}/jobs",
        f"GET {SERVICE}/jobs",
        f"GET {SERVICE}/jobs/*",
        f"GET {SERVICE}/outgoing",
        f"GET {SERVICE}/outgoing/*",
        f"GET {SERVICE}/incoming",
        f"GET {SERVICE}/incoming/*",
        f"GET {SERVICE}/blacklists/*",
        f"GET {SERVICE}/senders/*",
    }


async def test_a_key_with_these_rights_can_do_all_that_a_phone_does() -> None:
    async with asking() as (made, _):
        asked = await made.phone.ask_for_key()
        await visit(asked, "ok")
        assert await made.phone.await_key(asked)
        assert not [one for one in await made.phone.check(None) if one.level == "error"]
        sent = await made.phone.submit(job(DURAND))
        await made.phone.find(job(DURAND))
        await made.phone.reports(job(DURAND, ids=sent.ids))
        await made.ovh.report(sent.ids[0])
        answer = await made.ovh.answer(DURAND, "Oui")
        assert answer is not None
        _, ids = await made.phone.reply_ids(NOON)
        assert [await made.phone.reply(one) for one in ids] != [None]
        assert not await made.phone.opted_out(DURAND)
        refused = [seen for seen in made.ovh.records.requests if seen.status == 403]
        assert refused == []


async def test_it_is_asked_for_under_the_application_s_key_alone() -> None:
    async with asking() as (made, _):
        asked = await made.phone.ask_for_key()
        [seen] = made.ovh.records.requests
        assert (seen.method, seen.path, seen.status) == ("POST", "/auth/credential", 200)
        assert "X-Ovh-Timestamp" not in seen.headers
        assert seen.body == {"accessRules": [{"method": r.method, "path": r.path} for r in access.rights(SERVICE)]}
        assert asked.validation_url.startswith(made.ovh.url.removesuffix("/1.0"))
        assert asked.consumer_key not in repr(asked)


@pytest.mark.parametrize("seen_before", [True, False])
async def test_it_waits_until_somebody_agrees(seen_before: bool) -> None:
    async with asking() as (made, clock):
        if seen_before:  # OVH may tell the state of a key that is not valid yet
            told = Fault.odd_answer({"status": "pendingValidation"})
            made.ovh.script(told, "GET /auth/currentCredential", times=2)
        asked = await made.phone.ask_for_key()
        waiting = asyncio.create_task(made.phone.await_key(asked))
        await looked(clock)
        clock.leap(access.LOOK_EVERY)
        await made.ovh.until(lambda: sum(s.path == access.CREDENTIAL for s in made.ovh.records.requests) >= 2)
        assert not waiting.done()
        await visit(asked, "ok")
        await looked(clock)
        clock.leap(access.LOOK_EVERY)
        assert await waiting
        assert (await made.phone.account()).credits == 100


async def test_after_ten_minutes_nobody_agrees_any_more_and_the_old_key_is_used_again() -> None:
    async with asking(Keys("application-key", "application-secret", "consumer-key")) as (made, clock):
        asked = await made.phone.ask_for_key()
        waiting = asyncio.create_task(made.phone.await_key(asked))
        await looked(clock)
        clock.leap(access.PATIENCE)
        assert not await waiting
        assert (await made.phone.account()).credits == 100


async def test_a_key_that_ovh_calls_refused_is_not_waited_for() -> None:
    async with asking() as (made, _):
        asked = await made.phone.ask_for_key()
        made.ovh.script(Fault.odd_answer({"status": "refused"}), "GET /auth/currentCredential")
        assert not await made.phone.await_key(asked)
        assert not made.account.has_key


@pytest.mark.parametrize("fault", [Fault.broken(503), Fault.reset(), Fault.html(200), Fault.odd_answer([])])
async def test_a_look_that_fails_is_no_answer(fault: Fault) -> None:
    async with asking() as (made, clock):
        asked = await made.phone.ask_for_key()
        await visit(asked, "ok")
        made.ovh.script(fault, "GET /auth/currentCredential")
        waiting = asyncio.create_task(made.phone.await_key(asked))
        await looked(clock)
        clock.leap(access.LOOK_EVERY)
        assert await waiting


async def test_a_key_that_may_not_ask_about_itself_was_agreed_to() -> None:
    async with asking() as (made, _):
        asked = await made.phone.ask_for_key()
        await visit(asked, "ok")
        made.ovh.script(Fault.not_granted(), "GET /auth/currentCredential")
        assert await made.phone.await_key(asked)


async def test_a_wrong_application_secret_is_told_at_once_and_not_waited_for() -> None:
    async with asking(Keys("application-key", "another", "consumer-key")) as (made, _):
        asked = await made.phone.ask_for_key()
        with pytest.raises(Temporary) as failure:
            await made.phone.await_key(asked)
        assert failure.value.reason is Reason.CLOCK


async def test_an_unknown_application_key_gets_no_consumer_key() -> None:
    async with asking(Keys("another", "application-secret")) as (made, _):
        with pytest.raises(Temporary) as failure:
            await made.phone.ask_for_key()
        assert failure.value.reason is Reason.KEYS


@pytest.mark.parametrize(
    "fault",
    [Fault.broken(500), Fault.reset(carried_out=True), Fault.html(200), Fault.odd_answer([]), Fault.odd_answer({})],
    ids=lambda fault: fault.name,
)
async def test_a_request_that_is_not_answered_is_temporary(fault: Fault) -> None:
    async with asking() as (made, _):
        made.ovh.script(fault, "POST /auth/credential")
        with pytest.raises(Temporary):
            await made.phone.ask_for_key()


async def test_without_a_key_nothing_is_called_at_all() -> None:
    async with asking() as (made, _):
        with pytest.raises(Temporary) as failure:
            await made.phone.account()
        assert (failure.value.reason, failure.value.scope) == (Reason.KEYS, "account")
        assert not made.ovh.records.requests


async def test_the_page_for_all_three_keys_asks_for_exactly_these_rights() -> None:
    async with asking() as (made, _):
        page = urlsplit(made.phone.token_page)
        assert page.path == "/createToken/"
        assert parse_qsl(page.query) == [tuple(right) for right in access.rights(SERVICE)]


@pytest.mark.parametrize(
    ("endpoint", "page"),
    [
        ("ovh-eu", "https://eu.api.ovh.com/createToken/?GET=/sms/sms-ab12345-1&PUT=/sms/sms-ab12345-1&POST="),
        ("ovh-ca", "https://ca.api.ovh.com/createToken/?GET="),
        ("ovh-us", "https://api.us.ovhcloud.com/createToken/?GET="),
    ],
)
async def test_that_page_stands_where_the_endpoint_is(endpoint: str, page: str) -> None:
    account = OvhAccount(endpoint, SmsAccount().service_name, NO_KEY, clock=LeapingClock())
    assert OvhPhone("accueil", account).token_page.startswith(page)
    await account.aclose()
