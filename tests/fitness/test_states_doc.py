"""docs/states.md and bridge/domain/states.py are the same words: every state, every allowed move, both ways."""

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.states import (
    JOB_MOVES,
    POST_MOVES,
    REPLY_MOVES,
    SMS_AFTER_JOB,
    SMS_MOVES,
    JobState,
    PostState,
    ReplyState,
    RoomState,
    SmsState,
)

PAGE = (Path(__file__).parents[2] / "docs" / "states.md").read_text(encoding="utf-8")
MOVES: Mapping[str, Mapping[Any, frozenset[Any]]] = {
    "job": JOB_MOVES,
    "sms": SMS_MOVES,
    "reply": REPLY_MOVES,
    "post": POST_MOVES,
}
STATES: Mapping[str, type[StrEnum]] = {
    "job": JobState,
    "sms": SmsState,
    "reply": ReplyState,
    "post": PostState,
    "room": RoomState,
}


def table(first_heading: str) -> dict[str, list[str]]:
    """The table whose first heading this is: its first column, with the cells beside it."""
    lines = PAGE.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first_heading} |"))
    rows: dict[str, list[str]] = {}
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        name, *cells = (cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|"))
        assert name not in rows, f"{name} stands twice in the table of {first_heading}"
        rows[name] = cells
    return rows


def pairs(moves: Mapping[Any, frozenset[Any]]) -> set[tuple[str, str]]:
    return {(state.value, to.value) for state, allowed in moves.items() for to in allowed}


def drawn(kind: str) -> set[tuple[str, str]]:
    """The arrows of the diagram under the heading of this kind, those from the start left out."""
    section = PAGE.partition(f"## {kind.capitalize()}\n")[2].partition("\n## ")[0]
    diagram = section.partition("```mermaid\n")[2].partition("```")[0]
    return set(re.findall(r"^\s*(\w+) --> (\w+)", diagram, re.MULTILINE))


@pytest.mark.parametrize("kind", STATES)
def test_the_page_lists_exactly_the_states_of_the_code(kind: str) -> None:
    assert set(table(kind)) == {state.value for state in STATES[kind]}


@pytest.mark.parametrize("kind", MOVES)
def test_the_page_lists_exactly_the_moves_of_the_code(kind: str) -> None:
    told = {(name, to.strip()) for name, cells in table(kind).items() for to in cells[1].split(",") if to.strip()}
    assert told == pairs(MOVES[kind])


@pytest.mark.parametrize("kind", ["job", "reply", "post"])
def test_the_diagram_draws_exactly_the_moves_of_the_code(kind: str) -> None:
    assert drawn(kind) == pairs(MOVES[kind])


def test_the_page_tells_where_pending_sms_follow_their_job() -> None:
    told = {job: cells[0] for job, cells in table("job becomes").items()}
    assert told == {job.value: sms.value for job, sms in SMS_AFTER_JOB.items()}
