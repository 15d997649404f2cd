"""An account: its clock is known before anything is signed, its calls outlive those who wait, it ends in time."""

import asyncio
from datetime import timedelta

import pytest

from bridge.adapters.ovh.client import OvhAccount
from bridge.adapters.ovh.phone import OvhPhone
from bridge.domain.failures import OutcomeUnknown, Reason, Temporary
from bridge.sandbox.ovh.faults import Fault
from tests.adapters.ovh.world import KEYS, NOON, HandClock, World, job, world


def requests(made: World) -> list[tuple[str, str]]:
    return [(seen.method, seen.path) for seen in made.ovh.records.requests]


async def test_ovh_s_time_is_asked_for_once_and_before_the_first_post() -> None:
    async with world() as made:
        await asyncio.gather(*(made.phone.submit(job(tag=f"bjob{n}")) for n in range(20)))
        assert requests(made)[0] == ("GET", "/auth/time")
        assert requests(made).count(("GET", "/auth/time")) == 1
        assert made.asked("submit") == 20


async def test_nothing_is_posted_while_ovh_s_time_is_unknown() -> None:
    async with world() as made:
        made.ovh.script(Fault.broken(500), "GET /auth/time")
        made.ovh.script(Fault.odd_answer("noon"), "GET /auth/time")
        for reason in (Reason.SERVER, Reason.SERVER):
            with pytest.raises(Temporary) as failure:
                await made.phone.submit(job())
            assert failure.value.reason is reason
        assert made.ovh.records.posts_seen == 0
        await made.phone.submit(job())


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_clock_an_hour_wrong_is_made_up_for(hours: int) -> None:
    async with world() as made:
        made.ovh.skew(timedelta(hours=hours))
        await made.phone.submit(job())
        assert made.account.now() == NOON + timedelta(hours=hours)
        assert made.account.at_ovh(NOON) == NOON + timedelta(hours=hours)


async def test_a_clock_that_went_wrong_later_is_read_again_and_the_job_leaves_once() -> None:
    async with world() as made:
        await made.phone.submit(job(tag="bfirst"))
        made.ovh.skew(timedelta(hours=1))
        await made.phone.submit(job(tag="bsecond"))
        assert made.asked("time") == 2
        assert made.calls[-3:] == [("submit", "clock"), ("time", "ok"), ("submit", "ok")]
        assert made.ovh.records.doubled() == 0


@pytest.mark.parametrize("fault", [Fault.query_time_out(), Fault.invalid_signature()])
async def test_a_clock_that_stays_wrong_pauses_the_account_after_one_repeat(fault: Fault) -> None:
    async with world() as made:
        made.ovh.script(fault, times=None)
        with pytest.raises(Temporary) as failure:
            await made.phone.submit(job())
        assert (failure.value.reason, failure.value.scope) == (Reason.CLOCK, "account")
        assert made.asked("submit") == 2


async def test_when_somebody_sets_our_clock_ovh_s_time_is_read_before_the_next_post() -> None:
    async with world() as made:
        await made.phone.submit(job(tag="bfirst"))
        made.clock.set_back(3600)
        made.ovh.skew(timedelta(hours=1))
        await made.phone.submit(job(tag="bsecond"))
        assert ("submit", "clock") not in made.calls


async def test_ovh_s_time_is_read_again_after_an_hour() -> None:
    async with world() as made:
        await made.phone.submit(job(tag="bfirst"))
        made.clock.advance(3601)
        await made.phone.submit(job(tag="bsecond"))
        assert made.asked("time") == 2


async def test_a_cancelled_caller_does_not_lose_the_answer_of_the_future() -> None:
    async with world() as made:
        made.ovh.script(Fault.hang(carried_out=True))
        future = made.phone.submitting(job())
        waiting = asyncio.ensure_future(asyncio.shield(future))
        await made.ovh.until(lambda: made.ovh.hanging)
        waiting.cancel()
        made.ovh.release()
        assert len((await future).ids) == 1


async def test_closing_waits_for_the_answer_in_flight() -> None:
    async with world() as made:
        made.ovh.script(Fault.hang(carried_out=True))
        future = made.phone.submitting(job())
        await made.ovh.until(lambda: made.ovh.hanging)
        closing = asyncio.ensure_future(made.account.aclose(grace=5.0))
        await asyncio.sleep(0)
        made.ovh.release()
        await closing
        assert len(future.result().ids) == 1


async def test_closing_breaks_what_lasts_and_its_outcome_is_unknown() -> None:
    async with world(read=30.0) as made:
        made.ovh.script(Fault.hang())
        future = made.phone.submitting(job())
        await made.ovh.until(lambda: made.ovh.hanging)
        await made.account.aclose(grace=0.01)
        with pytest.raises(OutcomeUnknown):
            future.result()
        made.ovh.release()


async def test_a_call_that_lasts_over_90_seconds_is_broken_when_another_begins() -> None:
    async with world(read=30.0) as made:
        made.ovh.script(Fault.hang())
        future = made.phone.submitting(job())
        await made.ovh.until(lambda: made.ovh.hanging)
        made.clock.advance(89)
        await made.phone.account()
        assert not future.done()
        made.clock.advance(2)
        await made.phone.account()
        with pytest.raises(OutcomeUnknown):
            await asyncio.wait_for(future, 5)
        made.ovh.release()


async def test_a_closed_account_sends_nothing() -> None:
    async with world() as made:
        await made.account.aclose()
        with pytest.raises(Temporary):
            await made.phone.submit(job())


async def test_reads_wait_for_their_pace_and_posts_do_not() -> None:
    async with world() as made:
        waited: list[str] = []

        async def pace() -> None:
            waited.append("waited")

        account = OvhAccount(made.ovh.url, "sms-ab12345-1", KEYS, clock=made.clock, pace=pace)
        await account.get("account", account.path)
        await OvhPhone("accueil", account).submit(job())
        assert waited == ["waited"]
        await account.aclose()


async def test_no_failure_carries_a_key(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    async with world() as made:
        said = '{"message": "application-secret consumer-key +33612345678"}'
        made.ovh.script(Fault.answers(400, said.encode()))
        with pytest.raises(Exception) as failure:  # noqa: PT011  whatever it is
            await made.phone.submit(job())
        written = str(failure.value) + repr(failure.value) + caplog.text + "".join(capsys.readouterr())
        assert "ovh_call_failed" in written
        for secret in (*KEYS.secrets[1:], "612345678", job().text):
            assert secret not in written


async def test_a_service_name_is_one_part_of_the_path() -> None:
    account = OvhAccount("ovh-eu", "../me?x", KEYS, clock=HandClock())
    assert account.path == "/sms/..%2Fme%3Fx"
    await account.aclose()
