"""Group commit: what waits shares a transaction, fails alone, and is on disk when it is told so."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bridge.adapters.database import open_store
from bridge.adapters.database.store import SqlStore
from bridge.adapters.database.writer import StoreClosed
from bridge.ports.clock import SystemClock
from bridge.ports.store import Tx


class Points:
    """Counts the commits; `broken` makes the next one fail."""

    def __init__(self) -> None:
        self.commits = 0
        self.broken: Exception | None = None

    def __call__(self, name: str) -> None:
        if name == "store.before_commit" and self.broken is not None:
            broken, self.broken = self.broken, None
            raise broken
        self.commits += name == "store.after_commit"


@pytest.fixture
def points() -> Points:
    return Points()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bridge.db"


@pytest.fixture
async def store(path: Path, points: Points) -> AsyncIterator[SqlStore]:
    patience = timedelta(seconds=0.2)
    async with open_store(
        f"sqlite:///{path}", clock=SystemClock(), ring=lambda lane: None, probe=points, patience=patience
    ) as store:
        yield store


async def see(store: SqlStore, event: str) -> set[str]:
    return await store.write(lambda tx: tx.events.first_seen("web", [event]))


async def seen(store: SqlStore, *events: str) -> list[str]:
    """Which of them are written down already."""

    async def look(tx: Tx) -> set[str]:
        return await tx.events.first_seen("web", events)

    new = await store.write(look)
    return [event for event in events if event not in new]


async def test_what_waits_shares_a_commit(store: SqlStore, points: Points) -> None:
    async with asyncio.TaskGroup() as group:
        for number in range(20):
            group.create_task(see(store, str(number)))
    assert points.commits <= 2
    assert len(await seen(store, *map(str, range(20)))) == 20


async def test_a_piece_of_work_that_fails_is_undone_alone(store: SqlStore, points: Points) -> None:
    async def broken(tx: Tx) -> None:
        await tx.events.first_seen("web", ["broken"])
        raise RuntimeError("no")

    good, bad, other = (
        asyncio.create_task(see(store, "good")),
        asyncio.create_task(store.write(broken)),
        asyncio.create_task(see(store, "other")),
    )
    done = await asyncio.gather(good, bad, other, return_exceptions=True)
    assert done[0] == {"good"}
    assert isinstance(done[1], RuntimeError)
    assert done[2] == {"other"}
    assert points.commits == 1
    with pytest.raises(RuntimeError):
        await store.write(broken)
    assert await seen(store, "good", "broken", "other") == ["good", "other"]


async def test_a_commit_that_fails_fails_all_that_shared_it_and_the_next_goes_on(
    store: SqlStore, points: Points
) -> None:
    points.broken = OSError("disk full")
    done = await asyncio.gather(see(store, "a"), see(store, "b"), return_exceptions=True)
    assert [type(one) for one in done] == [OSError, OSError]
    assert await seen(store, "a", "b") == []


async def test_a_caller_that_goes_leaves_its_work_behind(store: SqlStore) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(tx: Tx) -> None:
        await tx.events.first_seen("web", ["slow"])
        begun.set()
        await go_on.wait()

    caller, waiting = asyncio.create_task(store.write(slow)), asyncio.create_task(see(store, "waiting"))
    await asyncio.wait_for(begun.wait(), 5)
    for task in (caller, waiting):
        task.cancel()
    go_on.set()
    done = await asyncio.gather(caller, waiting, return_exceptions=True)
    assert all(isinstance(one, asyncio.CancelledError) for one in done)
    assert await seen(store, "slow", "waiting") == ["slow", "waiting"]


async def test_a_lock_held_for_a_moment_is_waited_for(store: SqlStore, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(see(store, "a"))
    await asyncio.sleep(0)
    other.execute("COMMIT")
    other.close()
    assert await asyncio.wait_for(writing, 5) == {"a"}


async def test_a_lock_held_longer_than_patience_fails_the_write_and_no_later_one(store: SqlStore, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        await see(store, "a")
    done = await asyncio.gather(see(store, "b"), see(store, "c"), return_exceptions=True)
    assert all(isinstance(one, OperationalError) for one in done)
    other.execute("ROLLBACK")
    other.close()
    assert await seen(store, "a", "b", "c") == []


async def test_a_reader_sees_one_moment_and_never_waits_for_the_writer(store: SqlStore) -> None:
    async def twice(tx: Tx) -> tuple[str | None, str | None]:
        before = await tx.events.cursor("web")
        await store.write(lambda tx: tx.events.set_cursor("web", "2"))
        return before, await tx.events.cursor("web")

    await store.write(lambda tx: tx.events.set_cursor("web", "1"))
    assert await store.read(twice) == ("1", "1")
    assert await store.read(lambda tx: tx.events.cursor("web")) == "2"


async def test_a_closed_store_has_written_what_it_was_given_and_takes_no_more(path: Path) -> None:
    url = f"sqlite:///{path}"
    async with open_store(url, clock=SystemClock(), ring=lambda lane: None) as store:
        last = asyncio.create_task(see(store, "last"))
        await asyncio.sleep(0)
    assert await last == {"last"}
    with pytest.raises(StoreClosed):
        await see(store, "later")
    async with open_store(url, clock=SystemClock(), ring=lambda lane: None) as store:
        assert await seen(store, "last", "later") == ["last"]


CHILD = """
import asyncio, sys
from bridge.adapters.database import open_store
from bridge.ports.clock import SystemClock

async def main():
    async with open_store(sys.argv[1], clock=SystemClock(), ring=lambda lane: None) as store:
        await store.write(lambda tx: tx.events.first_seen("web", ["kept"]))
        print("committed", flush=True)
        async def half(tx):
            await tx.events.first_seen("web", ["half"])
            print("half", flush=True)
            await asyncio.Event().wait()
        await store.write(half)

asyncio.run(main())
"""


@pytest.mark.crash
async def test_what_was_committed_survives_a_killed_process_and_nothing_else_does(path: Path) -> None:
    url = f"sqlite:///{path}"
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, url, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert [await asyncio.wait_for(child.stdout.readline(), 20) for _ in range(2)] == [b"committed\n", b"half\n"]
    os.kill(child.pid, signal.SIGKILL)
    await child.wait()
    async with open_store(url, clock=SystemClock(), ring=lambda lane: None) as store:
        assert await seen(store, "kept", "half") == ["kept"]


async def test_readers_that_go_leave_no_old_moment_behind(store: SqlStore) -> None:
    async def look(tx: Tx) -> str | None:
        await tx.events.cursor("web")
        await tx.rooms.at([])
        return await tx.events.cursor("web")

    for turns in range(12):  # cancelled a little later each time
        reading = asyncio.create_task(store.read(look))
        for _ in range(turns):
            await asyncio.sleep(0)
        reading.cancel()
        await asyncio.wait([reading])
        await store.write(lambda tx, turns=turns: tx.events.set_cursor("web", str(turns)))  # type: ignore[misc]
        seen = await asyncio.gather(*(store.read(look) for _ in range(6)))
        assert set(seen) == {str(turns)}
