"""The tables: what was measured, what was aimed at, met or short."""

import os
import platform
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Figure:
    """One line. `aim` in words, `met` None where nothing is aimed at."""

    what: str
    usual: str
    bridge: str
    figure: str
    aim: str = ""
    met: bool | None = None

    @property
    def verdict(self) -> str:
        """met, short, or nothing."""
        return "" if self.met is None else ("met" if self.met else "short")


def table(
    *,
    rates_at_once: tuple[float, float],
    rates_after_60: tuple[float, float],
    cpu_at_once: float,
    cpu_after_60: float,
    cpu_usual: float,
    latency_median: float,
    latency_99: float,
    list_posts: int,
    list_calls: int,
    ready: float,
    memory: float,
) -> list[Figure]:
    """Rates are (usual script, bridge) in messages/s; CPU and latency in ms; ready in s; memory in MB."""
    return [
        _ratio("messages/s, OVH answers in 60 ms", rates_after_60, 15.0),
        _ratio("messages/s, OVH answers at once", rates_at_once, 1.5),
        _under("CPU a message, OVH at once", cpu_at_once, 1.5, "ms", f"{cpu_usual:.2f} ms"),
        _under("CPU a message, OVH in 60 ms", cpu_after_60, 1.5, "ms"),
        _under("typed to POST at 5 messages/s, median", latency_median, 10.0, "ms"),
        Figure("typed to POST at 5 messages/s, p99", "", f"{latency_99:.1f} ms", ""),
        Figure("POSTs for a list of 500", "", str(list_posts), "", "1", list_posts == 1),
        Figure("calls per SMS for a list of 500", "", f"{list_calls / 500:.3f}", "", f"reports included: {list_calls}"),
        _under("start to ready, new database", ready, 2.0, "s"),
        _under("memory at most", memory, 120.0, "MB"),
    ]


def _ratio(what: str, rates: tuple[float, float], aim: float) -> Figure:
    usual, bridge = rates
    ratio = bridge / usual
    return Figure(what, f"{usual:.1f}", f"{bridge:.1f}", f"{ratio:.1f} ×", f"≥ {aim:g} ×", ratio >= aim)


def _under(what: str, value: float, aim: float, unit: str, usual: str = "") -> Figure:
    return Figure(what, usual, f"{value:.{0 if value >= 100 else 2}f} {unit}", "", f"< {aim:g} {unit}", value < aim)


_HEAD = ("", "usual script", "bridge", "ratio", "aim", "")


def _cells(figures: list[Figure]) -> list[tuple[str, ...]]:
    return [(one.what, one.usual, one.bridge, one.figure, one.aim, one.verdict) for one in figures]


@dataclass(frozen=True, slots=True)
class Section:
    """The figures of one way. `note`: a sentence beside them."""

    title: str
    figures: list[Figure]
    note: str = ""


def text(sections: list[Section], on: str) -> str:
    """For a terminal."""
    told = [on]
    for one in sections:
        rows = [_HEAD, *_cells(one.figures)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        told += ["", one.title, *([one.note] if one.note else []), *lines]
    return "\n".join(told)


def markdown(sections: list[Section], on: str, at: datetime) -> str:
    """For docs/benchmarks.md: the last tables measured, and on what."""
    told = ["# Measured", "", "`make bench` prints these tables; what each line means stands in bench/README.md.", ""]
    told.append(f"{at:%Y-%m-%d}, {on}.")
    for one in sections:
        rows = [_HEAD, tuple("---" for _ in _HEAD), *_cells(one.figures)]
        told += ["", f"## {one.title}", "", *([one.note, ""] if one.note else [])]
        told += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([*told, ""])


def machine() -> str:
    """The kind of machine, and how busy it was before: asked at the start, for the bench itself is busy."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    system = f"{platform.system()}, Python {platform.python_version()}"
    return f"{cores} shared cores, {system}, load {os.getloadavg()[0]:.1f} before"
