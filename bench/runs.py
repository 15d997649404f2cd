"""One run: fresh processes for OVH, the chat server and a side; work; and nothing counts unless all of it is right."""

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.control import Child
from bench.setting import LIST_SIZE, ROOMS, Way
from bench.sides import Outside, Side

Start = Callable[[Outside, Path], AbstractAsyncContextManager[Side]]
WITHIN = 90.0  # seconds for a run's messages


class Wrong(RuntimeError):
    """A side lost or doubled a message: its figures mean nothing."""


@dataclass(frozen=True, slots=True)
class World:
    """Running processes around a side."""

    ovh: Child
    chat: Child
    side: Side


@dataclass(frozen=True, slots=True)
class Burst:
    """What a burst of `count` messages took.

    `seconds`: from the first one typed to the last one marked; `cpu`: seconds of the side's process.
    """

    count: int
    seconds: float
    cpu: float
    marks: int
    memory: float
    ready_after: float

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.count / self.seconds

    @property
    def cpu_each(self) -> float:
        """Milliseconds of CPU a message."""
        return 1000 * self.cpu / self.count


@dataclass(frozen=True, slots=True)
class Quiet:
    """A quiet quarter of a minute: latencies in ms from typed to POST, and what a list's calls were."""

    latencies: list[float]
    list_posts: int
    list_calls: int
    list_seconds: float
    memory: float
    ready_after: float


@asynccontextmanager
async def world(way: Way, start: Start, latency: float, delivery_after: float | None = None) -> AsyncIterator[World]:
    """OVH answers after `latency` s; SMS are delivered after so many seconds, or never."""
    delivery = () if delivery_after is None else (str(delivery_after),)
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as folder:  # a real disk: /tmp may be memory
        async with (
            Child("bench.ovh_process", str(latency), *delivery) as ovh,
            Child(way.chat, str(ROOMS)) as chat,
            start(Outside(way, chat.told["url"], chat.told["token"], ovh.told["url"]), Path(folder)) as side,
        ):
            yield World(ovh, chat, side)


async def burst(way: Way, start: Start, latency: float, count: int) -> Burst:
    """`count` messages at once. Raises Wrong."""
    async with world(way, start, latency) as here:
        # A few first: connections, caches and the first statements are no message's cost.
        await here.chat.ask("burst", prefix="first", count=ROOMS, within=WITHIN)
        before = here.side.cpu()
        told = await here.chat.ask("burst", prefix="message", count=count, within=WITHIN)
        cpu = here.side.cpu() - before
        memory = here.side.most_memory()
        each_once(await here.ovh.ask("books"), ("first", ROOMS), ("message", count))
        return Burst(count, told["seconds"], cpu, told["marks"], memory, here.side.ready_after)


async def quiet(way: Way, start: Start, latency: float, count: int, per_second: float) -> Quiet:
    """One message to the list, then `count` messages at an even pace; all is delivered and reported. Raises Wrong."""
    async with world(way, start, latency, delivery_after=1.0) as here:
        await here.chat.ask("burst", prefix="first", count=ROOMS, within=WITHIN)
        list_seconds = await here.chat.ask("write_to_list", text="to the list", within=WITHIN)
        typed = await here.chat.ask("trickle", prefix="message", count=count, per_second=per_second, within=WITHIN)
        calls = await here.ovh.ask("calls_for", text="to the list")
        books = await here.ovh.ask("books")
        each_once(books, ("first", ROOMS), ("message", count))
        if calls["receivers"] != LIST_SIZE:
            raise Wrong(f"the list's message was accepted for {calls['receivers']} of {LIST_SIZE}")
        latencies = [1000 * (books["came"][text] - at) for text, at in typed.items()]
        memory, ready = here.side.most_memory(), here.side.ready_after
        total = calls["posts"] + calls["asked"]
        return Quiet(latencies, calls["posts"], total, list_seconds, memory, ready)


def each_once(books: dict[str, Any], *batches: tuple[str, int]) -> None:
    """The chat server saw every mark, or we would not be here; OVH must have taken each message exactly once."""
    wanted = {f"{prefix} {number}" for prefix, count in batches for number in range(count)}
    accepted = {text: times for text, times in books["accepted"].items() if text != "to the list"}
    lost = wanted - accepted.keys()
    often = {text: times for text, times in accepted.items() if times != 1}
    if lost or often or books["doubled"] or accepted.keys() - wanted:
        raise Wrong(f"{len(lost)} lost, {len(often)} accepted more than once, {books['doubled']} doubled by tag")
