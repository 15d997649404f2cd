"""The project speaks of itself alone: no machine it was written on, no index it was installed from."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
SELF = Path(__file__).relative_to(ROOT)
NOT_TEXT = {".png", ".jpg", ".ico", ".woff2", ".db", ".lock"}  # uv.lock names its index by trade
COLOURED = {".css", ".html", ".js", ".svg"}  # there #123 is a colour

WORDS = re.compile(
    r"/work/|/tmp/brief|(?<![\w/.-])(?:\.\./)?shared/|pypi\.org|pythonhosted\.org|registry\.npmjs",
    re.IGNORECASE,
)
NUMBERS = re.compile(r"\bissues? #?\d|(?<![\w&(/'\"\[])#\d{1,4}\b(?!-)", re.IGNORECASE)


def committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = listed.stdout.split("\0") if listed.returncode == 0 else [str(p) for p in ROOT.glob("bridge/**/*")]
    paths = [Path(name) for name in names if name and Path(name) != SELF]
    return [path for path in paths if path.suffix not in NOT_TEXT and (ROOT / path).is_file()]


def found(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_machine_and_no_index_is_named() -> None:
    paths = committed()
    assert paths
    assert not found(WORDS, paths)


def test_no_ticket_is_named() -> None:
    assert not found(NUMBERS, [path for path in committed() if path.suffix not in COLOURED])


def test_a_newcomer_finds_what_a_project_has() -> None:
    for name in (
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "config.example.yaml",
        "Makefile",
        ".ci/run",
        "uv.lock",
    ):
        assert (ROOT / name).stat().st_size > 0, name
