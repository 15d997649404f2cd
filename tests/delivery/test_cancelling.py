"""[Cancel] under a notice that a message waits: while its POST is under way it is too late, and later it may not be."""

import pytest

from bridge.delivery.marks import MarkLane
from bridge.delivery.posts import PostLane
from bridge.delivery.sms import SmsLane
from bridge.domain.after_post import Posted
from bridge.domain.events import Pressed
from bridge.domain.failures import Reason, Temporary
from bridge.domain.ids import ChatRef, MessageId, OvhId
from bridge.domain.sms import Submission
from bridge.intake.pressed import take_pressed
from bridge.intake.writing import Drafting
from tests.contract.store.world import ANN
from tests.delivery.steps import Steps

LATE, CANCELLED, SENT = "Trop tard pour l'annuler", "Annulé par Ann", "Finalement parti"


@pytest.fixture
async def message(steps: Steps) -> MessageId:
    """It has waited for a minute, and its room was told."""
    (message,) = await steps.world.add()
    steps.world.clock.pass_(61)
    assert "jusqu'à" in await shown(steps)
    return message


async def shown(steps: Steps) -> str:
    """What the notice says by now."""
    await steps.step(MarkLane(steps.deliveries()))
    await steps.step(PostLane(steps.deliveries()))
    return (steps.chat.edited or steps.chat.posted)[-1].text


async def press(steps: Steps, message: MessageId) -> None:
    post = steps.chat.posted[0]
    event = Pressed(f"e{steps.world.now}", ChatRef(post.room, f"p{post.id}"), ANN, f"cancel:{message}", steps.world.now)
    drafting = Drafting(steps.world.now, str, steps.world.now - steps.world.now)
    await steps.world.write(lambda tx: take_pressed(tx, event, drafting, ()))


async def pressed_while_posting(steps: Steps, message: MessageId, outcome: Posted) -> str:
    lane = SmsLane(steps.deliveries())
    (job,) = await lane.claim(1)
    await press(steps, message)
    assert (await shown(steps)).startswith(LATE)
    await lane.record([(job, outcome)])
    return await shown(steps)


async def test_what_did_not_leave_after_all_is_said_to_wait_again_and_may_be_cancelled(
    steps: Steps, message: MessageId
) -> None:
    assert "jusqu'à" in await pressed_while_posting(steps, message, Temporary(Reason.NETWORK))
    assert [button.data for button in steps.chat.edited[-1].buttons] == [f"cancel:{message}"]
    await press(steps, message)
    assert (await shown(steps)).startswith(CANCELLED)
    assert len(steps.chat.posted) == 1


async def test_what_left_meanwhile_is_said_to_have_left(steps: Steps, message: MessageId) -> None:
    assert (await pressed_while_posting(steps, message, Submission((OvhId(1),)))).startswith(LATE)
    assert len(steps.chat.posted) == 1


async def test_what_waited_again_and_left_at_last_is_said_to_have_left(steps: Steps, message: MessageId) -> None:
    await pressed_while_posting(steps, message, Temporary(Reason.NETWORK))
    steps.world.clock.pass_(60)
    lane = SmsLane(steps.deliveries())
    (job,) = await lane.claim(1)
    await lane.record([(job, Submission((OvhId(1),)))])
    assert (await shown(steps)).startswith(SENT)
