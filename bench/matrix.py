"""Matrix: a backlog, and single messages, over a real Synapse. The usual script knows plain rooms alone."""

import json
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench import report
from bench.control import Child
from bench.runs import Burst, Start, World, each_once
from bench.setting import ROOMS, Way, number_of
from bench.sides import Outside, bridge, usual_script

PLAIN, ENCRYPTED = "plain", "encrypted"
RUNS: tuple[tuple[str, Start, str], ...] = (
    ("usual script", usual_script, PLAIN),
    ("bridge", bridge, PLAIN),
    ("bridge", bridge, ENCRYPTED),
)
"""They take turns in this order."""
OVH_ANSWERS = 0.060  # seconds
WITHIN = 200.0  # seconds for a run's messages, in which all that is written is marked
PER_SECOND = 2.0
_ROOMS_AT_ONCE = 10
Side = tuple[str, str]
"""Who, and in which kind of rooms."""


@dataclass(frozen=True, slots=True)
class Backlog(Burst):
    """A burst that had waited. `seconds`: until OVH had been asked for the last; `cpu`: until the last mark.

    `written_in`: seconds that writing it took.
    """

    written_in: float


@dataclass(slots=True)
class Measured:
    """All backlogs, and the milliseconds from event to POST, by side."""

    backlogs: dict[Side, list[Backlog]] = field(default_factory=dict)
    latencies: dict[Side, list[float]] = field(default_factory=dict)


@asynccontextmanager
async def homeserver() -> AsyncIterator[Child]:
    """One for all runs, with rooms of both kinds: ROOMS, and one more for the list that the configuration names."""
    async with Child("bench.matrix_process", str(ROOMS), ends_within=20.0) as chat:
        for kind in (PLAIN, ENCRYPTED):
            for made in range(0, ROOMS + 1, _ROOMS_AT_ONCE):
                await chat.ask("make_rooms", kind=kind, rooms=min(_ROOMS_AT_ONCE, ROOMS + 1 - made))
        yield chat


def way(bot: dict[str, Any]) -> Way:
    """The rooms of one device of the bot."""
    rooms = [*bot["rooms"]]
    names = {**{str(number): room for number, room in enumerate(rooms[:-1])}, "list": rooms[-1]}
    account = {"user": bot["user"], "device_id": bot["device"], "store": "matrix"}
    return Way(
        "Matrix",
        "bench.matrix_process",
        "bench.usual_matrix",
        lambda url, token: {"matrix": {"homeserver": url, "access_token": token, **account}},
        lambda room: f"matrix:{names[room]}",
    )


@asynccontextmanager
async def world(chat: Child, start: Start, kind: str, delivery_after: float | None = None) -> AsyncIterator[World]:
    """A new device of the bot, a new OVH, a side that hears what is written and has done all it does at its start."""
    delivery = () if delivery_after is None else (str(delivery_after),)
    bot = await chat.ask("device", kind=kind)
    numbers = {room: number_of(number) for number, room in enumerate(bot["rooms"][:-1])}
    more = (bot["user"], bot["device"], json.dumps(numbers))
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as folder:
        async with (
            Child("bench.ovh_process", str(OVH_ANSWERS), *delivery) as ovh,
            start(Outside(way(bot), chat.told["url"], bot["token"], ovh.told["url"], more), Path(folder)) as side,
        ):
            await chat.ask("wait_for_side", kind=kind, within=WITHIN)
            first = await chat.ask("write", kind=kind, prefix="first", count=ROOMS)
            await chat.ask("until_marked", events=first["events"], within=WITHIN)
            await chat.ask("wait_for_side", kind=kind, within=WITHIN)
            yield World(ovh, chat, side)


async def backlog(chat: Child, start: Start, kind: str, count: int) -> Backlog:
    """`count` messages that were written while the side stood still. Raises Wrong."""
    async with world(chat, start, kind) as here:
        shown, before = await chat.ask("until_marked", events=[], within=WITHIN), here.side.cpu()
        with here.side.stopped():
            written = await chat.ask("write", kind=kind, prefix="message", count=count)
            began = time.time()
        marks = await chat.ask("until_marked", events=written["events"], within=WITHIN)
        cpu = here.side.cpu() - before
        books = await here.ovh.ask("books")
        each_once(_without_probes(books), ("first", ROOMS), ("message", count))
        last = max(books["came"][f"message {number}"] for number in range(count))
        memory, ready = here.side.most_memory(), here.side.ready_after
        return Backlog(count, last - began, cpu, marks - shown, memory, ready, written["seconds"])


