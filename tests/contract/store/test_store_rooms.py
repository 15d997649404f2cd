"""What goes back into rooms: posts, marks, answers; and who wants no more SMS."""

from datetime import datetime, timedelta

from bridge.domain.ids import ChatRef, MessageId, OvhId
from bridge.domain.marks import Status, Summary
from bridge.domain.states import PostState, ReplyState
from bridge.ports.rows import FetchedReply, NewPost, PostRow
from bridge.ports.sending import MarkRow, MarkUpdate
from tests.contract.store.world import LEASE, World, file_phone, file_room, number


def post(world: World, subject: str, room: str = "line", **changed: object) -> NewPost:
    return NewPost("waiting", subject, world.rooms[room].id, {"n": subject, **changed}, buttons=("cancel:1",))


async def add(world: World, *posts: NewPost) -> None:
    await world.write(lambda tx: tx.posts.add(posts))


async def claim(world: World, most: int = 10) -> list[PostRow]:
    return await world.write(lambda tx: tx.posts.claim(world.now, world.now + LEASE, most, ["web"]))


async def settle(
    world: World, row: PostRow, state: PostState, remote: str | None = None, due_at: datetime | None = None
) -> None:
    uncertain = state is PostState.QUEUED
    await world.write(
        lambda tx: tx.posts.settle(row.id, row.revision, state, remote=remote, due_at=due_at, uncertain=uncertain)
    )


async def test_a_post_that_is_tried_again_later_is_not_overtaken_by_the_next_one(world: World) -> None:
    await add(world, post(world, "1"), post(world, "2"))
    (first,) = await claim(world)
    await settle(world, first, PostState.QUEUED, due_at=world.now + timedelta(seconds=10))
    assert await claim(world) == []
    world.clock.pass_(10)
    assert [row.subject for row in await claim(world)] == ["1"]


async def test_a_room_gets_one_post_at_a_time_in_order(world: World) -> None:
    await add(world, post(world, "1"), post(world, "2"), post(world, "3", "list"))
    rows = await claim(world)
    assert [row.subject for row in rows] == ["1", "3"]
    assert await claim(world) == []
    await settle(world, rows[0], PostState.POSTED, "900")
    (second,) = await claim(world)
    assert (second.subject, second.params, second.buttons) == ("2", {"n": "2"}, ("cancel:1",))


async def test_the_same_post_is_queued_once(world: World) -> None:
    await add(world, post(world, "1"), post(world, "1", again=True))
    await add(world, post(world, "1", again=True))
    (row,) = await claim(world)
    assert row.params == {"n": "1"}
    await settle(world, row, PostState.POSTED, "900")
    await add(world, post(world, "1"))
    assert await claim(world) == []


async def test_a_posted_one_that_is_revised_becomes_an_edit(world: World) -> None:
    await add(world, post(world, "1"))
    (row,) = await claim(world)
    await settle(world, row, PostState.POSTED, "900")
    await world.write(lambda tx: tx.posts.revise(post(world, "1", done="x")))
    (edit,) = await claim(world)
    assert (edit.remote, edit.revision, edit.params["done"], edit.attempt) == ("900", 2, "x", 0)
    await settle(world, edit, PostState.POSTED, "900")
    await world.write(lambda tx: tx.posts.revise(post(world, "1", done="x")))
    assert await claim(world) == []


async def test_a_revision_made_while_it_is_posted_is_due_at_once(world: World) -> None:
    await add(world, post(world, "1"))
    (row,) = await claim(world)
    finished = world.rooms["line"].id
    await world.write(lambda tx: tx.posts.finish("waiting", "1", finished, 1, "sent"))
    await world.write(lambda tx: tx.posts.finish("waiting", "none", finished, 1, "sent"))
    assert await claim(world) == []
    await settle(world, row, PostState.POSTED, "900")
    (edit,) = await claim(world)
    assert (edit.remote, edit.params["done"], edit.buttons) == ("900", "sent", ())


async def test_a_post_whose_process_died_is_claimed_again_as_uncertain(world: World) -> None:
    await add(world, post(world, "1"), post(world, "2"))
    await claim(world)
    world.clock.pass_(LEASE.total_seconds())
    (again,) = await claim(world)
    assert (again.subject, again.attempt, again.uncertain) == ("1", 1, True)


