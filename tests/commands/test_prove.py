"""`bridge check --send`: SMS, report, answer, each told as it comes; nothing of the answer is written down."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bridge.adapters.database.ownership import own
from bridge.adapters.database.tables import job, reply, sms
from bridge.adapters.database.tables_rooms import account
from bridge.sandbox.ovh import Fault, Mode
from tests.commands.hands import DURAND, PETIT, Hands, hands

ASKED = "Test of the SMS bridge, phone accueil. Answer OK to end the test."


@pytest.fixture
async def ready(tmp_path: Path) -> AsyncIterator[Hands]:
    async with hands(tmp_path) as given:
        await given.furnish()
        yield given


def told(given: Hands) -> list[str]:
    """The lines without their times."""
    return [line.partition("  ")[2] for line in given.said]


async def arrived(given: Hands, command: "asyncio.Task[int]") -> None:
    """Let time pass until the telephone shows the SMS."""
    await given.until_said("When it arrives, answer OK", command)
    while not given.ovh.telephone(DURAND).inbox:
        await given.some_time(command, 0.5)


async def test_a_phone_is_proven_from_end_to_end(ready: Hands) -> None:
    command = ready.begin_proof()
    await arrived(ready, command)
    assert [one.text for one in ready.ovh.telephone(DURAND).inbox] == [ASKED]
    await ready.ovh.answer(DURAND, "OK")
    assert await ready.end(command) == 0
    steps = told(ready)
    assert steps[:3] == [
        "An SMS goes to 06 12 34 56 78 through phone accueil.",
        "OVH accepted it.",
        "When it arrives, answer OK on that telephone. We wait ten minutes at most.",
    ]
    assert sorted(steps[3:5]) == [
        "It arrived on the telephone, and the report came.",
        'The answer came: "OK"',
    ]
    assert steps[5:] == ["All is well with phone accueil: the SMS arrived, the report and the answer came."]
    assert all(line.startswith("10:0") and " (+" in line for line in ready.said)  # in Paris


async def test_the_answer_is_left_to_the_bridge(ready: Hands) -> None:
    before = [(row.watermark, row.polled_at) for row in await ready.rows(account)]
    command = ready.begin_proof()
    await arrived(ready, command)
    await ready.ovh.answer(DURAND, "OK")
    assert await ready.end(command) == 0
    assert await ready.rows(reply) == []
    assert [(row.watermark, row.polled_at) for row in await ready.rows(account)] == before
    assert {row.text: row.state for row in await ready.rows(job)}["From the room"] == "queued"


async def test_only_the_answer_to_this_very_sms_counts(ready: Hands) -> None:
    await ready.ovh.answer(DURAND, "An hour ago", tag="")
    command = ready.begin_proof()
    await arrived(ready, command)
    await ready.ovh.answer(DURAND, "To something else", tag="b" + "z" * 16)
    await ready.ovh.answer(PETIT, "From somebody else", tag="")
    await ready.until_said("the report came", command)
    assert not any("The answer came" in line for line in ready.said)
    await ready.ovh.answer(DURAND, "OK")
    assert await ready.end(command) == 0
    assert 'The answer came: "OK"' in told(ready)


async def test_where_ovh_tells_no_tag_the_number_is_enough(ready: Hands) -> None:
    command = ready.begin_proof()
    await arrived(ready, command)
    await ready.ovh.answer(DURAND, "OK", tag="")
    assert await ready.end(command) == 0


async def test_a_sender_s_name_is_proven_by_its_report(ready: Hands) -> None:
    ready.phone = {"sender": "Cabinet"}
    command = ready.begin_proof()
    assert await ready.end(command) == 0
    assert told(ready)[1:] == [
        "OVH accepted it.",
        "It arrived on the telephone, and the report came.",
        "All is well with phone accueil: the SMS arrived and the report came. Nobody can answer a sender's name.",
    ]
    assert ready.texts == ["Test of the SMS bridge, phone accueil. There is nothing to answer."]


async def test_an_sms_that_does_not_arrive_ends_it(ready: Hands) -> None:
    ready.ovh.number_does_not_exist(DURAND)
    assert await ready.end(ready.begin_proof()) == 1
    assert told(ready)[-1].startswith("Not delivered: 06 12 34 56 78 does not exist or cannot get SMS.")


async def test_a_telephone_that_is_off_is_told_and_waited_for(ready: Hands) -> None:
    ready.ovh.switch_off(DURAND)
    command = ready.begin_proof()
    await ready.until_said("keeps the SMS. Switch it on.", command)
    await ready.ovh.switch_on(DURAND)
    await ready.ovh.answer(DURAND, "OK")
    assert await ready.end(command) == 0


async def test_without_an_answer_it_tells_after_ten_minutes_what_was_seen(ready: Hands) -> None:
    began = ready.clock.now()
    assert await ready.end(ready.begin_proof(), step=5.0) == 1
    assert 600 <= (ready.clock.now() - began).total_seconds() < 700
    assert "Seen: the SMS left and arrived at 06 12 34 56 78. Not seen: the answer." in ready.said[-1]


async def test_without_a_report_it_says_so(tmp_path: Path) -> None:
    async with hands(tmp_path, delivery_after=None) as given:
        await given.furnish()
        command = given.begin_proof()
        await given.until_said("When it arrives", command)
        await given.ovh.answer(DURAND, "OK", tag=given.ovh.records.accepted[0].tag)
        assert await given.end(command, step=5.0) == 1
        assert "Not seen: the report that it arrived." in given.said[-1]


async def test_without_anything_it_says_so(tmp_path: Path) -> None:
    async with hands(tmp_path, delivery_after=None) as given:
        await given.furnish()
        assert await given.end(given.begin_proof(), step=5.0) == 1
        assert "Seen: OVH accepted the SMS. Not seen: that it arrived" in given.said[-1]


async def test_answers_that_cannot_be_read_for_a_while_are_asked_for_again(ready: Hands) -> None:
    command = ready.begin_proof()
    await arrived(ready, command)
    ready.ovh.script(Fault.broken(503), on="GET incoming*", times=4)
    await ready.ovh.answer(DURAND, "OK")
    assert await ready.end(command) == 0
    assert "OVH does not let us read the answers at the moment. We go on asking." in told(ready)


async def test_answers_that_ovh_refuses_to_list_end_nothing(ready: Hands) -> None:
    command = ready.begin_proof()
    await arrived(ready, command)
    ready.ovh.script(Fault.answers(400, b'{"message": "Odd"}'), on="GET incoming*", times=4)
    await ready.ovh.answer(DURAND, "OK")
    assert await ready.end(command) == 0
    assert "OVH does not let us read the answers at the moment. We go on asking." in told(ready)


async def test_an_sms_that_may_not_leave_ends_it(ready: Hands) -> None:
    assert await ready.end(ready.begin_proof("01 42 34 56 78")) == 1
    assert ready.said[-1].startswith("Not sent: the short number reaches only mobiles of metropolitan France")
    assert ready.ovh.records.posts_seen == 0


async def test_an_sms_that_cannot_leave_does_not_leave_after_the_proof(ready: Hands) -> None:
    ready.ovh.script(Fault.no_credits(), times=None)
    assert await ready.end(ready.begin_proof(), step=5.0) == 1
    assert ready.said[-1] == "Not sent: it could not leave in time, so it was dropped and nothing was charged."
    assert {row.state for row in await ready.rows(sms)} == {"pending", "expired"}


async def test_nothing_is_sent_where_ovh_refuses_the_keys(ready: Hands) -> None:
    ready.ovh.set_mode(Mode.REVOKED)
    assert await ready.end(ready.begin_proof()) == 1
    assert ready.said == [
        "Nothing was sent: OVH does not answer phone accueil as it should. "
        "Run bridge check, which says why and how to mend it."
    ]
    assert {row.text for row in await ready.rows(job)} == {"From the room"}


async def test_before_the_first_start_it_needs_no_database_and_leaves_none(tmp_path: Path) -> None:
    async with hands(tmp_path / "home") as given:
        command = given.begin_proof()
        await arrived(given, command)
        await given.ovh.answer(DURAND, "OK")
        assert await given.end(command) == 0
        assert list(tmp_path.iterdir()) == []


async def test_while_it_waits_nobody_else_has_the_database_and_afterwards_somebody_may(ready: Hands) -> None:
    command = ready.begin_proof()
    await arrived(ready, command)
    second = ready.begin(PETIT)
    await ready.until_said("Written down. The bridge that is running sends it.", second)
    await ready.ovh.answer(DURAND, "OK")
    assert [await ready.end(command), await ready.end(second)] == [0, 0]
    async with AsyncExitStack() as free:
        await free.enter_async_context(own(ready.database))


async def test_a_phone_that_is_not_there_tells_those_that_are(ready: Hands) -> None:
    assert await ready.end(ready.begin_proof(phone="acceuil")) == 2
    assert ready.said == ['There is no phone acceuil in the configuration. There are: "accueil".']
