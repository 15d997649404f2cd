"""The table in docs/reliability.md, and the scenarios that play its rows."""

import importlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.scenarios.scenario import Scenario

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reliability.md"
_ROW = re.compile(r"^\| `([a-z0-9-]+)` \|(.*)\|$", re.MULTILINE)
_KIND = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"\]\(\.\./tests/scenarios/(\w+)\.py\)")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row promises: POSTs that reached OVH, those it took, where everything ended, what was told (sorted)."""

    posts: int
    accepted: int
    final: str
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row. `where`: the file below tests/scenarios that plays it."""

    id: str
    fault: str
    outcome: Outcome
    words: str
    where: str


def table() -> list[TableRow]:
    """Every row, in the page's order. Raises ValueError for one that cannot be read."""
    return [_row(id_, cells) for id_, cells in _ROW.findall(PAGE.read_text(encoding="utf-8"))]


def _row(id_: str, cells: str) -> TableRow:
    fault, posts, accepted, final, told, words, test = (cell.strip() for cell in cells.split("|"))
    where = _LINK.search(test)
    if where is None:
        raise ValueError(f"{id_} names no test")
    outcome = Outcome(int(posts), int(accepted), final, tuple(sorted(_KIND.findall(told))))
    return TableRow(id_, fault, outcome, words, where.group(1))


def scenarios() -> dict[str, tuple[str, Scenario]]:
    """Every scenario by its row's id, with the file it stands in. Raises ValueError for a name taken twice."""
    found: dict[str, tuple[str, Scenario]] = {}
    for path in sorted((ROOT / "tests" / "scenarios").glob("*.py")):
        module = importlib.import_module(f"tests.scenarios.{path.stem}")
        for value in vars(module).values():
            if isinstance(value, Scenario):
                if value.id in found:
                    raise ValueError(f"two scenarios are called {value.id}")
                found[value.id] = (path.stem, value)
    return found


async def keeps_its_promise(row: TableRow, folder: Path, **chat: Any) -> None:
    """Play the row's scenario against the whole bridge; raises AssertionError where the page is not kept.

    `chat`: what its relay needs besides.
    """
    scenario = scenarios()[row.id][1]
    async with scenario.relay(folder, scenario.setting, **chat) as relay:
        await scenario.play(relay)
        await relay.settled()
        records, told = relay.ovh.records, tuple(sorted(relay.rows.notices()))
        happened = Outcome(records.posts_seen, len(records.accepted), relay.rows.outcome(), told)
        assert happened == row.outcome, f"{row.id}: {happened} instead of {row.outcome}"
        await relay.check()
