"""What is typed as a reply waits until it can be told what it replies to, and never long for a room that hangs."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.adapters.database import open_store
from bridge.domain.events import Typed
from bridge.domain.ids import ChatRef, PostId
from bridge.domain.states import PostState
from bridge.intake.chat import ChatIntake, ChatRules
from bridge.metrics import Figures
from bridge.ports.rows import NewPost
from tests.contract.store.world import ANN, LEASE, HandClock, World

MOST = 22.0
"""Seconds that one batch waits at most."""


class Sleeper(HandClock):
    """Sleeping lets time pass at once, and `world` learn of it."""

    def __init__(self) -> None:
        super().__init__()
        self.slept = 0.0
        self.world: World | None = None
        self.placed_after: float | None = None

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.pass_(seconds)
        if self.world is not None and self.placed_after is not None and self.slept >= self.placed_after:
            self.placed_after = None
            await placed(self.world)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    clock = Sleeper()
    async with open_store(f"sqlite:///{tmp_path / 'bridge.db'}", clock=clock, ring=lambda lane: None) as store:
        clock.world = World(store, clock, [])
        await clock.world.furnish()
        yield clock.world


@pytest.fixture
def intake(world: World) -> ChatIntake:
    rules = ChatRules(
        iter([f"b{number:016}" for number in range(99)]).__next__, frozenset(), timedelta(seconds=3), lambda room: False
    )
    return ChatIntake("web", world.store, world.clock, rules, Figures())


def slept(world: World) -> float:
    """Seconds since this was last asked."""
    assert isinstance(world.clock, Sleeper)
    seconds, world.clock.slept = world.clock.slept, 0.0
    return seconds


async def hangs(world: World, subject: str = "1") -> None:
    """A post is being put into the room of one, and nothing is heard of it."""
    room = world.rooms["line"].id
    await world.write(lambda tx: tx.posts.add([NewPost("stranger", subject, room, {"number": "", "text": ""})]))
    await world.write(lambda tx: tx.posts.claim(world.now, world.now + LEASE, 1, ["web"]))


async def placed(world: World, post: int = 1, remote: str = "p1") -> None:
    await world.write(lambda tx: tx.posts.settle(PostId(post), 1, PostState.POSTED, remote=remote))


def typed(world: World, id_: str, room: str = "line", reply_to: str | None = None) -> Typed:
    here = world.rooms[room].address
    return Typed(f"web:{id_}", ChatRef(here, id_), ANN, id_, world.now, reply_to=reply_to)


async def sent(world: World, *ids: str) -> int:
    refs = {ChatRef(room.address, id_) for id_ in ids for room in world.rooms.values()}
    return len(await world.read(lambda tx: tx.messages.at(refs)))


async def test_a_reply_to_a_post_that_is_just_being_placed_waits_for_it(world: World, intake: ChatIntake) -> None:
    await hangs(world)
    assert isinstance(world.clock, Sleeper)
    world.clock.placed_after = 0.5
    await intake.accept([typed(world, "a", reply_to="p1")], "1")
    assert 0.5 <= slept(world) < 2
    assert intake.in_vain == set()


async def test_a_room_that_hangs_holds_up_the_others_once_and_not_again(world: World, intake: ChatIntake) -> None:
    await hangs(world)
    await intake.accept([typed(world, "a", reply_to="p1"), typed(world, "b", "list")], "1")
    assert 10 < slept(world) <= MOST
    for batch in range(3):
        await intake.accept([typed(world, f"c{batch}", reply_to="p1"), typed(world, f"d{batch}", "list")], "2")
    assert slept(world) == 0
    assert await sent(world, "b", "d0", "d1", "d2") == 4


async def test_a_room_that_hung_and_was_heard_of_is_waited_for_again(world: World, intake: ChatIntake) -> None:
    await hangs(world)
    await intake.accept([typed(world, "a", reply_to="p1")], "1")
    await placed(world)
    slept(world)
    await intake.accept([typed(world, "b", reply_to="a colleague's")], "2")
    assert slept(world) == 0
    await hangs(world, "2")
    await intake.accept([typed(world, "c", reply_to="p2")], "3")
    assert slept(world) > 10


async def test_what_replies_to_nothing_or_to_a_post_that_stands_there_waits_for_none(
    world: World, intake: ChatIntake
) -> None:
    await hangs(world)
    await placed(world)
    await hangs(world, "2")
    await intake.accept([typed(world, "a"), typed(world, "b", reply_to="p1")], "1")
    assert slept(world) == 0
