"""Marks on Matrix: one at a time, whatever became of the ones before, and lines where reactions are forbidden."""

import json
from datetime import timedelta

import pytest

from bridge.adapters.matrix import MatrixPlatform
from bridge.adapters.matrix.marking import ASKED_AGAIN
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Refusal, Temporary
from bridge.domain.ids import ChatRef
from bridge.domain.marks import Status
from bridge.ports.chat import Mark
from tests.contract.matrix_world import FAULTS, MODERATOR, MatrixWorld
from tests.contract.worlds import Break, a_post
from tests.matrix.proxy import Fault
from tests.matrix.timeline import Line

REACTION, REDACT = "/send/m.reaction", "/redact/"
WORDS = {
    Status.QUEUED: "en attente",
    Status.ACCEPTED: "en route",
    Status.DELIVERED: "remis",
    Status.UNDELIVERED: "échec",
}
RATE = Fault(429, json.dumps({"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": 7000}))
NOT_ALLOWED = "m.reaction"


def mark(ref: ChatRef, status: Status) -> Mark:
    return Mark(ref, status, WORDS[status])


async def line_of(world: MatrixWorld, ref: ChatRef) -> Line:
    [line] = [line for line in await world.karim.shown(ref.room.address) if line.id == ref.id]
    return line


async def signs(world: MatrixWorld, ref: ChatRef) -> list[str]:
    return (await line_of(world, ref)).given(world.bot.user)


async def lines_below(world: MatrixWorld, ref: ChatRef) -> list[str | None]:
    return [line.text for line in await world.karim.shown(ref.room.address) if line.reply_to == ref.id]


async def test_a_new_mark_takes_the_old_reaction_back(world: MatrixWorld, platform: MatrixPlatform) -> None:
    ref, shown = await world.person_types("Vendredi ?"), None
    for status in (Status.QUEUED, Status.ACCEPTED, Status.DELIVERED):
        shown = await platform.mark(mark(ref, status), shown)

    assert await signs(world, ref) == ["✅"]
    assert len(world.proxy.asked(REDACT, "PUT")) == 2


async def test_a_reaction_that_stands_there_already_is_a_success(plain: MatrixWorld) -> None:
    ref = await plain.person_types("Vendredi ?")
    async with plain.platform() as platform:
        first = await platform.mark(mark(ref, Status.ACCEPTED), None)
        plain.clock.passed += 3600  # no earlier process can have shown anything
        again = await platform.mark(mark(ref, Status.ACCEPTED), None)
        assert again == first
        await platform.mark(mark(ref, Status.DELIVERED), again)

    assert await signs(plain, ref) == ["✅"]


async def test_what_an_earlier_process_showed_and_did_not_write_down_goes(plain: MatrixWorld) -> None:
    ref = await plain.person_types("Vendredi ?")
    async with plain.platform() as killed:
        await killed.mark(mark(ref, Status.ACCEPTED), None)
    async with plain.platform() as platform:
        await platform.mark(mark(ref, Status.DELIVERED), None)

    assert await signs(plain, ref) == ["✅"]


@pytest.mark.parametrize("how", [Break.DONE_THEN_CUT, Break.DONE_THEN_ERROR, Break.ERROR, Break.CUT])
async def test_a_mark_whose_outcome_is_not_known_is_shown_once_when_it_is_shown_again(
    plain: MatrixWorld, how: Break
) -> None:
    ref = await plain.person_types("Vendredi ?")
    async with plain.platform() as platform:
        plain.proxy.plan(REACTION, FAULTS[how], method="PUT")
        with pytest.raises(OutcomeUnknown):
            await platform.mark(mark(ref, Status.ACCEPTED), None)
        plain.wait_out(timedelta(minutes=1))
        shown = await platform.mark(mark(ref, Status.ACCEPTED), None)
        assert await signs(plain, ref) == ["📤"]
        await platform.mark(mark(ref, Status.DELIVERED), shown)

    assert await signs(plain, ref) == ["✅"]


async def test_an_old_reaction_that_could_not_be_taken_back_is_taken_back_later(plain: MatrixWorld) -> None:
    ref = await plain.person_types("Vendredi ?")
    async with plain.platform() as platform:
        first = await platform.mark(mark(ref, Status.ACCEPTED), None)
        plain.proxy.plan(REDACT, FAULTS[Break.ERROR], method="PUT")
        with pytest.raises(OutcomeUnknown):
            await platform.mark(mark(ref, Status.DELIVERED), first)
        plain.wait_out(timedelta(minutes=1))
        await platform.mark(mark(ref, Status.DELIVERED), first)

    assert await signs(plain, ref) == ["✅"]


