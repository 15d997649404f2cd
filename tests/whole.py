"""The whole bridge in one test: simulated OVH, a SQLite file, one clock that leaps; the chat is the subclass's own."""

import asyncio
import socket
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import structlog
from structlog.testing import capture_logs

from bridge.adapters.database.ownership import own
from bridge.app import Bridge, Options, assemble
from bridge.config import Config
from bridge.domain.patience import Patience
from bridge.logs import Redactor
from bridge.ports.store import Tx
from bridge.sandbox.ovh import SimulatedOvh, SmsAccount
from tests.clock import LeapingClock
from tests.relay_rows import Rows
from tests.relay_setting import Setting

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A full hour: some notices come once an hour."""
LOOPS = 10
"""Eight lanes, the sweep and the figures: each of them waits when nothing is to be done."""


class Whole(ABC):
    """An async context manager: inside, everything runs. `stop`, `crash` and `start` are for tests of restarts."""

    waits = LOOPS
    """How many wait on the clock when nothing is to be done, the pollers apart."""
    begin: datetime | None = BEGIN
    """When the clock begins; None: now, where the chat's server has a clock of its own."""

    def __init__(self, folder: Path, setting: Setting | None = None) -> None:
        self.setting = setting or Setting()
        self.clock = LeapingClock(self.begin)
        self.rows = Rows(folder / "bridge.db")
        self.ovh = SimulatedOvh(
            [SmsAccount(credits=self.setting.credits)],
            clock=self.clock.now,
            sleep=self.clock.sleep,
            delivery_after=self.setting.delivery_after,
        )
        self.ovh.skew(timedelta(seconds=self.setting.skew))
        self.bridge: Bridge | None = None
        self.logs: list[Any] = []
        self.port = _free_port() if self.setting.callbacks else 0
        self._outside, self._inside = AsyncExitStack(), AsyncExitStack()
        self._stopping = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self.news = asyncio.Event()

    async def __aenter__(self) -> Self:
        try:
            self.logs = self._outside.enter_context(_captured_logs())
            await self._outside.enter_async_context(self.ovh)
            await self._open_chat(self._outside)
            self.ovh.subscribe(lambda _: self.news.set())
            await self.start()
            await self.settled()
        except BaseException:
            await self._inside.aclose()
            await self._outside.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ovh.clear_faults()
        try:
            await self.stop()
        finally:
            await self._outside.aclose()

    # The bridge

    async def start(self) -> None:
        """Start the bridge on the file, as after a restart; returns when it runs and has asked for answers once."""
        config = self.config()
        options = Options(Patience(last_answers=timedelta(milliseconds=200)), register=self.setting.callbacks)
        self._inside, self._stopping = AsyncExitStack(), asyncio.Event()
        await self._inside.enter_async_context(own(config.database))
        self.bridge = await assemble(config, options, Redactor(), self._inside, self.clock)
        self._running = asyncio.create_task(self.bridge.run(self._stopping), name="relay.run")
        began = self.clock.now()
        await self.until(lambda: (self.rows.polled_at() or began) > began)
        if self.setting.callbacks:
            await self.until(lambda: self.ovh.books().stop_call_back is not None)

    async def stop(self) -> None:
        """Stop it as an operator does: what is under way is recorded first."""
        self._stopping.set()
        await self._end()

    async def crash(self) -> None:
        """End it without another word: what it was told meanwhile is lost."""
        if self._running is not None:
            self._running.cancel()
        await self._end()

    async def _end(self) -> None:
        running, self._running, self.bridge = self._running, None, None
        if running is not None:
            await asyncio.wait({running})
            self.ovh.release()
            await self._inside.aclose()
            if not running.cancelled():
                running.result()

    def change(self, **changes: Any) -> None:
        """Another configuration from the next start on."""
        self.setting = replace(self.setting, **changes)

    # The chat

    @abstractmethod
    async def _open_chat(self, stack: AsyncExitStack) -> None:
        """Start the chat, with its rooms; it ends with the stack."""

    @abstractmethod
    def config(self) -> Config:
        """The configuration from the next start on."""

    @abstractmethod
    def _chat_rests(self) -> bool:
        """Whether nothing is on its way between bridge and chat."""

    @abstractmethod
    def _check_chat(self) -> None:
        """What people typed became rows, and the rooms show what the rows say."""

    # What OVH saw

    @property
    def asked(self) -> list[tuple[datetime, str, str]]:
        """(when, method, path below the service) of every request that reached OVH."""
        return [(one.at, one.method, one.path.split("/", 3)[-1]) for one in self.ovh.records.requests]

    # Time

    async def until(self, condition: Callable[[], object], within: float = 10.0) -> None:
        """Wait, in real seconds, until something is true. Raises what ended the bridge, or TimeoutError."""
        async with asyncio.timeout(within):
            while not condition():
                await self._something_new()

    async def settled(self, within: float = 10.0) -> None:
        """Wait, in real seconds, until nothing is due or under way."""
        async with asyncio.timeout(within):
            while True:
                if self._rests():
                    await self._written()
                    if self._rests():
                        return
                await self._something_new()

    async def later(self, seconds: float, step: float = 0.0) -> None:
        """Let time pass, from one due row to the next (at least `step` seconds each), and wait for what it brings."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while True:
            await self.settled()
            now = self.clock.now()
            due = self.rows.next_due(now)
            pace = self._pace_until()
            moments = [moment for moment in (due, pace) if moment is not None and moment > now]
            to = min(end, max(min(moments), now + timedelta(seconds=step))) if moments else end
            # A little more: the row is due by then, whatever is rounded on the way.
            self.clock.leap(max(0.0, (to - now).total_seconds()) + 0.001)
            if to == end:
                await self.settled()
                return

    async def _something_new(self) -> None:
        if self._running is not None and self._running.done():
            self._running.result()
        self.news.clear()
        try:
            # Rows change without anybody being told: look again soon, whoever calls or does not.
            async with asyncio.timeout(0.01):
                await self.news.wait()
        except TimeoutError:
            return

    async def _written(self) -> None:
        """Let what calls brought home reach the disk: the writer takes everything in its turn."""
        for _ in range(5):
            await asyncio.sleep(0)
        if self.bridge is not None:
            await self.bridge.deliveries.store.write(_nothing)

    def _rests(self) -> bool:
        paced = self._pace_until() is not None  # calls then wait for their turn
        return (
            not self.clock.overdue
            and (self.bridge is None or self.clock.asleep >= self.waits + len(self.bridge.pollers))
            and (paced or not any(name.endswith(".call") for name in self.tasks()))
            and not any(push.status is None and push.error is None for push in self.ovh.pushes.log)
            and not any(request.status is None and not request.connection_lost for request in self._latest_requests())
            and (self.bridge is None or self._chat_rests())
            and self.rows.rest(self.clock.now(), paced=paced)
        )

    @staticmethod
    def tasks() -> list[str]:
        """The names of all tasks."""
        return [task.get_name() for task in asyncio.all_tasks()]

    def _latest_requests(self) -> Iterator[Any]:
        requests = self.ovh.records.requests
        return iter([requests[-place] for place in range(1, min(len(requests), 32) + 1)])

    def _pace_until(self) -> datetime | None:
        if self.bridge is None:
            return None
        deliveries = self.bridge.deliveries
        moments = [deliveries.paces.of(account).next_at() for account in deliveries.account_phones]
        return max((one for one in moments if one is not None and one > self.clock.now()), default=None)

    # The house rules

    async def check(self) -> None:
        """`check_invariants`, and before it whatever must be asked of the chat."""
        self.check_invariants()

    def check_invariants(self) -> None:
        """What must hold after every test, whatever went wrong in it."""
        self.rows.check()
        self._check_chat()
        twice = {key: times for key, times in self.ovh.records.accepted_by_receiver().items() if times > 1}
        assert not twice, f"sent twice: {twice}"
        tags = self.rows.tags_not_sent()
        lied = {post.tag for post in self.ovh.records.accepted if post.tag in tags}
        assert not lied, f"sent, and the room was told otherwise: {lied}"
        bad = [line for line in self.logs if line["log_level"] in ("error", "critical")]
        unexpected = [line for line in bad if line["event"] not in self.setting.errors]
        assert not unexpected, unexpected


async def _nothing(_: Tx) -> None:
    return None


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def _captured_logs() -> Iterator[list[Any]]:
    before = structlog.get_config()
    structlog.reset_defaults()
    try:
        with capture_logs() as lines:
            yield lines
    finally:
        structlog.configure(**before)
