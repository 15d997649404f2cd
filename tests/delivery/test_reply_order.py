"""Answers are fetched at once and read in order."""

from bridge.delivery.posts import PostLane
from bridge.delivery.replies import IN_ORDER, ReplyLane
from bridge.domain.ids import OvhId
from bridge.domain.numbers import E164
from bridge.domain.sms import Reply
from bridge.ports.rows import NamedReply
from tests.contract.store.world import World
from tests.delivery.steps import Steps

WRITER = E164("+33699999999")


async def two_named(world: World, lane: ReplyLane) -> tuple[NamedReply, NamedReply]:
    await world.write(lambda tx: tx.replies.name(world.account, [OvhId(7), OvhId(8)], world.now))
    first, second = await lane.claim(lane.limit)
    return first, second


def reply(row: NamedReply, text: str, world: World) -> Reply:
    return Reply(row.ovh_id, WRITER, WRITER, text, "", world.now)


async def shown(steps: Steps) -> list[str]:
    posts = PostLane(steps.deliveries())
    while await steps.step(posts):
        pass
    return [words for post in steps.chat.posted for words in ("First", "And then") if words in post.text]


async def test_an_answer_waits_for_an_earlier_one_that_is_still_being_fetched(world: World, steps: Steps) -> None:
    lane = ReplyLane(steps.deliveries())
    first, second = await two_named(world, lane)
    await lane.record([(second, reply(second, "And then", world))])
    assert await shown(steps) == []
    await lane.record([(first, reply(first, "First", world))])
    assert await shown(steps) == ["First", "And then"]


async def test_an_answer_does_not_wait_long_for_one_that_hangs(world: World, steps: Steps) -> None:
    lane = ReplyLane(steps.deliveries())
    _, second = await two_named(world, lane)
    await lane.record([(second, reply(second, "And then", world))])
    world.clock.pass_(IN_ORDER.total_seconds())
    await lane.claim(lane.limit)
    assert await shown(steps) == ["And then"]
