"""Every finding of `check` has its sentence, and every sentence of a finding is one that is found."""

import ast
from pathlib import Path
from typing import get_args

import pytest

from bridge.domain.rooms import Language
from bridge.wording import words

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "bridge" / "adapters").rglob("*.py"))


def strings(node: ast.expr) -> set[str]:
    """The keys that an argument may be: written in full, or one of two; none where it is anything else."""
    match node:
        case ast.Constant(value=str(key)):
            return {key}
        case ast.IfExp():
            one, other = strings(node.body), strings(node.orelse)
            return one | other if one and other else set()
        case _:
            return set()


def assigned(tree: ast.AST) -> dict[str, set[str]]:
    """Names that stand for one of such keys."""
    return {
        node.targets[0].id: strings(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def findings() -> dict[str, set[str]]:
    """Where a Finding is made -> its keys."""
    found = {}
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = assigned(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding":
                key = node.args[1]
                keys = names.get(key.id, set()) if isinstance(key, ast.Name) else strings(key)
                found[f"{path.relative_to(ROOT)}:{node.lineno}"] = keys
    return found


def test_every_finding_names_its_sentence_in_full() -> None:
    found = findings()
    assert len(found) > 30
    assert not [where for where, keys in found.items() if not keys]


@pytest.mark.parametrize("language", get_args(Language))
def test_every_finding_has_its_sentence(language: Language) -> None:
    worded = {kind for kind, _variant in words(language).notices}
    assert not {where: keys - worded for where, keys in findings().items() if keys - worded}