async def test_a_post_that_failed_for_now_comes_again_later(world: World) -> None:
    await add(world, post(world, "1"))
    (row,) = await claim(world)
    await settle(world, row, PostState.QUEUED, due_at=world.now + timedelta(seconds=10))
    assert await claim(world) == []
    assert await world.read(lambda tx: tx.dues.next_due("posts", ["web"])) == world.now + timedelta(seconds=10)
    world.clock.pass_(10)
    (row,) = await claim(world)
    assert (row.attempt, row.uncertain) == (1, True)
    await settle(world, row, PostState.FAILED)
    assert await claim(world) == []


async def test_our_post_is_found_where_it_stands(world: World) -> None:
    await add(world, post(world, "1"))
    (row,) = await claim(world)
    await settle(world, row, PostState.POSTED, "900")
    here, there = (ChatRef(world.rooms[room].address, "900") for room in ("line", "list"))
    found = await world.read(lambda tx: tx.posts.at([here, there]))
    assert {ref: one.id for ref, one in found.items()} == {here: row.id}


async def claim_marks(world: World, busy: set[MessageId] | None = None) -> list[MarkRow]:
    until = world.now + LEASE
    return await world.write(lambda tx: tx.marks.claim(world.now, until, 10, ["web"], busy or set()))


def shown(message: MessageId, due_at: datetime | None) -> MarkUpdate:
    summary = Summary(1, 0, 0, 0, 1)
    return MarkUpdate(message, 1, Status.QUEUED, due_at, Status.QUEUED, summary, "ref", 0)


async def test_a_mark_is_claimed_with_its_message_and_kept_as_shown(world: World) -> None:
    (message,) = await world.add(world.new("list"))
    (row,) = await claim_marks(world)
    assert (row.message.id, row.is_list, row.shown, row.room_address) == (
        message,
        True,
        None,
        world.rooms["list"].address,
    )
    until = world.now + LEASE
    await world.write(lambda tx: tx.marks.put([shown(message, None)], until))
    assert await world.read(lambda tx: tx.dues.next_due("marks", ["web"])) is None
    await world.write(lambda tx: tx.marks.touch({message}, world.now))
    (row,) = await claim_marks(world)
    assert (row.shown, row.shown_summary, row.ref) == (Status.QUEUED, Summary(1, 0, 0, 0, 1), "ref")


async def test_a_touch_during_a_call_keeps_its_time(world: World) -> None:
    (message,) = await world.add()
    for touched in (5.0, LEASE.total_seconds() + 5):  # before and after the lease is over
        world.clock.pass_(1000)
        await world.write(lambda tx: tx.marks.touch({message}, world.now))
        await claim_marks(world)
        until, at = world.now + LEASE, world.now + timedelta(seconds=touched)
        await world.write(lambda tx, at=at: tx.marks.touch({message}, at))  # type: ignore[misc]
        await world.write(lambda tx, until=until: tx.marks.put([shown(message, None)], until))  # type: ignore[misc]
        assert await world.read(lambda tx: tx.dues.next_due("marks", ["web"])) == at


async def test_a_mark_in_flight_is_left_alone_even_when_touched(world: World) -> None:
    (message,) = await world.add()
    await claim_marks(world)
    await world.write(lambda tx: tx.marks.touch_open(world.account, world.now))
    assert await claim_marks(world, {message}) == []
    assert [row.message.id for row in await claim_marks(world)] == [message]


async def test_a_late_word_of_a_claim_that_was_lost_changes_no_due_time(world: World) -> None:
    (message,) = await world.add()
    await claim_marks(world)
    lost = world.now + LEASE
    world.clock.pass_(LEASE.total_seconds())
    await claim_marks(world)
    await world.write(lambda tx: tx.marks.put([shown(message, None)], lost))
    assert await world.read(lambda tx: tx.dues.next_due("marks", ["web"])) == world.now + LEASE


async def test_what_waits_to_be_shown_in_a_room_is_due_at_once_when_it_is_back_and_what_is_shown_stays(
    world: World,
) -> None:
    waits, other = await world.add(world.new("line"), world.new("list"))
    (done,) = await world.add(world.new("line"))
    later = world.now + timedelta(hours=72)
    await claim_marks(world)
    until = world.now + LEASE
    updates = [shown(waits, later), shown(other, later), shown(done, None)]
    await world.write(lambda tx: tx.marks.put(updates, until))
    world.clock.pass_(60)
    await world.write(lambda tx: tx.marks.touch_room(world.rooms["line"].id))
    assert [row.message.id for row in await claim_marks(world)] == [waits]


