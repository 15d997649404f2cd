"""No named point of the lanes is forgotten by the suite that kills the bridge there."""

import re
from pathlib import Path

from tests.crash.points import EVERY_POINT, ON_MATRIX, ON_TELEGRAM

ROOT = Path(__file__).parents[2]
PASSED = re.compile(r"""probe\(\s*"([a-z0-9_.]+)"\s*\)""")


def test_the_bridge_is_killed_at_every_point_it_names_and_at_no_other() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "bridge").rglob("*.py")))
    named = set(PASSED.findall(code))
    assert named
    assert {death.point for death in (*EVERY_POINT, *ON_TELEGRAM, *ON_MATRIX)} == named
