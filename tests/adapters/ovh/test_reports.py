"""The DLR id alone says what became of an SMS; ptt explains a failure."""

import pytest

from bridge.adapters.ovh.news import report
from bridge.domain.causes import Cause
from bridge.domain.failures import Temporary
from bridge.domain.ids import OvhId
from bridge.domain.numbers import E164
from bridge.domain.sms import Report
from bridge.domain.states import SmsState
from bridge.sandbox.ovh.faults import Fault
from tests.adapters.ovh.world import DIALLO, DURAND, PETIT, job, world


@pytest.mark.parametrize(
    ("dlr", "ptt", "state", "cause"),
    [
        (0, 0, SmsState.ACCEPTED, None),
        (4, 3, SmsState.IN_NETWORK, None),
        (8, 24, SmsState.BUFFERED, None),
        (1, 4, SmsState.DELIVERED, None),
        (1, 0, SmsState.DELIVERED, None),
        (1, 23, SmsState.DELIVERED, None),
        (2, 4, SmsState.UNDELIVERED, Cause.UNKNOWN),
        (2, 23, SmsState.UNDELIVERED, Cause.WRONG_NUMBER),
        (2, 24, SmsState.UNDELIVERED, Cause.PHONE_OFF),
        (2, 9999, SmsState.UNDELIVERED, Cause.UNKNOWN),
        (2, None, SmsState.UNDELIVERED, None),
        (16, 76, SmsState.UNDELIVERED, Cause.BLOCKED),
        (3, 4, SmsState.ACCEPTED, None),
        (-1, 4, SmsState.ACCEPTED, None),
    ],
)
def test_the_dlr_decides(dlr: int, ptt: int | None, state: SmsState, cause: Cause | None) -> None:
    assert report(OvhId(7), dlr, ptt) == Report(OvhId(7), state, cause)


async def test_one_receiver_costs_one_call() -> None:
    async with world() as made:
        sent = await made.phone.submit(job())
        await made.ovh.report(sent.ids[0], dlr=2, ptt=23)
        before = len(made.ovh.records.requests)
        found = await made.phone.reports(job(ids=sent.ids))
        assert found == [Report(sent.ids[0], SmsState.UNDELIVERED, Cause.WRONG_NUMBER, DURAND)]
        assert len(made.ovh.records.requests) - before == 1


async def test_many_receivers_cost_three_calls_and_one_for_each_failure() -> None:
    receivers = tuple(E164(f"+3361{n:07}") for n in range(50))
    async with world() as made:
        sent = await made.phone.submit(job(*receivers))
        for ovh_id in sent.ids[:40]:
            await made.ovh.report(ovh_id, dlr=1, ptt=4)
        await made.ovh.report(sent.ids[40], dlr=2, ptt=24)
        await made.ovh.report(sent.ids[41], dlr=16, ptt=76)
        before = len(made.ovh.records.requests)
        found = await made.phone.reports(job(*receivers, ids=sent.ids))
        assert len(made.ovh.records.requests) - before == 5
        assert len(found) == 42
        causes = {one.id: one.cause for one in found if one.state is SmsState.UNDELIVERED}
        assert causes == {sent.ids[40]: Cause.PHONE_OFF, sent.ids[41]: Cause.BLOCKED}
        assert all(one.receiver for one in found if one.state is SmsState.UNDELIVERED)


async def test_ids_that_are_not_the_job_s_are_left_out() -> None:
    async with world() as made:
        sent = await made.phone.submit(job(DURAND, PETIT))
        for copy in made.ovh.seeding.duplicate(job().tag):
            await made.ovh.report(copy.id)
        assert await made.phone.reports(job(DURAND, PETIT, ids=sent.ids)) == []


async def test_without_ids_the_tag_tells() -> None:
    async with world() as made:
        sent = await made.phone.submit(job())
        await made.ovh.report(sent.ids[0])
        assert await made.phone.reports(job()) == [Report(sent.ids[0], SmsState.DELIVERED)]


async def test_what_cannot_be_read_now_is_left_for_the_next_pull() -> None:
    async with world() as made:
        sent = await made.phone.submit(job(DURAND, PETIT, DIALLO))
        await made.ovh.report(sent.ids[0])
        await made.ovh.report(sent.ids[1], dlr=2, ptt=24)
        await made.ovh.report(sent.ids[2], dlr=2, ptt=24)
        made.ovh.script(Fault.odd_answer({"id": None}), f"GET outgoing/{sent.ids[1]}")
        made.ovh.script(Fault.broken(500), f"GET outgoing/{sent.ids[2]}")
        found = await made.phone.reports(job(DURAND, PETIT, DIALLO, ids=sent.ids))
        assert found == [Report(sent.ids[0], SmsState.DELIVERED)]


@pytest.mark.parametrize("fault", [Fault.broken(500), Fault.odd_answer({}), Fault.rate_limited(), Fault.html(200)])
async def test_a_list_that_fails_is_temporary(fault: Fault) -> None:
    async with world() as made:
        made.ovh.script(fault, "GET outgoing")
        with pytest.raises(Temporary):
            await made.phone.reports(job(DURAND, PETIT))


async def test_an_sms_not_listed_yet_has_no_report() -> None:
    async with world() as made:
        assert await made.phone.reports(job(ids=(7,))) == []