async def test_the_topics_of_a_forum_are_found_with_it(world: World) -> None:
    topics = [file_room("-10012/4", 1), file_room("-10012/45", 2), file_room("-10012", 3)]
    others = [file_room("-100123/4", 1), file_room("-1001", 2)]
    await world.put_file([file_phone()], [*topics, *others])
    found = await world.read(lambda tx: tx.rooms.at([topics[2].address], within=True))
    assert set(found) == {one.address for one in topics}
    assert set(await world.read(lambda tx: tx.rooms.at([topics[2].address]))) == {topics[2].address}


async def test_an_answer_is_named_once_fetched_and_stored(world: World) -> None:
    job = await world.accepted(1)
    ids = [OvhId(5), OvhId(6), OvhId(5)]
    assert await world.write(lambda tx: tx.replies.name(world.account, ids, world.now)) == 2
    assert await world.write(lambda tx: tx.replies.name(world.account, ids, world.now)) == 0
    rows = await world.write(lambda tx: tx.replies.claim(world.now, world.now + LEASE, 5))
    assert [row.ovh_id for row in rows] == [5, 6]
    fetched = FetchedReply(rows[0].id, ReplyState.WAITING, number(1), "+336", "Oui", job.tag, world.now, None, None)
    await world.write(lambda tx: tx.replies.put(fetched))
    later = world.now + timedelta(seconds=10)
    await world.write(lambda tx: tx.replies.later(rows[1].id, ReplyState.UNREADABLE, later, unknown=True))
    assert await world.read(lambda tx: tx.dues.next_due("replies")) == later
    assert await world.read(lambda tx: tx.replies.stored(rows[0].id)) == fetched
    assert await world.read(lambda tx: tx.replies.carry(world.account, [job.tag, "x"])) == {job.tag}
    world.clock.pass_(10)
    (again,) = await world.write(lambda tx: tx.replies.claim(world.now, world.now + LEASE, 5))
    assert (again.ovh_id, again.tries, again.state) == (6, 1, ReplyState.UNREADABLE)
    await world.write(lambda tx: tx.replies.later(again.id, ReplyState.DROPPED, None))
    assert await world.read(lambda tx: tx.dues.next_due("replies")) is None
    assert await world.write(lambda tx: tx.replies.route_again(world.account)) == 1
    (waiting,) = await world.write(lambda tx: tx.replies.claim(world.now, world.now + LEASE, 5))
    assert (waiting.id, waiting.state) == (fetched.id, ReplyState.WAITING)


async def test_an_opt_out_is_of_its_account(world: World) -> None:
    pair = (world.account, number(1))
    assert await world.write(lambda tx: tx.optouts.add(*pair, "reply", world.now))
    assert not await world.write(lambda tx: tx.optouts.add(*pair, "reply", world.now))
    assert await world.read(lambda tx: tx.optouts.among({pair, (world.account, number(2))})) == {pair}


async def test_hints_wait_to_be_confirmed_at_most_a_thousand(world: World) -> None:
    async def many(tx: object) -> None:
        for count in range(1001):
            await tx.optouts.hint(world.account, number(count), world.now)  # type: ignore[attr-defined]

    await world.write(many)
    hints = await world.write(lambda tx: tx.optouts.claim_hints(world.now, world.now + LEASE, 2000))
    assert len(hints) == 1000
    await world.write(lambda tx: tx.optouts.settle_hint(world.account, number(1), None))
    await world.write(lambda tx: tx.optouts.settle_hint(world.account, number(2), world.now))
    assert await world.write(lambda tx: tx.optouts.claim_hints(world.now, world.now + LEASE, 9)) == [
        (world.account, number(2), 1)
    ]


async def test_depths_and_states_tell_what_waits(world: World) -> None:
    await world.add(world.new("line"), world.new("list", people=[5]))
    world.clock.pass_(1)
    await world.claim(1)
    since = world.now - timedelta(seconds=1)
    depths = await world.read(lambda tx: tx.dues.depths())
    assert depths["jobs"] == (1, since)
    assert depths["marks"] == (2, since)
    assert depths["replies"] == (0, None)
    states = await world.read(lambda tx: tx.dues.states())
    assert {(phone, state.value): count for (phone, state), count in states.items()} == {
        ("accueil", "queued"): 1,
        ("accueil", "submitting"): 1,
    }
