"""`python -m bench`: the bridge beside the usual script, in the same run on the same machine. About ten minutes."""

import argparse
import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench import matrix, report
from bench.bare import calls_per_second
from bench.runs import Burst, Quiet, burst, quiet
from bench.setting import BROWSER, TELEGRAM, Way
from bench.sides import bridge, usual_script
from tests.synapse import find_synapse

AT_ONCE, AFTER_60 = 0.0, 0.060  # seconds until OVH answers


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many messages each run has, and how often the two take turns."""

    turns: int = 2
    at_once: int = 1500
    usual_after_60: int = 160
    bridge_after_60: int = 2500
    quiet: int = 100
    per_second: float = 5.0
    backlog: int = 500
    single: int = 50


QUICK = Sizes(turns=1, at_once=500, usual_after_60=60, bridge_after_60=800, quiet=60, backlog=200, single=20)


@dataclass(slots=True)
class Measured:
    """All bursts, by who and by OVH's latency, and the quiet time."""

    usual: dict[float, list[Burst]] = field(default_factory=dict)
    bridge: dict[float, list[Burst]] = field(default_factory=dict)
    quiet: Quiet | None = None


async def measure(way: Way, sizes: Sizes) -> Measured:
    """A B A B: what else the machine does meets both."""
    print(f"From {way.name}:", flush=True)
    all_of_it = Measured()
    for _ in range(sizes.turns):
        for latency, usual_count, bridge_count in (
            (AT_ONCE, sizes.at_once, sizes.at_once),
            (AFTER_60, sizes.usual_after_60, sizes.bridge_after_60),
        ):
            theirs = await burst(way, usual_script, latency, usual_count)
            _tell("usual script", latency, theirs)
            ours = await burst(way, bridge, latency, bridge_count)
            _tell("bridge", latency, ours)
            all_of_it.usual.setdefault(latency, []).append(theirs)
            all_of_it.bridge.setdefault(latency, []).append(ours)
    all_of_it.quiet = await quiet(way, bridge, AFTER_60, sizes.quiet, sizes.per_second)
    return all_of_it


def _tell(who: str, latency: float, one: Burst) -> None:
    print(
        f"  {who:<13} OVH {1000 * latency:>2.0f} ms: {one.count} messages in {one.seconds:.1f} s, "
        f"{one.rate:.0f}/s, {one.cpu_each:.2f} ms CPU and {one.marks / one.count:.1f} marks each",
        flush=True,
    )


def figures(measured: Measured) -> list[report.Figure]:
    """Medians, ratios and maxima of all that was measured, beside what was aimed at."""
    assert measured.quiet is not None
    bursts = [one for many in measured.bridge.values() for one in many]
    rates = {
        latency: (
            median(one.rate for one in measured.usual[latency]),
            median(one.rate for one in measured.bridge[latency]),
        )
        for latency in measured.bridge
    }
    cpu = {latency: median(one.cpu_each for one in many) for latency, many in measured.bridge.items()}
    calm = measured.quiet
    latencies = sorted(calm.latencies)
    return report.table(
        rates_at_once=rates[AT_ONCE],
        rates_after_60=rates[AFTER_60],
        cpu_at_once=cpu[AT_ONCE],
        cpu_after_60=cpu[AFTER_60],
        cpu_usual=median(one.cpu_each for one in measured.usual[AT_ONCE]),
        latency_median=median(latencies),
        latency_99=latencies[max(0, -(-99 * len(latencies) // 100) - 1)],
        list_posts=calm.list_posts,
        list_calls=calm.list_calls,
        ready=median([*(one.ready_after for one in bursts), calm.ready_after]),
        memory=max([*(one.memory for one in bursts), calm.memory]),
    )


WAYS = {"telegram": TELEGRAM, "browser": BROWSER, "matrix": None}


async def sections(ways: list[Way | None], sizes: Sizes) -> list[report.Section]:
    """All of it, one way after the other; None is Matrix, which is measured in its own manner."""
    found = []
    for way in ways:
        if way is None:
            found.append(await matrix.section(sizes.turns, sizes.backlog, sizes.single))
            continue
        note = ""
        if way is TELEGRAM:
            note = f"The bench's own Bot API takes {await calls_per_second():.0f} calls/s of a bare client."
        measured = await measure(way, sizes)
        found.append(report.Section(f"From {way.name} to OVH", figures(measured), note))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a third of the time, and rougher")
    parser.add_argument("--only", choices=WAYS, help="one way instead of all")
    parser.add_argument("--write", type=Path, help="put the tables into this file as well, as Markdown")
    asked = parser.parse_args()
    if asked.only in (None, "matrix") and find_synapse() is None:
        parser.error("Matrix is measured with a real Synapse: `make synapse` installs it, or choose another --only")
    machine = report.machine()
    ways = [WAYS[asked.only]] if asked.only else list(WAYS.values())
    found = asyncio.run(sections(ways, QUICK if asked.quick else Sizes()))
    print("\n" + report.text(found, machine))
    if asked.write:
        asked.write.write_text(report.markdown(found, machine, datetime.now(UTC)), encoding="utf-8")


if __name__ == "__main__":
    main()
