"""What happens between OVH and the telephones, by a clock that is moved by hand."""

from collections.abc import AsyncIterator

import pytest

from bridge.sandbox.ovh import Change, Happened, SimulatedOvh, SmsAccount
from tests.sandbox.ovh.caller import DURAND, PETIT, Caller, HandClock


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def ovh(clock: HandClock) -> AsyncIterator[SimulatedOvh]:
    async with SimulatedOvh(
        [SmsAccount(senders=("CABINET",))],
        clock=clock,
        clock_window=None,
        sleep=clock.sleep,
        delivery_after=1.5,
        fails_after=10.0,
    ) as simulated:
        yield simulated


async def sent(caller: Caller, number: str = DURAND, **more: object) -> int:
    return int((await caller.send(number, **more)).json["ids"][0])


async def state(caller: Caller, sms_id: int) -> tuple[int, int]:
    told = await caller.get(f"/outgoing/{sms_id}")
    return told["deliveryReceipt"], told["ptt"]


async def test_an_sms_arrives_after_a_while(ovh: SimulatedOvh, clock: HandClock, caller: Caller) -> None:
    sms_id = await sent(caller, text="Vendredi 9 h ?", tag="b1")
    await clock.sleepers()
    await clock.advance(1.4)
    assert not ovh.telephone(DURAND).inbox
    assert await state(caller, sms_id) == (0, 0)
    await clock.advance(0.1)
    (received,) = ovh.telephone("06 12 34 56 78").inbox
    assert (received.text, received.tag, received.id) == ("Vendredi 9 h ?", "b1", sms_id)
    assert (len(received.sender), received.at) == (5, clock.now)
    assert await state(caller, sms_id) == (1, 4)
    assert (await caller.get(f"/outgoing/{sms_id}"))["deliveredAt"] == "2026-03-02T10:00:01+01:00"


async def test_the_network_may_report_later_than_the_sms_is_read(clock: HandClock) -> None:
    slow = SimulatedOvh(clock=clock, clock_window=None, sleep=clock.sleep, delivery_after=0.5, reported_after=1.0)
    async with slow as ovh, Caller(ovh) as caller:
        ovh.switch_off(PETIT)
        here, there = await sent(caller), await sent(caller, PETIT)
        await clock.sleepers(2)
        await clock.advance(0.5)
        assert len(ovh.telephone(DURAND).inbox) == 1
        assert [await state(caller, one) for one in (here, there)] == [(0, 0), (0, 0)]
        await ovh.switch_on(PETIT)
        await clock.advance(1.0)
        assert [await state(caller, one) for one in (here, there)] == [(1, 4), (1, 4)]
        assert [len(ovh.telephone(one).inbox) for one in (DURAND, PETIT)] == [1, 1]


async def test_a_telephone_that_is_off_fails_in_the_end(ovh: SimulatedOvh, clock: HandClock, caller: Caller) -> None:
    ovh.switch_off(DURAND)
    sms_id = await sent(caller)
    await clock.sleepers()
    await clock.advance(1.5)
    assert await state(caller, sms_id) == (8, 1)
    await clock.advance(8.5)
    assert await state(caller, sms_id) == (2, 24)
    await ovh.switch_on(DURAND)
    assert not ovh.telephone(DURAND).inbox


async def test_a_telephone_switched_on_in_time_gets_what_waited(
    ovh: SimulatedOvh, clock: HandClock, caller: Caller
) -> None:
    ovh.switch_off(DURAND)
    sms_id = await sent(caller)
    await clock.sleepers()
    await clock.advance(5)
    await ovh.switch_on(DURAND)
    assert await state(caller, sms_id) == (1, 4)
    await clock.advance(20)
    assert await state(caller, sms_id) == (1, 4)
    assert len(ovh.telephone(DURAND).inbox) == 1


async def test_a_number_that_does_not_exist_is_told(ovh: SimulatedOvh, clock: HandClock, caller: Caller) -> None:
    ovh.number_does_not_exist(DURAND)
    sms_id = await sent(caller)
    await clock.sleepers()
    await clock.advance(1.5)
    assert await state(caller, sms_id) == (2, 23)
    ovh.number_does_not_exist(DURAND, exists=True)
    await sent(caller)
    await clock.sleepers()
    await clock.advance(1.5)
    assert len(ovh.telephone(DURAND).inbox) == 1


