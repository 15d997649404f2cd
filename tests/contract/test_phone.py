"""What every Phone does, whatever stands behind it. A world gives a phone and what happens around it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import pytest

from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Temporary
from bridge.domain.ids import OvhId
from bridge.domain.sms import Absent, CannotTell, Found
from bridge.domain.states import SmsState
from bridge.ports.phone import CallbackUrls, Phone, RegisteredUrls
from tests.adapters.ovh.contract import ovh_phone_world
from tests.adapters.ovh.world import DIALLO, DURAND, NOON, PETIT, job


class PhoneWorld(Protocol):
    """What a test of a phone needs of the world around it."""

    phone: Phone

    def accepted(self, tag: str) -> int:
        """How many SMS were accepted under this tag."""
        ...

    def hang(self) -> None:
        """The next sending is taken, its answer waits for `release`."""
        ...

    def release(self) -> None: ...
    async def until_hanging(self) -> None: ...
    def lose_the_answer(self) -> None:
        """The next sending is taken, its answer is lost."""
        ...

    def refuse_all_numbers(self) -> None: ...
    def revoke_keys(self) -> None: ...
    def limit_rate(self, seconds: int) -> None: ...
    def stop_listing(self) -> None: ...
    async def unplug(self) -> None: ...
    async def arrives(self, ovh_id: int, *, delivered: bool) -> None: ...
    async def answers(self, text: str) -> int:
        """DURAND answers; gives the id."""
        ...

    async def stops(self) -> None:
        """DURAND writes STOP."""
        ...


WORLDS = {"ovh": ovh_phone_world}


@pytest.fixture(params=WORLDS)
async def phone_world(request: pytest.FixtureRequest) -> AsyncIterator[PhoneWorld]:
    made: AbstractAsyncContextManager[PhoneWorld] = WORLDS[request.param]()
    async with made as world:
        yield world


async def test_a_job_is_submitted_once_and_found_by_a_look(phone_world: PhoneWorld) -> None:
    sent = await phone_world.phone.submit(job())
    assert len(sent.ids) == 1
    assert await phone_world.phone.find(job()) == Found(sent.ids, {sent.ids[0]: DURAND})
    assert phone_world.accepted(job().tag) == 1


async def test_a_job_of_several_receivers_has_an_id_for_each(phone_world: PhoneWorld) -> None:
    sent = await phone_world.phone.submit(job(DURAND, PETIT, DIALLO))
    assert len(set(sent.ids)) == 3
    found = await phone_world.phone.find(job(DURAND, PETIT, DIALLO))
    assert isinstance(found, Found)
    assert set(found.ids) == set(sent.ids)


async def test_a_job_never_sent_is_absent(phone_world: PhoneWorld) -> None:
    assert await phone_world.phone.find(job()) == Absent()


async def test_a_lost_answer_is_an_unknown_outcome_and_the_look_finds_the_job(
    phone_world: PhoneWorld,
) -> None:
    phone_world.lose_the_answer()
    with pytest.raises(OutcomeUnknown):
        await phone_world.phone.submit(job())
    assert isinstance(await phone_world.phone.find(job()), Found)


async def test_a_look_that_is_not_answered_cannot_tell(phone_world: PhoneWorld) -> None:
    phone_world.stop_listing()
    assert isinstance(await phone_world.phone.find(job()), CannotTell)


async def test_what_surely_was_not_sent_is_temporary(phone_world: PhoneWorld) -> None:
    await phone_world.unplug()
    with pytest.raises(Temporary) as failure:
        await phone_world.phone.submit(job())
    assert (failure.value.reason, failure.value.scope) == (Reason.NETWORK, "job")
    assert isinstance(await phone_world.phone.find(job()), CannotTell)


async def test_refused_numbers_are_permanent(phone_world: PhoneWorld) -> None:
    phone_world.refuse_all_numbers()
    with pytest.raises(Permanent):
        await phone_world.phone.submit(job())
    assert phone_world.accepted(job().tag) == 0


async def test_revoked_keys_hit_the_account_and_send_nothing(phone_world: PhoneWorld) -> None:
    phone_world.revoke_keys()
    with pytest.raises(Temporary) as failure:
        await phone_world.phone.submit(job())
    assert (failure.value.reason, failure.value.scope) == (Reason.KEYS, "account")


async def test_a_limited_rate_hits_the_account_and_says_how_long(phone_world: PhoneWorld) -> None:
    phone_world.limit_rate(7)
    with pytest.raises(Temporary) as failure:
        await phone_world.phone.submit(job())
    assert (failure.value.reason, failure.value.scope) == (Reason.RATE, "account")
    assert failure.value.retry_after is not None
    assert failure.value.retry_after.total_seconds() == 7


async def test_cancelling_the_caller_does_not_undo_the_sending(phone_world: PhoneWorld) -> None:
    phone_world.hang()
    submitting = asyncio.ensure_future(phone_world.phone.submit(job()))
    await phone_world.until_hanging()
    submitting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await submitting
    phone_world.release()
    assert isinstance(await phone_world.phone.find(job()), Found)


async def test_reports_tell_who_got_it(phone_world: PhoneWorld) -> None:
    sent = await phone_world.phone.submit(job(DURAND, PETIT))
    first, second = sent.ids
    await phone_world.arrives(first, delivered=True)
    await phone_world.arrives(second, delivered=False)
    reports = await phone_world.phone.reports(job(DURAND, PETIT, ids=sent.ids))
    assert {report.id: report.state for report in reports} == {
        first: SmsState.DELIVERED,
        second: SmsState.UNDELIVERED,
    }


async def test_an_answer_is_listed_and_read_with_the_tag_it_answers(phone_world: PhoneWorld) -> None:
    sent = await phone_world.phone.submit(job())
    await phone_world.arrives(sent.ids[0], delivered=True)
    reply_id = await phone_world.answers("Oui, merci")
    began, ids = await phone_world.phone.reply_ids(NOON)
    assert began.tzinfo is not None
    assert ids == [reply_id]
    reply = await phone_world.phone.reply(OvhId(reply_id))
    assert reply is not None
    assert (reply.sender, reply.text, reply.tag) == (DURAND, "Oui, merci", job().tag)


async def test_an_answer_nobody_sent_is_none(phone_world: PhoneWorld) -> None:
    assert await phone_world.phone.reply(OvhId(1)) is None


async def test_who_wrote_stop_is_opted_out(phone_world: PhoneWorld) -> None:
    assert not await phone_world.phone.opted_out(DURAND)
    await phone_world.stops()
    assert await phone_world.phone.opted_out(DURAND)
    assert not await phone_world.phone.opted_out(PETIT)


async def test_the_account_tells_credits_and_check_finds_no_error(phone_world: PhoneWorld) -> None:
    urls = CallbackUrls("https://sms.test/r", "https://sms.test/a", "https://sms.test/s")
    await phone_world.phone.register(urls)
    state = await phone_world.phone.account()
    assert state.credits is not None
    assert state.credits > 0
    assert [one for one in await phone_world.phone.check(urls) if one.level == "error"] == []


async def test_where_the_provider_calls_is_what_was_registered(phone_world: PhoneWorld) -> None:
    urls = CallbackUrls("https://sms.test/r", "https://sms.test/a", "https://sms.test/s")
    assert await phone_world.phone.callbacks() == RegisteredUrls()
    await phone_world.phone.register(urls)
    assert await phone_world.phone.callbacks() == RegisteredUrls(urls.report, urls.reply, urls.stop)


async def test_check_of_what_cannot_be_reached_tells_so_and_raises_nothing(phone_world: PhoneWorld) -> None:
    await phone_world.unplug()
    assert "error" in {one.level for one in await phone_world.phone.check(None)}
