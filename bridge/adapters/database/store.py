"""The store: engines, the writer, and what one transaction offers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.adapters.database.accounts import SqlAccounts
from bridge.adapters.database.asked import SqlAsked
from bridge.adapters.database.console import SqlConsoles
from bridge.adapters.database.dues import SqlDues
from bridge.adapters.database.engine import PATIENCE, Engines, open_engines, parse_url, sqlite_path
from bridge.adapters.database.events import SqlEvents
from bridge.adapters.database.guests import SqlGuests, SqlOperations
from bridge.adapters.database.jobs import SqlJobs
from bridge.adapters.database.marks import SqlMarks
from bridge.adapters.database.messages import SqlMessages
from bridge.adapters.database.migrate import bring_up_to_date
from bridge.adapters.database.optouts import SqlOptOuts
from bridge.adapters.database.part import Part
from bridge.adapters.database.posts import SqlPosts
from bridge.adapters.database.replies import SqlReplies
from bridge.adapters.database.rooms import SqlRooms
from bridge.adapters.database.sms import SqlSms
from bridge.adapters.database.writer import Begun, Writer
from bridge.ports import asking_parts, by_hand, parts, sending_parts
from bridge.ports.clock import Clock
from bridge.ports.probe import Probe, no_probe
from bridge.ports.store import Tx

T = TypeVar("T")


class SqlTx:
    """One transaction, by topic."""

    def __init__(self, connection: AsyncConnection, clock: Clock) -> None:
        self.lanes: set[str] = set()
        part = Part(connection, clock, self.lanes)
        self.events: parts.Events = SqlEvents(part)
        rooms = SqlRooms(part)
        self.rooms: parts.Rooms = rooms
        self.accounts: parts.Accounts = SqlAccounts(part)
        self.messages: sending_parts.Messages = SqlMessages(part)
        self.jobs: sending_parts.Jobs = SqlJobs(part)
        self.sms: sending_parts.Sms = SqlSms(part)
        self.replies: parts.Replies = SqlReplies(part)
        self.posts: parts.Posts = SqlPosts(part)
        self.marks: parts.Marks = SqlMarks(part)
        self.optouts: parts.OptOuts = SqlOptOuts(part)
        self.dues: parts.Dues = SqlDues(part)
        guests = SqlGuests(part)
        self.guests: asking_parts.Guests = guests
        self.asked: asking_parts.Asked = SqlAsked(part)
        self.operations: asking_parts.Operations = SqlOperations(part, guests, self.posts)
        self.consoles: by_hand.Consoles = SqlConsoles(part, rooms)

    def ring(self, *lanes: str) -> None:
        """After the commit, wake the workers of these lanes."""
        self.lanes.update(lanes)


class SqlStore:
    """The database."""

    def __init__(self, engines: Engines, writer: Writer, clock: Clock) -> None:
        self._engines = engines
        self._writer = writer
        self._clock = clock

    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run one unit of work in the writer's transaction. Raises what it raised, or what the commit raised."""
        return await self._writer.write(work)

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run reads on a snapshot. Writing through it fails."""
        async with self._engines.read.connect() as connection, connection.begin():
            return await work(SqlTx(connection, self._clock))


@asynccontextmanager
async def open_store(
    url: str,
    *,
    clock: Clock,
    ring: Callable[[str], None],
    probe: Probe = no_probe,
    migrate: bool = True,
    patience: timedelta = PATIENCE,
) -> AsyncIterator[SqlStore]:
    """Open the database of `url`, `sqlite:///path` or `postgresql://…`, and close it when all is written.

    `migrate`: bring its tables up to date first (only `run` and `demo` do). `patience` is how long a transaction
    waits for another process's lock. Raises NotADatabase, WrongRevision, or what the driver raises.
    """
    parsed = parse_url(url)
    path = sqlite_path(parsed)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    await bring_up_to_date(parsed, migrate=migrate, patience=patience)
    engines = open_engines(parsed, patience)

    def begin(connection: AsyncConnection) -> Begun:
        tx = SqlTx(connection, clock)
        return Begun(tx, tx.lanes)

    writer = Writer(engines.write, begin, ring, probe)
    writing = asyncio.create_task(writer.run(), name="store.writer")
    try:
        yield SqlStore(engines, writer, clock)
    finally:
        writer.close()
        await _wholly(writing)
        await engines.dispose()


async def _wholly(task: "asyncio.Task[None]") -> None:
    """Await it to its end; a cancellation meanwhile is passed on afterwards."""
    cancelled = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            cancelled = True
    task.result()
    if cancelled:
        raise asyncio.CancelledError