async def test_a_deferred_sms_waits_its_minutes(ovh: SimulatedOvh, clock: HandClock, caller: Caller) -> None:
    sms_id = await sent(caller, differedPeriod=2)
    await clock.sleepers()
    await clock.advance(121)
    assert await caller.get("/jobs") == [sms_id]
    await clock.advance(0.5)
    assert len(ovh.telephone(DURAND).inbox) == 1


async def test_a_job_taken_back_never_arrives(ovh: SimulatedOvh, clock: HandClock, caller: Caller) -> None:
    sms_id = await sent(caller)
    await clock.sleepers()
    await caller.call("DELETE", f"/sms/sms-ab12345-1/jobs/{sms_id}")
    await clock.advance(20)
    assert not ovh.telephone(DURAND).inbox


async def test_an_answer_bears_the_tag_of_the_latest_sms(ovh: SimulatedOvh, clock: HandClock, caller: Caller) -> None:
    for tag in ("b1", "b2"):
        await sent(caller, tag=tag)
        await clock.sleepers()
        await clock.advance(1.5)
    answer = await ovh.answer(DURAND, "Oui")
    assert answer is not None
    told = await caller.get(f"/incoming/{answer.id}")
    assert (told["sender"], told["message"], told["tag"]) == (DURAND, "Oui", "b2")
    assert (await caller.get(""))["creditsLeft"] == 97
    assert [(one.text, one.lost) for one in ovh.telephone(DURAND).written] == [("Oui", False)]


@pytest.mark.parametrize(("form", "shown"), [("0033", "0033612345678"), ("33", "33612345678"), ("06", "0612345678")])
async def test_a_stranger_may_write_and_be_shown_in_any_form(
    ovh: SimulatedOvh, caller: Caller, form: str, shown: str
) -> None:
    answer = await ovh.answer(DURAND, "C'est bien demain ?", sender_format=form)
    assert answer is not None
    told = await caller.get(f"/incoming/{answer.id}")
    assert (told["sender"], told["tag"]) == (shown, "")


async def test_a_tag_can_be_given_or_left_out(ovh: SimulatedOvh, clock: HandClock, caller: Caller) -> None:
    await sent(caller, tag="b1")
    await clock.sleepers()
    await clock.advance(1.5)
    tags = [await ovh.answer(DURAND, "Oui", tag=tag) for tag in ("", "other")]
    assert [answer.tag for answer in tags if answer] == ["", "other"]


async def test_after_48_hours_answers_are_lost_until_the_next_sms(
    ovh: SimulatedOvh, clock: HandClock, caller: Caller
) -> None:
    await sent(caller)
    await clock.sleepers()
    await clock.advance(1.5)
    ovh.close_window(DURAND)
    assert await ovh.answer(DURAND, "Trop tard") is None
    assert await caller.get("/incoming") == []
    assert ovh.telephone(DURAND).written[0].lost
    await sent(caller)
    await clock.sleepers()
    await clock.advance(1.5)
    assert await ovh.answer(DURAND, "Oui") is not None


@pytest.mark.parametrize("word", ["STOP", " stop\n"])
async def test_stop_puts_the_number_on_the_blacklist(
    ovh: SimulatedOvh, clock: HandClock, caller: Caller, word: str
) -> None:
    sms_id = await sent(caller)
    await clock.sleepers()
    await clock.advance(1.5)
    await ovh.answer(DURAND, word)
    told = await caller.get("/blacklists/%2B33612345678")
    assert (told["number"], told["smsOutgoingID"]) == (DURAND, sms_id)
    assert (await caller.send(DURAND)).json["invalidReceivers"] == [DURAND]


async def test_stop_inside_a_sentence_is_only_an_answer(ovh: SimulatedOvh, caller: Caller) -> None:
    await ovh.answer(DURAND, "Je m'arrête au stop")
    assert await caller.get("/blacklists") == []


async def test_a_subscriber_hears_of_everything(ovh: SimulatedOvh, clock: HandClock, caller: Caller) -> None:
    changes: list[Change] = []
    unsubscribe = ovh.subscribe(changes.append)
    await sent(caller)
    await clock.sleepers()
    await clock.advance(1.5)
    await ovh.answer(DURAND, "STOP")
    ovh.switch_off(PETIT)
    ovh.set_mode("silent")
    heard = [change.what for change in changes]
    unsubscribe()
    ovh.switch_off(DURAND)
    assert len(changes) == len(heard)
    assert heard == [
        Happened.ACCEPTED,
        Happened.REQUEST,
        Happened.REPORT,
        Happened.STOP,
        Happened.REPLY,
        Happened.TELEPHONE,
        Happened.MODE,
    ]
