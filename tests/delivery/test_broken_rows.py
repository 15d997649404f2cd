"""Rows whose work breaks for a reason of ours are set aside and told; answers never are."""

from datetime import timedelta

import pytest

from bridge.delivery.hints import HintLane
from bridge.delivery.marks import MarkLane
from bridge.delivery.posts import PostLane
from bridge.delivery.replies import ReplyLane
from bridge.delivery.reports import PullLane
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Refusal, Temporary
from bridge.domain.ids import OvhId
from bridge.domain.numbers import E164
from bridge.domain.patience import Patience
from bridge.domain.sms import Reply
from bridge.ports.rows import NewPost
from tests.contract.store.world import World, number
from tests.delivery.steps import Chat, Steps

OFF = Temporary(Reason.NETWORK)
PARKED = "Mis de côté après cinq échecs"


@pytest.fixture
async def named(world: World) -> None:
    """An answer of which only the id is known."""
    await world.write(lambda tx: tx.replies.name(world.account, [OvhId(7)], world.now))


@pytest.fixture
async def hinted(world: World) -> None:
    """A STOP that somebody told us of."""
    await world.write(lambda tx: tx.optouts.hint(world.account, number(1), world.now))


def answer(world: World) -> Reply:
    return Reply(OvhId(7), E164("+33698765432"), "+33698765432", "Oui", "", world.now)


# --- answers -----------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("named")
async def test_an_answer_is_dropped_after_five_times_unknown_and_no_failure_counts_as_one(steps: Steps) -> None:
    steps.ovh.answers = [OFF, OFF, OutcomeUnknown(), OFF, OFF, None, None, KeyError(), None, OFF, None, None]
    assert await steps.until_rest(ReplyLane(steps.deliveries())) == 12


@pytest.mark.usefixtures("named")
async def test_one_that_ovh_knows_in_the_end_is_shown(steps: Steps) -> None:
    steps.ovh.answers = [OFF] * 9 + [None] * 4 + [answer(steps.world)]
    await steps.until_rest(ReplyLane(steps.deliveries()))
    (told,) = await steps.told()
    assert "Oui" in told


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize("broken", [KeyError(), Permanent(Refusal.OTHER)])
async def test_one_that_cannot_be_read_is_told_and_asked_for_again_less_and_less_often_up_to_an_hour(
    steps: Steps, broken: Exception
) -> None:
    lane, waits = ReplyLane(steps.deliveries()), []
    steps.ovh.answers = [broken] * 18
    for _ in range(18):
        assert await steps.step(lane) == 1
        due = await lane.next_due()
        assert due is not None
        waits.append(due - steps.world.now)
        steps.world.clock.pass_(waits[-1].total_seconds())
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=5), timedelta(hours=1))
    assert await steps.told()
    steps.ovh.answers = [answer(steps.world)]
    assert await steps.until_rest(lane) == 1


# --- hints -------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("hinted")
async def test_a_stop_is_asked_for_until_ovh_said_no_five_times(steps: Steps) -> None:
    steps.ovh.answers = [OFF, OFF, OFF, OFF, OFF, False, False, OFF, False, False, False]
    assert await steps.until_rest(HintLane(steps.deliveries())) == 11


@pytest.mark.usefixtures("hinted")
async def test_a_stop_that_breaks_five_times_is_set_aside_and_told(steps: Steps) -> None:
    steps.ovh.answers = [KeyError()] * 5
    assert await steps.until_rest(HintLane(steps.deliveries())) == 5
    (told,) = await steps.told()
    assert told.startswith(PARKED)
    assert number(1) not in told


# --- reports -----------------------------------------------------------------------------------------------------
async def test_reports_that_break_are_fetched_at_the_next_time_of_their_schedule_and_no_oftener(steps: Steps) -> None:
    await steps.world.accepted(1)
    schedule = len(Patience().pulls) + len(Patience().early_pulls) + 1
    steps.ovh.answers = [KeyError()] * 100
    lane = PullLane(steps.deliveries())
    while (due := await lane.next_due()) is not None:
        steps.world.clock.pass_(max(0.0, (due - steps.world.now).total_seconds()))
        await steps.step(lane)
    assert steps.ovh.asked <= schedule


