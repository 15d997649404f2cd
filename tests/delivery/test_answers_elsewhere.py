"""An answer to an SMS that was not written in the room stands by itself there; a proof's goes to no room."""

import pytest

from bridge.delivery.replies import ReplyLane
from bridge.domain.ids import ChatRef, OvhId, RoomAddress
from bridge.domain.sms import Job, Reply
from bridge.domain.states import RoomState
from bridge.ports.by_hand import PROOF
from tests.contract.store.world import World, number
from tests.delivery.steps import Steps


async def answered(world: World, steps: Steps, tag: str) -> None:
    """Mrs 1 answers an SMS with this tag."""
    await world.write(lambda tx: tx.replies.name(world.account, [OvhId(900)], world.now))
    steps.ovh.answers = [Reply(OvhId(900), number(1), number(1), "No, I cannot", tag, world.now)]
    await steps.step(ReplyLane(steps.deliveries()))


async def shown(world: World) -> list[tuple[str, str | None, bool]]:
    rows = await world.write(lambda tx: tx.posts.claim(world.now, world.now, 9, ["web"]))
    return [(row.room.address, row.reply_to, bool(row.params.get("elsewhere"))) for row in rows]


async def by_hand(world: World, *, proof: bool = False) -> Job:
    """An SMS that an operator sent."""
    room = await world.write(lambda tx: tx.consoles.of("accueil", "ovh-eu/sms-1", "fr", "Europe/Paris"))
    assert room is not None
    world.rooms["console"] = room
    new = world.new("console", [1])
    own = ChatRef(RoomAddress("console", room.address.address), f"{PROOF if proof else ''}b1")
    object.__setattr__(new, "ref", own)
    job = await world.submitted(new)
    await world.accept(job, 7)
    return job


async def test_under_its_own_message_when_the_tag_tells_it(world: World, steps: Steps) -> None:
    job = await world.accepted(1)
    await answered(world, steps, job.tag)
    assert await shown(world) == [("line", "1", False)]


@pytest.mark.parametrize("tag", ["", "0123456789abcdef"])
async def test_and_under_the_latest_where_ovh_tells_no_tag_of_ours(world: World, steps: Steps, tag: str) -> None:
    await world.accepted(1)
    await answered(world, steps, tag)
    assert await shown(world) == [("line", "1", False)]


async def test_an_answer_to_an_sms_sent_by_hand_stands_under_no_message_of_the_team(world: World, steps: Steps) -> None:
    await world.accepted(1)
    job = await by_hand(world)
    await answered(world, steps, job.tag)
    assert await shown(world) == [("line", None, True)]


async def test_an_answer_to_another_room_s_sms_stands_by_itself_when_that_room_is_shut(
    world: World, steps: Steps
) -> None:
    await world.accepted(1)
    job = await world.accepted(2, 3, 4, room="list")
    await world.write(lambda tx: tx.rooms.set_state(world.rooms["list"].id, RoomState.SUSPENDED))
    await answered(world, steps, job.tag)
    assert await shown(world) == [("line", None, True)]


async def test_an_answer_to_an_sms_from_after_the_copy_that_was_taken_back_stands_by_itself(
    world: World, steps: Steps
) -> None:
    await world.accepted(1)
    await answered(world, steps, "bq2w3e4r5t6z7u2i3")
    assert await shown(world) == [("line", None, True)]


async def test_the_answer_to_a_proof_is_kept_and_shown_to_nobody(world: World, steps: Steps) -> None:
    await world.accepted(1)
    job = await by_hand(world, proof=True)
    await answered(world, steps, job.tag)
    assert await shown(world) == []
    (named,) = await world.read(lambda tx: tx.replies.carry(world.account, [job.tag]))
    assert named == job.tag
    assert await world.read(lambda tx: tx.dues.unrouted()) == {}
