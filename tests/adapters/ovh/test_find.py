"""A look tells what OVH's lists show of a job, and never guesses."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.domain.ids import OvhId
from bridge.domain.sms import Absent, CannotTell, Found
from bridge.sandbox.ovh.faults import Fault
from tests.adapters.ovh.world import DIALLO, DURAND, NOON, PETIT, TAG, World, job, world

TEXT = job().text


def paths(made: World) -> list[str]:
    return [seen.path.removeprefix("/sms/sms-ab12345-1") for seen in made.ovh.records.requests]


async def test_two_ids_for_one_receiver_are_both_found() -> None:
    async with world() as made:
        sent = await made.phone.submit(job())
        made.ovh.seeding.duplicate(TAG)
        found = await made.phone.find(job())
        assert isinstance(found, Found)
        assert len(found.ids) == 2
        assert sent.ids[0] in found.ids


async def test_as_many_ids_as_receivers_cost_one_reading() -> None:
    async with world() as made:
        await made.phone.submit(job(DURAND, PETIT, DIALLO))
        before = len(made.ovh.records.requests)
        found = await made.phone.find(job(DURAND, PETIT, DIALLO))
        assert isinstance(found, Found)
        assert len(found.ids) == 3
        assert len(made.ovh.records.requests) - before == 2


async def test_of_fewer_ids_each_is_read_to_tell_who_is_missing() -> None:
    async with world() as made:
        first = made.ovh.seeding.outgoing(DURAND, TEXT, tag=TAG)
        second = made.ovh.seeding.outgoing(DIALLO, TEXT, tag=TAG)
        found = await made.phone.find(job(DURAND, PETIT, DIALLO))
        assert isinstance(found, Found)
        assert found.receivers == {first.id: DURAND, second.id: DIALLO}


async def test_fewer_ids_than_receivers_are_read_beyond_twenty() -> None:
    receivers = [f"+3361{n:07}" for n in range(40)]
    async with world() as made:
        for number in receivers[:30]:
            made.ovh.seeding.outgoing(number, TEXT, tag=TAG)
        found = await made.phone.find(job(*receivers))  # type: ignore[arg-type]
        assert isinstance(found, Found)
        assert len(found.receivers) == 30


async def test_another_text_under_our_tag_is_not_adopted() -> None:
    async with world() as made:
        made.ovh.seeding.outgoing(DURAND, "Autre chose", tag=TAG)
        assert await made.phone.find(job()) == CannotTell("text differs", other_text=True)


async def test_white_space_that_ovh_changed_is_no_other_text() -> None:
    async with world() as made:
        sms = made.ovh.seeding.outgoing(DURAND, "Deux  lignes\r\nici ", tag=TAG)
        assert await made.phone.find(job(text="Deux lignes\nici")) == Found((OvhId(sms.id),), {OvhId(sms.id): DURAND})


async def test_a_stop_clause_behind_the_text_is_no_other_text() -> None:
    async with world(sender="Cabinet", no_stop_clause=False) as made:
        await made.phone.submit(job())
        assert made.ovh.books().with_tag(TAG)[0].message != TEXT
        assert isinstance(await made.phone.find(job()), Found)


async def test_a_job_that_is_only_pending_is_found_by_likeness() -> None:
    async with world() as made:
        made.ovh.listing_late(outgoing=540)
        sent = await made.phone.submit(job())
        assert await made.phone.find(job()) == Found(sent.ids, {sent.ids[0]: DURAND})


async def test_a_listed_job_whose_tag_got_lost_is_found_by_likeness() -> None:
    async with world() as made:
        sms = made.ovh.seeding.outgoing(DURAND, TEXT, tag="")
        assert await made.phone.find(job()) == Found((OvhId(sms.id),), {OvhId(sms.id): DURAND})


@pytest.mark.parametrize("pending", [True, False])
async def test_a_candidate_under_another_tag_never_matches(pending: bool) -> None:
    async with world() as made:
        made.ovh.seeding.outgoing(DURAND, TEXT, tag="bsomebodyelse", pending=pending)
        assert await made.phone.find(job()) == Absent()


async def test_candidates_must_agree_in_receiver_text_and_time() -> None:
    async with world() as made:
        made.ovh.seeding.outgoing(PETIT, TEXT, pending=True)
        made.ovh.seeding.outgoing(DURAND, "Autre chose", pending=True)
        made.ovh.seeding.outgoing(DURAND, TEXT, pending=True, created=NOON - timedelta(minutes=5))
        assert await made.phone.find(job()) == Absent()


async def test_a_list_is_only_looked_for_by_its_tag() -> None:
    async with world() as made:
        made.ovh.seeding.outgoing(DURAND, TEXT, tag="", pending=True)
        assert await made.phone.find(job(DURAND, PETIT)) == Absent()
        assert paths(made)[1:] == ["/outgoing"]


async def test_a_date_without_offset_in_the_pending_list_cannot_tell() -> None:
    async with world() as made:
        sms = made.ovh.seeding.outgoing(DURAND, TEXT, pending=True)
        naive = b'{"id": 1, "receiver": "+33612345678", "message": "%s", "creationDatetime": "2026-05-04T12:00:00"}'
        made.ovh.script(Fault.answers(200, naive % TEXT.encode()), f"GET jobs/{sms.id}")
        assert await made.phone.find(job()) == CannotTell("a date without offset")


async def test_twenty_calls_are_enough_or_nothing_can_be_told() -> None:
    async with world() as made:
        for number in range(30):
            made.ovh.seeding.outgoing(f"+3361{number:07}", "Autre chose", pending=True)
        assert await made.phone.find(job()) == CannotTell("too many candidates")
        assert len([path for path in paths(made) if path != "/auth/time"]) <= 20


async def test_a_pending_job_gone_since_it_was_listed_is_met_among_what_was_sent() -> None:
    async with world() as made:
        made.ovh.seeding.list_also("jobs", 7)
        assert await made.phone.find(job()) == Absent()


async def test_a_hint_whose_tag_is_the_job_s_proves_it() -> None:
    async with world() as made:
        mine = made.ovh.seeding.outgoing(DURAND, TEXT, tag=TAG)
        other = made.ovh.seeding.outgoing(DURAND, TEXT, tag="bsomebodyelse")
        made.ovh.script(Fault.answers(200, b"[]"), "GET outgoing")
        found = await made.phone.find(job(hints=(7, other.id, mine.id)))
        assert found == Found((OvhId(mine.id),), {OvhId(mine.id): DURAND})


@pytest.mark.parametrize(
    "fault",
    [
        Fault.broken(500),
        Fault.reset(),
        Fault.html(200),
        Fault.html(502),
        Fault.garbage(),
        Fault.odd_answer(),
        Fault.odd_answer(["x"]),
        Fault.rate_limited(),
        Fault.revoked(),
        Fault.odd_forbidden(),
        Fault.unknown_service(),
        Fault.query_time_out(),
    ],
    ids=lambda fault: fault.name,
)
@pytest.mark.parametrize("on", ["GET outgoing", "GET jobs", "GET outgoing/*", "GET jobs/*"])
async def test_a_call_without_a_right_answer_makes_it_no_look(fault: Fault, on: str) -> None:
    async with world() as made:
        # There is something to read at every step, and none of it is the job.
        made.ovh.seeding.outgoing(DURAND, TEXT, tag="bsomebodyelse", pending=True)
        made.ovh.script(fault, on, times=None)
        assert isinstance(await made.phone.find(job()), CannotTell)


async def test_nobody_there_cannot_tell() -> None:
    async with world() as made:
        await made.ovh.unplug()
        assert await made.phone.find(job()) == CannotTell("network")


async def test_being_cancelled_goes_on() -> None:
    async with world() as made:
        made.ovh.script(Fault.hang(), "GET outgoing")
        looking = asyncio.ensure_future(made.phone.find(job()))
        await made.ovh.until(lambda: made.ovh.hanging)
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking
        made.ovh.release()


async def test_a_job_without_a_post_is_compared_with_when_it_was_written() -> None:
    async with world() as made:
        made.ovh.seeding.outgoing(DURAND, TEXT)
        assert isinstance(await made.phone.find(replace(job(), submitted_at=None)), Found)


async def test_what_is_known_to_be_other_jobs_is_not_read_however_much_it_is() -> None:
    async with world() as made:
        others = [made.ovh.seeding.outgoing(DURAND, f"{TEXT} {n}", tag=f"bother{n:011}") for n in range(40)]
        asked = job(DURAND)
        assert isinstance(await made.phone.find(asked), CannotTell)
        before = len(made.ovh.records.requests)
        known = replace(asked, others=frozenset(OvhId(sms.id) for sms in others))
        assert await made.phone.find(known) == Absent()
        assert len(made.ovh.records.requests) - before == 3