# --- posts -------------------------------------------------------------------------------------------------------
async def post(steps: Steps, *kinds: str) -> None:
    room = steps.world.rooms["line"].id
    params = {"number": "+33698765432", "text": "Oui"}
    posts = [NewPost(kind, "1", room, params) for kind in kinds]
    await steps.world.write(lambda tx: tx.posts.add(posts))


async def test_a_post_that_breaks_five_times_is_set_aside_and_told_and_those_behind_it_go_on(steps: Steps) -> None:
    await post(steps, "never_worded", "button_late")
    told = await steps.told()
    assert len(told) == 2
    assert {text.startswith(PARKED) for text in told} == {True, False}


async def test_a_post_that_breaks_is_counted_apart_from_a_chat_that_is_down(steps: Steps) -> None:
    await post(steps, "button_late")
    steps.chat.answers = [*[OFF] * 9, *[KeyError()] * 4, None]
    (told, *again) = await steps.told()
    assert {told} == set(again)
    assert len(again) == 13


async def test_an_edit_that_breaks_leaves_the_post_as_it_stands(steps: Steps) -> None:
    await post(steps, "stranger")
    await steps.told()
    room = steps.world.rooms["line"].id
    edit = NewPost("stranger", "1", room, {"number": "+33698765432", "text": "Non"})
    await steps.world.write(lambda tx: tx.posts.revise(edit))
    steps.chat.answers = [KeyError()] * 5
    (told,) = await steps.told()
    assert told.startswith(PARKED)
    assert len(steps.chat.edited) == 5


async def test_an_answer_that_the_chat_refuses_is_tried_again_and_told_in_the_end(steps: Steps) -> None:
    """A refusal may be the account's or the server's: what a person answered is not dropped for one of them."""
    await post(steps, "stranger")
    steps.chat.answers = [Permanent(Refusal.OTHER)] * 4
    *_, last = await steps.told()
    assert "Oui" in last
    room = steps.world.rooms["line"].id
    other = NewPost("stranger", "2", room, {"number": "+33698765432", "text": "Non"})
    await steps.world.write(lambda tx: tx.posts.add([other]))
    steps.chat.posted.clear()
    steps.chat.answers = [Permanent(Refusal.OTHER)] * 5
    (*_, told) = await steps.told()
    assert told.startswith(PARKED)


async def test_a_notice_that_the_chat_refuses_is_not_put_there_again(steps: Steps) -> None:
    await post(steps, "button_late")
    steps.chat.answers = [Permanent(Refusal.OTHER)]
    assert len(await steps.told()) == 1


async def test_that_a_notice_about_it_breaks_too_is_told_to_nobody(steps: Steps) -> None:
    await post(steps, "button_late")
    steps.chat.answers = [KeyError()] * 10
    assert len(await steps.told()) == 10


# --- posts that may stand there --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "idempotent", "times"), [("button_late", False, 0), ("button_late", True, 1), ("stranger", False, 1)]
)
async def test_after_a_crash_a_notice_goes_again_only_where_that_is_harmless_and_an_answer_always(
    steps: Steps, kind: str, idempotent: bool, times: int
) -> None:
    steps.chat = Chat(idempotent)
    await post(steps, kind)
    await PostLane(steps.deliveries()).claim(9)  # and the process dies
    steps.world.clock.pass_(3600)
    told = await steps.told()
    assert len(told) == times
    assert all(text.endswith("(répétition possible)") for text in told) is not (times == 1 and idempotent)


# --- marks -------------------------------------------------------------------------------------------------------
async def test_a_mark_that_breaks_five_times_rests_until_something_changes_and_is_told(steps: Steps) -> None:
    (message,) = await steps.world.add()
    job = (await steps.world.claim())[0]
    await steps.world.accept(job, 1)
    lane = MarkLane(steps.deliveries())
    steps.chat.answers = [KeyError()] * 5
    assert await steps.until_rest(lane) == 5
    (told,) = await steps.told()
    assert told.startswith(PARKED)
    await steps.world.write(lambda tx: tx.marks.touch({message}, steps.world.now))
    await steps.until_rest(lane)
    assert len(steps.chat.marked) == 5, "nothing has changed"
