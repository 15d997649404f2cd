"""Imports point down, and foreign libraries stay in their adapters: the contracts of pyproject.toml hold."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_every_import_contract_is_kept(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    lint = pytest.importorskip("importlinter.cli", reason="import-linter is not installed").lint_imports
    monkeypatch.chdir(ROOT)
    assert lint(no_cache=True) == 0, capsys.readouterr().out
