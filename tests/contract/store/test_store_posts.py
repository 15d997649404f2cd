"""Posts: what was settled stays settled."""

from functools import partial

from bridge.domain.states import PostState
from bridge.ports.rows import NewPost, PostRow
from bridge.ports.store import Tx
from tests.contract.store.world import World


async def test_a_notice_that_a_person_settled_is_not_worked_out_again(world: World) -> None:
    room = world.rooms["line"].id
    asked = NewPost("may_have_been_sent", "message:1", room, {"people": ["Ann"]}, buttons=("leave:1",))
    left = NewPost("may_have_been_sent", "message:1", room, {"people": ["Ann"], "done": "left"})
    for one in (asked, left, asked):
        await world.write(lambda tx, one=one: tx.posts.revise(one))  # type: ignore[misc]
    (row,) = await world.write(lambda tx: tx.posts.claim(world.now, world.now, 9, ["web"]))
    assert (row.params, row.buttons) == (left.params, ())


async def test_a_later_round_s_notice_is_another_one(world: World) -> None:
    room = world.rooms["line"].id
    for one in (NewPost("failed", "message:1", room, {"done": "retried"}), NewPost("failed", "message:1", room, {}, 2)):
        await world.write(lambda tx, one=one: tx.posts.revise(one))  # type: ignore[misc]
    told = []
    for _ in range(2):
        (row,) = await world.write(lambda tx: tx.posts.claim(world.now, world.now, 9, ["web"]))
        told.append((row.round, row.params))
        await world.write(partial(posted, row))
    assert told == [(1, {"done": "retried"}), (2, {})]


async def posted(row: PostRow, tx: Tx) -> None:
    await tx.posts.settle(row.id, row.revision, PostState.POSTED, remote=str(row.id))
