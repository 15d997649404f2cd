"""A row that breaks while it is written down or worked out is set aside; the others of its batch go on."""

from collections.abc import Sequence
from typing import Any

import pytest

from bridge.delivery.marks import MarkLane
from bridge.delivery.posts import PostLane
from bridge.delivery.replies import ReplyLane
from bridge.delivery.telling import summary
from bridge.delivery.worker import record_each
from bridge.domain.after_post import Broken
from bridge.domain.ids import MessageId, OvhId
from bridge.domain.numbers import E164
from bridge.domain.optout import is_stop
from bridge.domain.sms import Reply
from tests.delivery.steps import Steps

Done = Sequence[tuple[str, str | Broken]]


class Book:
    """Takes rows down; breaks on some of them, or on all."""

    def __init__(self, *bad: str, always: bool = False) -> None:
        self.bad, self.always = bad, always
        self.rows: dict[str, str | Broken] = {}

    async def record(self, done: Done) -> None:
        for row, outcome in done:
            if self.always or (row in self.bad and not isinstance(outcome, Broken)):
                raise KeyError(row)
        self.rows.update(done)


async def test_the_row_that_breaks_while_it_is_recorded_counts_as_broken_and_no_other() -> None:
    book = Book("b")
    await record_each(book.record, [("a", "did a"), ("b", "did b"), ("c", "did c")])
    assert book.rows == {"a": "did a", "b": Broken("KeyError"), "c": "did c"}


@pytest.mark.parametrize("outcome", ["did a", Broken("ValueError")])
async def test_where_not_even_that_can_be_recorded_it_is_no_row_s_fault(outcome: str | Broken) -> None:
    with pytest.raises(KeyError):
        await record_each(Book(always=True).record, [("a", outcome), ("b", "did b")])


async def test_an_answer_that_cannot_be_routed_is_asked_for_again_and_told_while_others_are_shown(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = steps.world
    await world.write(lambda tx: tx.replies.name(world.account, [OvhId(7), OvhId(8)], world.now))
    sender = E164("+33698765432")
    steps.ovh.answers = [Reply(OvhId(id_), sender, sender, text, "", world.now) for id_, text in ((7, "a"), (8, "b"))]
    monkeypatch.setattr("bridge.delivery.replies.is_stop", breaks_on("a", is_stop))
    lane = ReplyLane(steps.deliveries())
    assert await steps.step(lane) == 2
    shown = " ".join(await steps.told())
    assert "\N{NO-BREAK SPACE}b\N{NO-BREAK SPACE}" in shown
    assert "Une réponse est arrivée" in shown
    monkeypatch.undo()
    steps.ovh.answers = [Reply(OvhId(7), sender, sender, "a", "", world.now)]
    world.clock.pass_(3600)
    assert await steps.step(lane) == 1
    assert "\N{NO-BREAK SPACE}a\N{NO-BREAK SPACE}" in " ".join(await steps.told())


async def test_a_mark_that_cannot_be_worked_out_is_set_aside_after_five_times_while_others_are_shown(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = await steps.world.add(steps.world.new(), steps.world.new())
    monkeypatch.setattr("bridge.delivery.marks.summary", breaks_on_message(bad))
    lane = MarkLane(steps.deliveries())
    steps.world.clock.pass_(10)  # their hold is over, and they wait
    assert await steps.step(lane) == 1
    assert [mark.on.id for mark in steps.chat.marked] == [(await ref(steps, good)).id]
    for _ in range(4):
        steps.world.clock.pass_(61)
        await steps.step(lane)
    told = [text for text in await steps.told() if text.startswith("Mis de côté après cinq échecs")]
    assert len(told) == 1
    assert await steps.until_rest(PostLane(steps.deliveries())) == 0
    monkeypatch.undo()
    await steps.world.write(lambda tx: tx.marks.touch({bad}, steps.world.now))
    await steps.step(lane)
    assert [mark.on.id for mark in steps.chat.marked][-1] == (await ref(steps, bad)).id


def breaks_on(bad: str, real: Any) -> Any:
    def work(text: str) -> Any:
        if text == bad:
            raise KeyError(bad)
        return real(text)

    return work


def breaks_on_message(bad: MessageId) -> Any:
    def work(row: Any, progress: Any) -> Any:
        if row.message.id == bad:
            raise KeyError(bad)
        return summary(row, progress)

    return work


async def ref(steps: Steps, message: MessageId) -> Any:
    return (await steps.world.read(lambda tx: tx.messages.by_id({message})))[message].ref
