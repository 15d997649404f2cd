"""Small files and functions: what does not fit on a few screens is two ideas."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SUFFIXES = {".py", ".js", ".css", ".html"}
SOURCES = [
    path.relative_to(ROOT)
    for folder in ("bridge", "tests", "bench")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in SUFFIXES
]


def test_every_file_is_under_300_lines() -> None:
    lengths = {str(path): len((ROOT / path).read_text().splitlines()) for path in SOURCES}
    assert lengths
    assert not {path: lines for path, lines in lengths.items() if lines >= 300}


def test_every_function_is_under_40_lines() -> None:
    lengths = {
        f"{path}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in SOURCES
        if path.parts[0] == "bridge" and path.suffix == ".py"
        for node in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert lengths
    assert not {name: lines for name, lines in lengths.items() if lines >= 40}


@pytest.mark.parametrize("suffix", ["Manager", "Helper", "Utils", "Service", "Handler"])
def test_no_class_is_named_after_a_pattern_instead_of_a_thing(suffix: str) -> None:
    named = [
        f"{path} {node.name}"
        for path in SOURCES
        if path.parts[0] == "bridge" and path.suffix == ".py"
        for node in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(node, ast.ClassDef) and node.name.endswith(suffix)
    ]
    assert not named
