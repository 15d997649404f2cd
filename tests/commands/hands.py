"""What an operator has at hand: a configuration, a simulated OVH, a database with a room's own SMS in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from bridge.adapters.database import open_store
from bridge.adapters.database.engine import open_engines, parse_url
from bridge.app.by_hand import Means, Typed, run_proof, run_send
from bridge.config import Config, file_phones, file_rooms
from bridge.domain.ids import ChatRef, Person
from bridge.domain.routing import Send
from bridge.intake.writing import Drafting, Written, message
from bridge.ports.store import Tx
from bridge.sandbox.ovh import SimulatedOvh, SmsAccount
from tests.clock import LeapingClock

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DURAND, PETIT = "+33612345678", "+33612345679"
TAG = "b" + "a" * 16
"""Of the SMS that waits in the room."""


@dataclass(slots=True)
class Hands:
    """`said` are the lines at the terminal. Nothing else waits at this clock than what a command starts."""

    folder: Path
    ovh: SimulatedOvh
    clock: LeapingClock
    database: str = ""
    said: list[str] = field(default_factory=list)
    phone: dict[str, Any] = field(default_factory=dict)
    phones: tuple[str, ...] = ("accueil",)

    def __post_init__(self) -> None:
        self.database = self.database or f"sqlite:///{self.folder / 'bridge.db'}"

    @property
    def config(self) -> Config:
        """The phones share one account; a room writes to Mrs Durand."""
        account = SmsAccount()
        keys = {
            "service_name": account.service_name,
            "endpoint": self.ovh.url,
            "application_key": account.application_key,
            "application_secret": account.application_secret,
            "consumer_key": account.consumer_key,
        }
        return Config.model_validate(
            {
                "database": self.database,
                "language": "en",
                "phones": [{"name": name, **keys, **self.phone} for name in self.phones],
                "browser": {"url": "http://127.0.0.1:9", "token": "nobody listens"},
                "rooms": [{"room": "web:reception", "phone": self.phones[0], "to": [DURAND]}],
            }
        )

    async def furnish(self) -> None:
        """As a bridge left it that ran before: tables, phones, rooms, and an SMS of the room that is due."""
        config = self.config

        async def work(tx: Tx) -> None:
            await tx.rooms.put_file(file_phones(config), file_rooms(config))
            address = config.rooms[0].room
            room = (await tx.rooms.at({address}))[address]
            drafting = Drafting(self.clock.now(), lambda: TAG, room.hold)
            written = Written(ChatRef(address, "1"), Person("web", "1", "Claire"), self.clock.now())
            new = message(Send("From the room", room.receivers), room, written, (), drafting, hold=False)
            await tx.messages.add([new])

        async with open_store(self.database, clock=self.clock, ring=lambda lane: None) as store:
            await store.write(work)

    @property
    def means(self) -> Means:
        return Means(self.said.append, self.clock)

    def begin(
        self, number: str = DURAND, text: str = "Hello", phone: str | None = None, *, anyway: bool = False
    ) -> "asyncio.Task[int]":
        """Start `bridge send`."""
        return asyncio.create_task(run_send(self.config, Typed(number, phone, anyway), text, self.means), name="send")

    def begin_proof(self, number: str = DURAND, phone: str | None = None) -> "asyncio.Task[int]":
        """Start `bridge check --send`."""
        return asyncio.create_task(run_proof(self.config, Typed(number, phone), self.means), name="proof")

    async def send(self, number: str = DURAND, text: str = "Hello", phone: str | None = None) -> int:
        """`bridge send` to its end; gives the exit code."""
        return await self.end(self.begin(number, text, phone))

    async def end(self, command: "asyncio.Task[int]", step: float = 2.0) -> int:
        """Let time pass until the command ends, `step` seconds at a time."""
        async with asyncio.timeout(30):
            while not command.done():
                await self.some_time(command, step)
        return await command

    async def end_of_the_dead(self, command: "asyncio.Task[int]") -> None:
        """It was cancelled: as near to a death as a test comes without a process of its own."""
        async with asyncio.timeout(30):
            while not command.done():
                await self.some_time(command, 1.0)
        assert command.cancelled()

    async def until_said(self, words: str, command: "asyncio.Task[int]", step: float = 0.5) -> None:
        """Let time pass until this was said."""
        async with asyncio.timeout(30):
            while not any(words in line for line in self.said):
                assert not command.done(), self.said
                await self.some_time(command, step)

    async def some_time(self, command: "asyncio.Task[int]", step: float) -> None:
        """Time passes once everybody waits for it: who waits for OVH or the disk is not to find it gone."""
        await asyncio.wait({command}, timeout=0.005)
        if self._rests():
            self.clock.leap(step)

    def _rests(self) -> bool:
        names = [task.get_name() for task in asyncio.all_tasks()]
        waiting = sum(name.startswith("alone.") or name in ("send", "proof") for name in names)
        return (
            not self.clock.overdue
            and self.clock.asleep >= waiting
            and not any(name.endswith(".call") for name in names)
            and all(one.status is not None or one.connection_lost for one in self.ovh.records.requests)
        )

    async def rows(self, table: Table) -> list[Any]:
        """All rows of a table, oldest first."""
        engines = open_engines(parse_url(self.database))
        try:
            async with engines.read.connect() as connection:
                return list((await connection.execute(select(table).order_by(*table.primary_key))).all())
        finally:
            await engines.dispose()

    @property
    def texts(self) -> list[str]:
        """What OVH accepted."""
        return [post.text for post in self.ovh.records.accepted]


@asynccontextmanager
async def hands(folder: Path, *, delivery_after: float | None = 2.0, **changed: Any) -> AsyncIterator[Hands]:
    """An OVH whose time is this test's, nothing written yet."""
    clock = LeapingClock(BEGIN)
    accounts = [SmsAccount(senders=("Cabinet",))]
    async with SimulatedOvh(
        accounts, clock=clock.now, sleep=clock.sleep, delivery_after=delivery_after, fails_after=200.0
    ) as ovh:
        yield Hands(folder, ovh, clock, **changed)
        ovh.release()
