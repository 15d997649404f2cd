"""What is counted in the end: the simulator's books, the rooms and the database say the same."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select

from bridge.adapters.database.engine import open_engines, parse_url
from bridge.adapters.database.tables import job, message, post, reply, sms
from bridge.adapters.database.tables_rooms import room_address
from tests.crash.world import DELIVERED, PLACES, Line, World

REPEAT = "(possible repeat)"
"""What an answer says of which nobody knew whether it stood there; only where a chat knows no ids of ours."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One line of the table."""

    probe: str
    posts_seen: int
    accepted: int
    jobs: int
    receivers_doubled: int
    replies: int
    posts: int


@dataclass(frozen=True, slots=True)
class Rows:
    """What stands in the database of a bridge that is no longer running."""

    jobs: list[Row[Any]]
    sms: list[Row[Any]]
    replies: list[Row[Any]]
    posts: list[Row[Any]]


async def read(database: str) -> Rows:
    """Read all of it."""
    engines = open_engines(parse_url(database))
    try:
        async with engines.read.connect() as connection:

            async def rows(query: Select[Any]) -> list[Row[Any]]:
                return list((await connection.execute(query)).all())

            jobs = select(job.c.id, job.c.tag, job.c.state, job.c.attempt, message.c.address, message.c.ref).join(
                message
            )
            return Rows(
                await rows(jobs.order_by(job.c.seq)),
                await rows(select(sms.c.job_id, sms.c.number, sms.c.state)),
                await rows(select(reply.c.ovh_id, reply.c.state)),
                await rows(
                    select(post.c.id, post.c.kind, post.c.state, post.c.remote, room_address.c.address).join(
                        room_address, (room_address.c.room_id == post.c.room_id) & room_address.c.current
                    )
                ),
            )
    finally:
        await engines.dispose()


async def count(world: World, probe: str) -> Counted:
    """Check every promise about what is there once and only once; tells the figures."""
    rows = await read(world.database)
    _each_message_is_one_job(world, rows)
    _each_job_was_accepted_once(world, rows)
    _each_telephone_got_its_sms_in_order(world)
    _each_answer_stands_once_where_it_belongs(world, rows)
    _nothing_stands_in_a_room_that_no_row_knows(world, rows)
    records = world.ovh.records
    answers = sum(len(_sure(world.posts_of(one))) or 1 for one in world.incoming)
    return Counted(
        probe=probe,
        posts_seen=records.posts_seen,
        accepted=len(records.accepted),
        jobs=sum(1 for one in rows.jobs if one.attempt > 0),
        receivers_doubled=records.doubled(),
        replies=len(world.incoming),
        posts=answers,
    )


def _each_message_is_one_job(world: World, rows: Rows) -> None:
    assert Counter((one.address, one.ref) for one in rows.jobs) == Counter((one.room, one.id) for one in world.typed)
    marks = {(one.room, one.id): one.mark for one in world.typed}
    assert set(marks.values()) == {world.delivered}, marks


def _each_job_was_accepted_once(world: World, rows: Rows) -> None:
    assert {one.state for one in rows.jobs} == {"accepted"}, Counter(one.state for one in rows.jobs)
    assert {one.state for one in rows.sms} == {DELIVERED}, Counter(one.state for one in rows.sms)
    tags = {one.id: one.tag for one in rows.jobs}
    wanted = Counter((tags[one.job_id], one.number) for one in rows.sms)
    records = world.ovh.records
    assert records.accepted_by_receiver() == wanted
    assert set(wanted.values()) == {1}
    assert records.doubled() == 0
    assert len(records.accepted) == len(rows.jobs)


def _each_telephone_got_its_sms_in_order(world: World) -> None:
    """A room's messages to one person leave in the order in which they were written."""
    text_of = {post.tag: post.text for post in world.ovh.records.accepted}
    for place in PLACES:
        for number in place.to.values():
            wrote = [one.text for one in world.lines(place.name) if one.by_person and not one.reply_to]
            sent = [post.text for post in world.ovh.records.accepted if number in post.receivers and post.text in wrote]
            assert sent == wrote, f"{place.name}: {number}"
    for number, telephone in world.ovh.telephones.items():
        sent = [post.tag for post in world.ovh.records.accepted if number in post.receivers]
        assert Counter(one.tag for one in telephone.inbox) == Counter(sent), number
        assert all(one.text == text_of[one.tag] for one in telephone.inbox)


def _each_answer_stands_once_where_it_belongs(world: World, rows: Rows) -> None:
    assert Counter(one.ovh_id for one in rows.replies) == Counter(one.id for one in world.incoming)
    assert {one.state for one in rows.replies} <= {"routed"}, rows.replies
    typed = {one.tag: (one.address, one.ref) for one in rows.jobs}
    for answer in world.incoming:
        posts = world.posts_of(answer)
        assert posts, answer
        assert len(_sure(posts)) <= 1, answer
        wanted = typed.get(answer.tag, (world.address("desk"), None))
        assert {(one.room, one.reply_to) for one in posts} == {wanted}, answer


def _nothing_stands_in_a_room_that_no_row_knows(world: World, rows: Rows) -> None:
    known = {(one.address, one.remote) for one in rows.posts if one.remote is not None}
    stands = {(one.room, one.id): one for one in world.posted}
    assert known <= stands.keys()
    unknown = [one for place, one in stands.items() if place not in known]
    assert all(_may_be_unknown(one, world, rows) for one in unknown), unknown
    kinds = Counter(one.kind for one in rows.posts if one.kind in ("reply", "stranger"))
    assert kinds.total() == len(world.incoming)
    unfinished = [one for one in rows.posts if one.kind in kinds and one.state != "posted"]
    assert not unfinished, unfinished


def _sure(posts: list[Line]) -> list[Line]:
    return [one for one in posts if not one.text.endswith(REPEAT)]


def _may_be_unknown(line: Line, world: World, rows: Rows) -> bool:
    """Where a repeat is another line: an answer that stands there once more, or a notice that nobody repeats."""
    if world.idempotent:
        return False
    twin = any(one.text == f"{line.text} {REPEAT}" and one.room == line.room for one in world.posted)
    return twin or any(one.state == "failed" and one.address == line.room for one in rows.posts)