async def single(chat: Child, start: Start, kind: str, count: int) -> list[float]:
    """One message after the other, each delivered a second later: ms from event to POST. Raises Wrong."""
    async with world(chat, start, kind, delivery_after=1.0) as here:
        typed = await chat.ask(
            "trickle", kind=kind, prefix="message", count=count, per_second=PER_SECOND, within=WITHIN
        )
        books = await here.ovh.ask("books")
        each_once(_without_probes(books), ("first", ROOMS), ("message", count))
        return [1000 * (books["came"][text] - at) for text, at in typed.items()]


def _without_probes(books: dict[str, Any]) -> dict[str, Any]:
    accepted = {text: times for text, times in books["accepted"].items() if not text.startswith("probe ") or times > 1}
    return books | {"accepted": accepted}


async def section(turns: int, count: int, singles: int) -> report.Section:
    """All of it: sides take turns, so that what else the machine does meets all."""
    print("From Matrix:", flush=True)
    measured = Measured()
    async with homeserver() as chat:
        for _ in range(turns):
            for who, start, kind in RUNS:
                one = await backlog(chat, start, kind, count)
                measured.backlogs.setdefault((who, kind), []).append(one)
                print(
                    f"  {who:<13} {kind:<9}: {count} messages in {one.seconds:.1f} s, {one.rate:.0f}/s, "
                    f"{one.cpu_each:.2f} ms CPU and {one.marks / count:.1f} marks each",
                    flush=True,
                )
        for who, start, kind in RUNS:
            times = measured.latencies[who, kind] = await single(chat, start, kind, singles)
            print(
                f"  {who:<13} {kind:<9}: event to POST {median(times):.0f} ms, {min(times):.0f} to {max(times):.0f} ms",
                flush=True,
            )
    return report.Section("From Matrix to OVH", figures(measured, count), note(measured))


def note(measured: Measured) -> str:
    """What the server takes of one who only writes."""
    rates = {
        kind: median(
            one.count / one.written_in for (_, of), many in measured.backlogs.items() if of == kind for one in many
        )
        for kind in (PLAIN, ENCRYPTED)
    }
    return (
        f"Synapse, a process on the same cores, takes {rates[PLAIN]:.0f} messages/s of one client that only writes "
        f"them in turn ({rates[ENCRYPTED]:.0f} encrypted); each mark is one more."
    )


def figures(measured: Measured, count: int) -> list[report.Figure]:
    """Medians and ratios; nothing is aimed at."""
    usual, plain, sealed = ((who, kind) for who, _, kind in RUNS)
    rate = {side: median(one.rate for one in many) for side, many in measured.backlogs.items()}
    cpu = {side: median(one.cpu_each for one in many) for side, many in measured.backlogs.items()}
    wait = {side: median(times) for side, times in measured.latencies.items()}
    ours = {side: many for side, many in measured.backlogs.items() if side != usual}
    lines = []
    for side, alike in ((plain, PLAIN), (sealed, ENCRYPTED)):
        theirs = f"{rate[usual]:.1f}" if side == plain else ""
        what = f"events/s to OVH, backlog of {count}, {alike}"
        lines.append(report.Figure(what, theirs, f"{rate[side]:.1f}", f"{rate[side] / rate[usual]:.1f} ×"))
    for what, by, unit in (("CPU a message", cpu, "ms"), ("event to POST, single messages, median", wait, "ms")):
        for side, alike in ((plain, PLAIN), (sealed, ENCRYPTED)):
            theirs = f"{by[usual]:.1f} {unit}" if side == plain else ""
            told = f"{by[side]:.1f} {unit}"
            lines.append(report.Figure(f"{what}, {alike}", theirs, told, f"{by[side] / by[usual]:.1f} ×"))
    for side, alike in ((plain, PLAIN), (sealed, ENCRYPTED)):
        started = median(one.ready_after for one in ours[side])
        lines.append(report.Figure(f"start to ready, new database, {alike}", "", f"{started:.2f} s", ""))
        most = max(one.memory for one in ours[side])
        lines.append(report.Figure(f"memory at most, {alike}", "", f"{most:.0f} MB", ""))
    return lines
