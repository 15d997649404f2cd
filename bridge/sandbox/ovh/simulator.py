"""The simulated OVH as a whole: what tests and the demonstration hold in their hands."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from types import TracebackType
from typing import Self

from aiohttp import web

from bridge.sandbox.ovh.access import Access
from bridge.sandbox.ovh.api import Api
from bridge.sandbox.ovh.books import Books
from bridge.sandbox.ovh.exchange import Exchange, Outlets
from bridge.sandbox.ovh.faults import Condition, Fault, Scripted
from bridge.sandbox.ovh.pages import Pages, Responder
from bridge.sandbox.ovh.pushes import Pushes
from bridge.sandbox.ovh.records import Records
from bridge.sandbox.ovh.seeding import Seeding
from bridge.sandbox.ovh.server import Door
from bridge.sandbox.ovh.tasks import Tasks
from bridge.sandbox.ovh.telephones import Network, Pace, Telephone
from bridge.sandbox.ovh.values import (
    Change,
    Clock,
    Happened,
    IncomingSms,
    Mode,
    Push,
    Sleep,
    SmsAccount,
    Subscriber,
)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SimulatedOvh:
    """OVH's SMS API on a real socket, in memory, with the telephones behind it.

    An async context manager. `accounts` share nothing but the telephones; the first one is meant wherever a
    method is given no `service`. `clock` dates everything, `signing_clock` (the same unless given) is what
    /auth/time tells and timestamps are held against, within `clock_window` seconds (None: any). `sleep` waits
    for deliveries.

    Seconds: `delivery_after` from acceptance until an SMS arrives, None where tests decide with `report`;
    `reported_after` from then until its first report; `fails_after` until a telephone that is off is given up;
    `listing_delay` until /outgoing and /jobs show an SMS; `latency` before each answer. `seed` decides ids and
    short numbers. `keep` is how many records are kept, None for all. `port` 0 lets the system choose.

    Raises an ExceptionGroup on leaving when the simulator itself failed.
    """

    def __init__(
        self,
        accounts: Iterable[SmsAccount] = (SmsAccount(),),
        *,
        clock: Clock = _utc_now,
        signing_clock: Clock | None = None,
        clock_window: float | None = 60.0,
        sleep: Sleep = asyncio.sleep,
        delivery_after: float | None = None,
        fails_after: float = 10.0,
        reported_after: float = 0.0,
        listing_delay: float = 0.0,
        latency: float = 0.0,
        seed: int = 0,
        keep: int | None = None,
        port: int = 0,
    ) -> None:
        described = tuple(accounts)
        random = Random(seed)  # noqa: S311 - ids and short numbers, no secrets
        self._subscribers: list[Subscriber] = []
        self._changed = asyncio.Event()
        self._signing_clock, self._ahead = signing_clock or clock, timedelta(0)
        self._books = {one.service_name: Books(one, clock, random) for one in described}
        self._first = described[0].service_name
        self.records = Records(keep)
        self.seeding = Seeding(self.books)
        self.access = Access(described, self._ovh_time, clock_window, random)
        self.pushes = Pushes(clock, self._tell, keep)
        self._tasks = Tasks()
        pace = Pace(sleep, delivery_after, fails_after, reported_after)
        self._network = Network(self.books, self.pushes, clock, self._tell, pace)
        api = Api(self._books, self.access, self._ovh_time)
        outlets = Outlets(self._network, self.records, self._tasks, self._tell)
        self._exchange = Exchange(api, outlets, clock, sleep, latency)
        self._beside: list[Responder] = [Pages(self.access).respond]
        self._door = Door(self._respond, port)
        self.listing_late(outgoing=listing_delay, jobs=listing_delay)

    async def __aenter__(self) -> Self:
        await self.pushes.open()
        try:
            await self._door.open()
        except OSError:  # the port is taken
            await self.pushes.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exchange.close()
        await self._door.shut()
        try:
            await self._tasks.close()
        finally:
            await self.pushes.close()

    # Where it is

    @property
    def url(self) -> str:
        """The base URL of the API, for OVH's clients: http://127.0.0.1:PORT/1.0."""
        return f"http://127.0.0.1:{self._door.port}/1.0"

    async def unplug(self) -> None:
        """Nothing listens any more: connections are refused, on the same port, until `plug_in`."""
        self.release()
        await self._door.shut()

    async def plug_in(self) -> None:
        """Listens again."""
        await self._door.open()

    def answers_also(self, responder: Responder) -> None:
        """Beside the API this one answers too; it gives None for what is not its own."""
        self._beside.append(responder)

    async def _respond(self, request: web.BaseRequest) -> web.StreamResponse:
        for responder in self._beside:
            if (response := await responder(request)) is not None:
                return response
        return await self._exchange.respond(request)

    # What it holds

    def books(self, service: str | None = None) -> Books:
        """The records of a service."""
        return self._books[service or self._first]

    @property
    def telephones(self) -> Mapping[str, Telephone]:
        """All telephones that were ever mentioned, by number (E.164)."""
        return self._network.telephones

    def telephone(self, number: str) -> Telephone:
        """The telephone of a number in any usual form."""
        return self._network.telephone(number)

    # What people and the network do

    def switch_off(self, number: str) -> None:
        """SMS are buffered, and fail after `fails_after` unless it is switched on before."""
        self._change(number, on=False)

    async def switch_on(self, number: str) -> None:
        """What was buffered arrives; returns once its reports are pushed."""
        await self._network.switch_on(number)

    def number_does_not_exist(self, number: str, *, exists: bool = False) -> None:
        """SMS fail with ptt 23; `exists=True` takes it back."""
        self._change(number, exists=exists)

    def close_window(self, number: str) -> None:
        """As if 48 hours had passed: answers are lost before OVH until the next SMS arrives there."""
        self._change(number, window_open=False)

    def _change(self, number: str, **attributes: bool) -> None:
        telephone = self.telephone(number)
        for name, value in attributes.items():
            setattr(telephone, name, value)
        self._tell(Change(Happened.TELEPHONE, telephone.number, telephone))

    async def answer(
        self,
        number: str,
        text: str,
        *,
        sender_format: str = "+33",
        tag: str | None = None,
        service: str | None = None,
    ) -> IncomingSms | None:
        """The person behind a number writes; None when the answer is lost before OVH. Returns once pushed.

        `sender_format`: how OVH shows the sender, `+33`, `0033`, `33` or `06`. `tag`: None for that of the
        latest SMS received, "" for none. A number that never got an SMS may write too: a stranger.
        """
        return await self._network.answer(number, text, sender_format=sender_format, tag=tag, service=service)

    async def report(self, ovh_id: int, *, dlr: int = 1, ptt: int = 4, service: str | None = None) -> None:
        """The network's news of an SMS, pushed; with `dlr` 1 it appears on the telephone. Raises KeyError."""
        await self._network.settle(self.books(service).outgoing[ovh_id], dlr, ptt)

    # What goes wrong

    def script(
        self, fault: Fault, on: str = "POST jobs", times: int | None = 1, when: Condition | None = None
    ) -> Scripted:
        """The next `times` calls (None: all) that match `on` (and `when`) meet this fault.

        `on` is METHOD PATTERN: `POST jobs`, `GET outgoing*`, `GET account` (the service itself),
        `GET /auth/time`, `* *`. Patterns are those of fnmatch, below /sms/{service}/ or from the root.
        """
        return self._exchange.script.add(fault, on, times, when)

    def clear_faults(self) -> None:
        """Forgets all scripted faults and lets go what hangs; the mode stays."""
        self._exchange.script.clear()
        self.release()

    def release(self) -> None:
        """Calls that hang go on: those carried out are answered, the others are reset."""
        self._exchange.gate.let_go()

    @property
    def hanging(self) -> int:
        """How many calls hang now."""
        return self._exchange.gate.waiting

    @property
    def mode(self) -> Mode:
        """How OVH behaves as a whole."""
        return self._exchange.mode

    def set_mode(self, mode: Mode | str) -> None:
        """Changes how OVH behaves as a whole; what hangs is let go. Raises ValueError for an unknown mode."""
        self._exchange.mode = Mode(mode)
        for books in self._books.values():
            books.drained = self._exchange.mode is Mode.NO_CREDITS
        self.release()
        self._tell(Change(Happened.MODE, subject=self._exchange.mode))

    def listing_late(self, *, outgoing: float | None = None, jobs: float | None = None) -> None:
        """From now on accepted SMS show up in these lists only after so many seconds of the clock."""
        for books in self._books.values():
            books.late_outgoing = books.late_outgoing if outgoing is None else outgoing
            books.late_jobs = books.late_jobs if jobs is None else jobs

    def skew(self, ahead: timedelta) -> None:
        """OVH's clock runs ahead of the real one by this (negative: behind)."""
        self._ahead = ahead

    def _ovh_time(self) -> datetime:
        return self._signing_clock() + self._ahead

    # What it tells

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Calls `subscriber` at every change, from the loop; gives what ends that."""
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    async def until(self, happened: Callable[[], object], within: float = 5.0) -> None:
        """Waits until something is true of the simulator. Raises TimeoutError after `within` seconds."""
        async with asyncio.timeout(within):
            while not happened():
                self._changed.clear()
                await self._changed.wait()

    def _tell(self, change: Change) -> None:
        self._changed.set()
        for subscriber in tuple(self._subscribers):
            subscriber(change)

    async def push_raw(
        self,
        url: str,
        method: str = "GET",
        query: Mapping[str, str] | None = None,
        body: Mapping[str, str] | bytes | None = None,
    ) -> Push:
        """Calls any URL with anything: forged, malformed, for a number that does not exist."""
        return await self.pushes.raw(url, method, query, body)
