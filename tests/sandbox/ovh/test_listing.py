"""What the lists show, by which filters, and how late."""

from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import quote

import pytest

from bridge.sandbox.ovh import SimulatedOvh
from tests.sandbox.ovh.caller import DURAND, PETIT, Caller, HandClock


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def ovh(clock: HandClock) -> AsyncIterator[SimulatedOvh]:
    async with SimulatedOvh(clock=clock, clock_window=None) as simulated:
        yield simulated


async def test_outgoing_is_filtered(ovh: SimulatedOvh, clock: HandClock, caller: Caller) -> None:
    (first,) = (await caller.send(DURAND, tag="b1")).json["ids"]
    await clock.advance(60)
    (second,) = (await caller.send(PETIT, tag="b1")).json["ids"]
    (third,) = (await caller.send(DURAND, tag="b2", differedPeriod=5)).json["ids"]
    await ovh.report(second, dlr=2, ptt=23)
    later = quote((clock.now - timedelta(seconds=1)).isoformat())
    expected = {
        "": {first, second, third},
        "?tag=b1": {first, second},
        "?tag=none": set(),
        "?receiver=%2B33612345678": {first, third},
        "?receiver=0033612345678": {first, third},
        "?receiver=%2B33612345678&tag=b1": {first},
        "?deliveryReceipt=2": {second},
        "?tag=b1&deliveryReceipt=2": {second},
        "?ptt=23": {second},
        "?differedDelivery=5": {third},
        f"?sender={ovh.books().outgoing[first].sender}": {first, third},
        f"?creationDatetime.from={later}": {second, third},
        f"?creationDatetime.to={later}": {first},
        f"?receiver=%2B33612345678&creationDatetime.from={later}": {third},
    }
    for query, ids in expected.items():
        assert set(await caller.get(f"/outgoing{query}")) == ids, query


@pytest.mark.parametrize("query", ["?nothing=1", "?ptt=x", "?creationDatetime.from=yesterday"])
async def test_a_filter_that_is_none_is_refused(caller: Caller, query: str) -> None:
    assert (await caller.call("GET", f"/sms/sms-ab12345-1/outgoing{query}")).status == 400


async def test_dates_have_whole_seconds(clock: HandClock, caller: Caller) -> None:
    clock.now += timedelta(milliseconds=700)
    (sms_id,) = (await caller.send(DURAND)).json["ids"]
    half = quote((clock.now - timedelta(milliseconds=200)).isoformat())
    assert await caller.get(f"/outgoing?creationDatetime.from={half}") == []
    assert await caller.get("/outgoing?creationDatetime.from=2026-03-02T09:00:00Z") == [sms_id]


async def test_lists_may_be_late_each_by_itself(ovh: SimulatedOvh, clock: HandClock, caller: Caller) -> None:
    ovh.listing_late(outgoing=540, jobs=60)
    (sms_id,) = (await caller.send(DURAND, tag="b1")).json["ids"]
    assert await caller.get("/jobs") == []
    await clock.advance(60)
    assert await caller.get("/jobs") == [sms_id]
    await clock.advance(479)
    assert await caller.get("/outgoing?tag=b1") == []
    assert (await caller.call("GET", f"/sms/sms-ab12345-1/outgoing/{sms_id}")).status == 404
    await clock.advance(1)
    assert await caller.get("/outgoing?tag=b1") == [sms_id]


async def test_a_job_is_pending_until_its_first_report(ovh: SimulatedOvh, caller: Caller) -> None:
    (sms_id,) = (await caller.send(DURAND)).json["ids"]
    await ovh.report(sms_id, dlr=4, ptt=3)
    assert await caller.get("/jobs") == []
    assert (await caller.call("GET", f"/sms/sms-ab12345-1/jobs/{sms_id}")).status == 404
    told = await caller.get(f"/outgoing/{sms_id}")
    assert (told["deliveryReceipt"], told["ptt"]) == (4, 3)
    assert (told["sentAt"], told["deliveredAt"]) == ("2026-03-02T10:00:00+01:00", None)


async def test_a_pending_job_can_be_taken_back(ovh: SimulatedOvh, caller: Caller) -> None:
    (sms_id,) = (await caller.send(DURAND, tag="b1")).json["ids"]
    gone = await caller.call("DELETE", f"/sms/sms-ab12345-1/jobs/{sms_id}")
    assert (gone.status, gone.json) == (200, None)
    assert await caller.get("/outgoing?tag=b1") == []
    assert (await caller.get(""))["creditsLeft"] == 100
    assert (await caller.call("DELETE", f"/sms/sms-ab12345-1/jobs/{sms_id}")).status == 404


async def test_rows_of_others_can_be_put_there(ovh: SimulatedOvh, clock: HandClock, caller: Caller) -> None:
    long_ago = clock.now - timedelta(days=3)
    seeded = ovh.seeding.outgoing(DURAND, "Un autre texte", tag="b1", created=long_ago)
    assert await caller.get("/outgoing?tag=b1") == [seeded.id]
    assert (await caller.get(f"/outgoing/{seeded.id}"))["creationDatetime"] == "2026-02-27T10:00:00+01:00"
    assert await caller.get("/jobs") == []


async def test_ovh_may_show_two_rows_with_one_tag(ovh: SimulatedOvh, caller: Caller) -> None:
    (sms_id,) = (await caller.send(DURAND, tag="b1")).json["ids"]
    (copy,) = ovh.seeding.duplicate("b1")
    assert set(await caller.get("/outgoing?tag=b1")) == {sms_id, copy.id}
    assert (await caller.get(f"/outgoing/{copy.id}"))["receiver"] == DURAND


async def test_answers_are_filtered(ovh: SimulatedOvh, clock: HandClock, caller: Caller) -> None:
    first = ovh.seeding.incoming("+33612345678", "Oui", tag="b1")
    await clock.advance(60)
    second = ovh.seeding.incoming("0033612345679", "Non")
    assert set(await caller.get("/incoming")) == {first.id, second.id}
    assert await caller.get("/incoming?sender=0033612345679") == [second.id]
    assert await caller.get("/incoming?tag=b1") == [first.id]
    assert await caller.get("/incoming?creationDatetime.from=2026-03-02T10:00:30%2B01:00") == [second.id]
    assert await caller.get(f"/incoming/{first.id}") == {
        "id": first.id,
        "sender": "+33612345678",
        "message": "Oui",
        "creationDatetime": "2026-03-02T10:00:00+01:00",
        "credits": 1.0,
        "tag": "b1",
    }


async def test_lists_may_hold_what_is_no_id(ovh: SimulatedOvh, caller: Caller) -> None:
    answer = ovh.seeding.incoming("+33612345678", "Oui")
    ovh.seeding.list_also("incoming", "abc", None, 12.5, 404)
    assert await caller.get("/incoming") == [answer.id, "abc", None, 12.5, 404]
    assert (await caller.call("GET", "/sms/sms-ab12345-1/incoming/404")).status == 404
    assert (await caller.call("GET", "/sms/sms-ab12345-1/incoming/abc")).status == 400
