"""A store with a phone and rooms in it, and the words in which its tests speak."""

import itertools
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from bridge.domain.ids import AccountId, ChatRef, JobId, MessageId, OvhId, Person, RoomAddress
from bridge.domain.numbers import E164
from bridge.domain.rooms import Receiver, Room, SendingRules
from bridge.domain.sms import Job, Report, new_tag
from bridge.domain.states import JobState, SmsState
from bridge.ports.rows import FilePhone, FileRoom
from bridge.ports.sending import Acceptance, JobRow, NewJob, NewMessage, NewSms
from bridge.ports.store import Store, Tx

T = TypeVar("T")

ANN = Person("web", "1", "Ann")
LEASE = timedelta(seconds=90)


class HandClock:
    """Time that moves when a test says so."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("the store never sleeps")

    async def wait(self, event: object, seconds: float) -> bool:
        raise AssertionError("the store never waits")

    def pass_(self, seconds: float) -> datetime:
        self.at += timedelta(seconds=seconds)
        return self.at


def rules(**changed: Any) -> SendingRules:
    usual: dict[str, Any] = {
        "phone": "accueil",
        "short_number": True,
        "prefix": "Cabinet : ",
        "plain_text": True,
        "on_uncertain": "resend",
        "expires_after": timedelta(hours=12),
    }
    return SendingRules(**{**usual, **changed})


def file_phone(name: str = "accueil", account: str = "ovh-eu/sms-1", was: tuple[str, ...] = ()) -> FilePhone:
    return FilePhone(name, account, rules(phone=name), was)


def number(index: int) -> E164:
    return E164(f"+336{index:08}")


def file_room(address: str, *people: int, phone: str = "accueil", **changed: Any) -> FileRoom:
    usual: dict[str, Any] = {
        "address": RoomAddress("web", address),
        "phone": phone,
        "receivers": tuple(Receiver(number(one), f"Person {one}") for one in people),
        "sends": "everything",
        "hold_seconds": 5.0,
        "team": phone,
        "prefix": None,
        "language": "fr",
        "timezone": "Europe/Paris",
    }
    return FileRoom(**{**usual, **changed})


class World:
    """`line` writes to one person, `list` to three, `desk` to nobody."""

    def __init__(self, store: Store, clock: HandClock, rung: list[str]) -> None:
        self.store = store
        self.clock = clock
        self.rung = rung
        self.rooms: dict[str, Room] = {}
        self._refs = itertools.count(1)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        return await self.store.write(work)

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        return await self.store.read(work)

    async def furnish(self) -> None:
        await self.put_file([file_phone()], [file_room("line", 1), file_room("list", 1, 2, 3), file_room("desk")])

    async def put_file(self, phones: Sequence[FilePhone], rooms: Sequence[FileRoom]) -> None:
        await self.write(lambda tx: tx.rooms.put_file(phones, rooms))
        found = await self.read(lambda tx: tx.rooms.at([one.address for one in rooms]))
        self.rooms = {address.address: room for address, room in found.items()}

    @property
    def account(self) -> AccountId:
        return next(iter(self.rooms.values())).account_id

    def new(self, room: str = "line", people: Sequence[int] | None = None, **job: Any) -> NewMessage:
        """A message of one job that is due now."""
        here = self.rooms[room]
        numbers = [one.number for one in here.receivers] if people is None else [number(one) for one in people]
        usual: dict[str, Any] = {
            "tag": new_tag(os.urandom),
            "text": "Hello",
            "state": JobState.QUEUED,
            "due_at": self.now,
            "expires_at": self.now + timedelta(hours=12),
            "sms": tuple(NewSms(one, None) for one in numbers),
        }
        ref = ChatRef(here.address, str(next(self._refs)))
        jobs = (NewJob(**{**usual, **job}),)
        return NewMessage(here.id, here.account_id, here.phone_id, ref, ANN, "hello", self.now, jobs, self.now)

    async def add(self, *new: NewMessage) -> list[MessageId]:
        return await self.write(lambda tx: tx.messages.add(new or (self.new(),)))

    async def claim(self, most: int = 10) -> list[Job]:
        until = self.now + LEASE
        return await self.write(lambda tx: tx.jobs.claim(self.now, "me", until, {self.account: most}))

    async def submitted(self, new: NewMessage | None = None) -> Job:
        """One message, its job claimed."""
        await self.add(new or self.new())
        return (await self.claim())[-1]

    async def accept(self, job: Job, *ids: int, **changed: Any) -> set[JobId]:
        pull_at = self.now + timedelta(minutes=5)
        what = Acceptance(job.id, job.attempt, tuple(map(OvhId, ids)), pull_at, **changed)
        return await self.write(lambda tx: tx.jobs.accept([what]))

    async def accepted(self, *ids: int, room: str = "line") -> Job:
        """One message, its job accepted under these ids."""
        job = await self.submitted(self.new(room))
        assert await self.accept(job, *ids) == {job.id}
        return job

    async def report(self, *reports: Report) -> set[MessageId]:
        return await self.write(lambda tx: tx.sms.report(self.account, reports, self.now))

    async def told(self, id_: int, state: SmsState, **changed: Any) -> set[MessageId]:
        return await self.report(Report(OvhId(id_), state, **changed))

    async def job(self, message: MessageId) -> JobRow:
        return (await self.read(lambda tx: tx.messages.jobs_of({message})))[0]

    async def tally(self, message: MessageId) -> dict[str, int]:
        """How many of its sms are in which state."""
        tallies = await self.read(lambda tx: tx.messages.tallies({message}))
        counts: Counter[str] = Counter()
        for one in tallies[message]:
            counts[one.sms.value] += one.count
        return dict(counts)
