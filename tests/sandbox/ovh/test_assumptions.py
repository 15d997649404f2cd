"""What the simulator only assumes of OVH is told in one table, and nothing else is."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_every_assumption_of_the_code_stands_in_the_table_and_none_besides() -> None:
    made = {
        (path.name, said)
        for path in (ROOT / "bridge/sandbox/ovh").glob("*.py")
        for said in re.findall(r"# assumption: (.+)", path.read_text())
    }
    table = (ROOT / "docs/ovh-simulator.md").read_text()
    told = set(re.findall(r"^\| `(\w+\.py)` \| (.+) \|$", table, re.MULTILINE))
    assert made
    assert told == made