async def test_where_reactions_are_forbidden_one_line_is_kept_and_edited(world: MatrixWorld) -> None:
    ref = await world.person_types("Vendredi ?")
    await world.claire.demands(world.room.address, NOT_ALLOWED, MODERATOR + 1)
    async with world.platform() as platform:
        shown = await platform.mark(mark(ref, Status.ACCEPTED), None)
    async with world.platform() as platform:
        shown = await platform.mark(mark(ref, Status.UNDELIVERED), shown)
        assert await platform.mark(mark(ref, Status.UNDELIVERED), shown) == shown

    assert await lines_below(world, ref) == ["échec"]
    assert await signs(world, ref) == []


async def test_a_room_that_forbade_reactions_is_tried_again_after_an_hour(plain: MatrixWorld) -> None:
    first = await plain.person_types("Vendredi ?")
    await plain.claire.demands(plain.room.address, NOT_ALLOWED, MODERATOR + 1)
    async with plain.platform() as platform:
        await platform.mark(mark(first, Status.DELIVERED), None)
        await plain.claire.demands(plain.room.address, NOT_ALLOWED, 0)
        soon = await plain.person_types("Samedi ?")
        await platform.mark(mark(soon, Status.DELIVERED), None)
        plain.clock.passed += ASKED_AGAIN
        later = await plain.person_types("Lundi ?")
        await platform.mark(mark(later, Status.DELIVERED), None)

    assert [await lines_below(plain, ref) for ref in (first, soon, later)] == [["remis"], ["remis"], []]
    assert await signs(plain, later) == ["✅"]


async def test_where_nothing_may_be_taken_back_the_status_is_a_line_too(world: MatrixWorld) -> None:
    """Else the first reaction would stand beside each later one."""
    ref = await world.person_types("Vendredi ?")
    await world.claire.demands(world.room.address, "m.room.redaction", MODERATOR + 1)
    async with world.platform() as platform:
        shown = await platform.mark(mark(ref, Status.ACCEPTED), None)
        shown = await platform.mark(mark(ref, Status.DELIVERED), shown)
        shown = await platform.mark(mark(ref, Status.UNDELIVERED), shown)

    assert (await lines_below(world, ref))[-1:] == ["échec"]
    assert len(await signs(world, ref)) <= 1
    assert "✅" not in await signs(world, ref)


async def test_who_may_not_write_at_all_is_told_so(plain: MatrixWorld) -> None:
    ref = await plain.person_types("Vendredi ?")
    await plain.mute_bot()
    async with plain.platform() as platform:
        with pytest.raises(Permanent) as caught:
            await platform.mark(mark(ref, Status.DELIVERED), None)

    assert caught.value.reason is Refusal.MAY_NOT_WRITE


async def test_a_limit_says_how_long_and_makes_marks_wait_longer_than_posts(plain: MatrixWorld) -> None:
    ref = await plain.person_types("Vendredi ?")
    async with plain.platform() as platform:
        plain.proxy.plan(REACTION, RATE, method="PUT")
        with pytest.raises(Temporary) as caught:
            await platform.mark(mark(ref, Status.DELIVERED), None)
        assert (caught.value.reason, caught.value.retry_after) == (Reason.RATE, timedelta(seconds=7))
        plain.wait_out(caught.value.retry_after)
        with pytest.raises(Temporary) as later:
            await platform.mark(mark(ref, Status.DELIVERED), None)
        assert later.value.reason is Reason.RATE
        assert later.value.retry_after is not None
        await platform.post(a_post(plain))
        plain.wait_out(later.value.retry_after)
        await platform.mark(mark(ref, Status.DELIVERED), None)

    assert await signs(plain, ref) == ["✅"]
    assert len(plain.proxy.asked(REACTION, "PUT")) == 2


async def test_what_will_change_anyway_is_left_out_while_the_limit_is_near(plain: MatrixWorld) -> None:
    ref = await plain.person_types("Vendredi ?")
    async with plain.platform() as platform:
        plain.proxy.plan("/send/", RATE, method="PUT")
        with pytest.raises(Temporary):
            await platform.post(a_post(plain))
        plain.wait_out(timedelta(seconds=20))
        shown = await platform.mark(mark(ref, Status.ACCEPTED), None)
        assert (shown, await signs(plain, ref)) == ("", [])
        await platform.mark(mark(ref, Status.DELIVERED), shown)

    assert await signs(plain, ref) == ["✅"]


async def test_a_mark_on_a_message_that_was_taken_back_fails_for_good_or_shows_nothing(plain: MatrixWorld) -> None:
    ref = await plain.person_types("Vendredi ?")
    async with plain.platform() as platform:
        shown = await platform.mark(mark(ref, Status.ACCEPTED), None)
        await plain.person_deletes(ref)
        await platform.mark(mark(ref, Status.DELIVERED), shown)

    assert [line for line in await plain.karim.shown(plain.room.address) if line.sender == plain.bot.user] == []
