"""No query walks through a table that grows with history."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from bridge.adapters.database import open_store
from bridge.adapters.database.columns import metadata
from bridge.domain.failures import Reason
from bridge.domain.ids import ChatRef, MessageId, OvhId, RoomAddress
from bridge.domain.marks import Status
from bridge.domain.rooms import Receiver
from bridge.domain.sms import Found
from bridge.domain.states import JobState, PostState, ReplyState, RoomState, SmsState
from bridge.ports.rows import FetchedReply, Link, NewPost
from bridge.ports.sending import JobMove, MarkUpdate
from bridge.ports.store import Tx
from tests.contract.store.world import LEASE, HandClock, World, number

GROWING = {"job", "sms", "message", "post", "mark", "remote", "reply", "event"}
PARTIAL = {
    str(index.name)
    for table in metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
}
Statement = tuple[str, Sequence[Any]]


@contextmanager
def statements() -> Iterator[dict[str, Sequence[Any]]]:
    """Every statement that is run meanwhile, with one set of its parameters."""
    heard: dict[str, Sequence[Any]] = {}

    def hear(_c: Any, _k: Any, statement: str, parameters: Any, _x: Any, many: bool) -> None:
        heard[statement] = parameters[0] if many else parameters

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


async def outgoing(world: World) -> None:
    """The way of jobs: claimed, looked for, accepted, reported, pulled, answered."""
    now, until = world.now, world.now + LEASE
    job = await world.accepted(1)
    lost = await world.submitted(world.new("list"))
    found = Found((OvhId(2),), {OvhId(2): number(1)})

    async def work(tx: Tx) -> None:
        await tx.jobs.move([JobMove(lost.id, 1, JobState.RECONCILING, now, found=found)])
        await tx.jobs.claim_looks(now, until, 5)
        await tx.jobs.adopt_orphans("you", timedelta(seconds=1))
        await tx.jobs.expire(now + timedelta(days=1), 5)
        await tx.jobs.replace_text(job.message_id, "a", "a")
        await tx.sms.claim_pulls(now + timedelta(days=1), until, 5)
        await tx.sms.next_pull(job.id, 1, now)
        await tx.sms.next_pull(job.id, 1, None)
        await tx.sms.stop(world.account, [number(1)])
        await tx.sms.by_tags(world.account, [job.tag])
        await tx.sms.newest_to(world.account, number(1), now, now)
        await tx.sms.give_up_reports(job.id, now)
        await tx.messages.add_round(job.message_id, world.new("line"))
        await tx.messages.at([world.new("line").ref])
        await tx.messages.by_id([job.message_id])
        await tx.messages.jobs_of([job.message_id])
        await tx.messages.sms_of([job.message_id])
        await tx.messages.tallies([job.message_id, lost.message_id])
        await tx.messages.pending_of([job.id, lost.id])

    await world.write(work)
    await world.accept(lost, 2, 3, 4)
    for id_ in (2, 3, 4, 5):
        await world.told(id_, SmsState.DELIVERED if id_ != 3 else SmsState.UNDELIVERED, receiver=number(id_ - 1))
    await world.tally(lost.message_id)


async def back(world: World) -> None:
    """The way back: answers, posts, marks."""
    now, until, line = world.now, world.now + LEASE, world.rooms["line"]
    here = ChatRef(RoomAddress("web", "line"), "1")
    (message,) = await world.add()

    async def work(tx: Tx) -> None:
        await tx.replies.name(world.account, [OvhId(1), OvhId(2)], now)
        reply, other = await tx.replies.claim(now, until, 5)
        await tx.replies.put(FetchedReply(reply.id, ReplyState.WAITING, number(1), "", "", "b1", now, None, None))
        await tx.replies.later(other.id, ReplyState.NAMED, now)
        await tx.replies.route_again(world.account)
        await tx.replies.stored(reply.id)
        await tx.replies.carry(world.account, ["b1"])
        await tx.posts.add([NewPost("reply", "1", line.id, {})])
        (post,) = await tx.posts.claim(now, until, 5, ["web"])
        await tx.posts.revise(NewPost("reply", "1", line.id, {"a": 1}))
        await tx.posts.settle(post.id, 1, PostState.POSTED, remote="1")
        await tx.posts.finish("reply", "1", line.id, 1, "x")
        await tx.posts.at([here])
        await tx.rooms.set_state(line.id, RoomState.SUSPENDED)
        await tx.rooms.set_state(line.id, RoomState.ACTIVE)
        await tx.rooms.move(line.address, RoomAddress("web", "new"))
        await tx.marks.claim(now, until, 5, ["web"], [MessageId(7)])
        await tx.marks.touch([message], now)
        await tx.marks.touch_open(world.account, now)
        await tx.marks.touch_room(line.id)
        await tx.rooms.at([line.address], within=True)
        await tx.asked.answers(line.id)
        await tx.marks.put([MarkUpdate(message, 1, Status.QUEUED, now)], until)
        await tx.optouts.add(world.account, number(1), "reply", now)
        await tx.optouts.hint(world.account, number(1), now)
        await tx.optouts.claim_hints(now, until, 5)
        await tx.accounts.pause(world.account, Reason.KEYS, now)
        await tx.dues.depths()
        await tx.dues.states()
        for lane in ("jobs", "looks", "pulls", "replies", "posts", "marks", "hints", "probes"):
            await tx.dues.next_due(lane, ["web"])

    await world.write(work)


async def by_hand(world: World) -> None:
    """One job alone, and the room of those that an operator sends."""
    now, until = world.now, world.now + LEASE
    job = await world.accepted(11)

    async def work(tx: Tx) -> None:
        room = await tx.consoles.of("accueil", "ovh-eu/sms-1", "en", "Europe/Paris")
        assert room is not None
        await tx.consoles.of("accueil", "ovh-eu/sms-1", "en", "Europe/Paris")
        await tx.consoles.unsettled(room.id, number(1))
        await tx.jobs.claim(now, "me", until, {world.account: 1}, only=job.id)
        await tx.jobs.claim_looks(now, until, 5, only=job.id)
        await tx.sms.claim_pulls(now, until, 5, only=job.id)
        await tx.asked.standing(job.message_id)

    await world.write(work)


async def places(world: World) -> None:
    """Places that no phone is for, linked and unlinked; alarms; what cannot be read; rooms that are shut."""
    now, until, here = world.now, world.now + LEASE, RoomAddress("web", "elsewhere")
    person = world.new().person

    async def work(tx: Tx) -> None:
        room = await tx.guests.place(here, "en", "UTC")
        await tx.guests.place(here, "en", "UTC")
        await tx.guests.code(room, "AAAAAA", now, until)
        await tx.guests.by_code("AAAAAA", now)
        await tx.guests.phones()
        await tx.operations.at(here, "en", "UTC")
        await tx.operations.tell("ops", "1", {})
        await tx.operations.back(here)
        await tx.guests.link(room, Link("accueil", (Receiver(number(7)),), 5.0))
        await tx.asked.latest(room, person)
        await tx.replies.withdraw(room)
        await tx.rooms.on("web")
        await tx.guests.unlink(room)
        await tx.events.set_aside("web", "1", "{}")
        await tx.rooms.move(world.rooms["list"].address, RoomAddress("web", "asked"))
        await tx.guests.place(RoomAddress("web", "asked too"), "en", "UTC")
        await tx.rooms.move(world.rooms["list"].address, RoomAddress("web", "asked too"))

    await world.write(work)


async def test_no_query_walks_through_a_growing_table(tmp_path: Path) -> None:
    path = tmp_path / "bridge.db"
    clock = HandClock()
    async with open_store(f"sqlite:///{path}", clock=clock, ring=lambda lane: None) as store:
        world = World(store, clock, [])
        with statements() as heard:
            await world.furnish()
            await outgoing(world)
            await by_hand(world)
            await back(world)
            await places(world)
    database = sqlite3.connect(path)
    walks: dict[str, str] = {}
    for statement, parameters in heard.items():
        if not re.match(r"SELECT|UPDATE|DELETE|WITH", statement):
            continue
        for row in database.execute(f"EXPLAIN QUERY PLAN {statement}", parameters):
            step = str(row[3])
            aliases = dict(re.findall(r"\b(\w+) AS (\w+)\b", statement))
            names = {alias: table for table, alias in aliases.items()}
            if (walk := re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", step)) is None:
                continue
            if names.get(walk[1], walk[1]) in GROWING and walk[2] not in PARTIAL:
                walks[statement] = step
    database.close()
    assert len(heard) > 80
    assert walks == {}
