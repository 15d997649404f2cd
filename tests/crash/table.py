"""The table at the end of a run, whichever process of the suite the crashes happened in."""

import json
from collections.abc import Callable
from dataclasses import asdict

import pytest

from tests.crash.ledger import Counted

PROPERTY = "crash"
HEADINGS = ("probe", "POSTs seen", "accepted", "jobs", "receivers doubled", "replies", "posts")


Record = Callable[[str, object], None]
"""What pytest's fixture `record_property` gives."""


def note(record: Record, counted: Counted) -> None:
    """Keep one line with the report of its test."""
    record(PROPERTY, json.dumps(asdict(counted)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was counted."""
    reports = [one for outcome in ("passed", "failed") for one in terminalreporter.getreports(outcome)]
    lines = [
        tuple(str(value) for value in json.loads(str(text)).values())
        for report in reports
        for name, text in getattr(report, "user_properties", ())
        if name == PROPERTY and report.when == "call"
    ]
    if not lines:
        return
    terminalreporter.section("killed, started again, counted")
    widths = [max(map(len, column)) for column in zip(HEADINGS, *lines, strict=True)]
    for line in (HEADINGS, *sorted(lines)):
        first, *figures = (
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        terminalreporter.write_line(" | ".join((first, *figures)))
