"""Tests wait for conditions and events, never for time to pass."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
SLEEPS = {"sleep", "wait_for_timeout"}  # the second is Playwright's


def test_no_test_sleeps() -> None:
    sleeping = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and _name(node.func) in SLEEPS and not _yields_only(node)
    ]
    assert not sleeping


def _name(function: ast.expr) -> str:
    match function:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def _yields_only(call: ast.Call) -> bool:
    """`asyncio.sleep(0)` lets other tasks run and waits for nothing."""
    return [ast.unparse(argument) for argument in call.args] == ["0"]
