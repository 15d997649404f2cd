"""What the pages say can be typed, followed and found: commands, options, targets, links, points of the lanes."""

import re
import textwrap
from pathlib import Path

import click
import pytest

from bridge.cli import main
from bridge.config import load
from bridge.metrics import Figures

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
REMARK = re.compile(r"(?:^|\s)#.*$", re.MULTILINE)
# `exec bridge bridge check`, `exec -T bridge bridge check`: the container's name, then what is started in it.
COMMAND = re.compile(r"(?:^|[\s/=])(?<!exec )(?<!exec -T )bridge ([a-z][a-z-]*)([^\n]*)", re.MULTILINE)
OPTION = re.compile(r"(?<!\S)(--?[a-z][a-z-]*)")
TARGET = re.compile(r"(?:^|\s)make ([a-z][a-z-]*)")
LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?\)")
PROBE = re.compile(r"""probe\(\s*"([a-z0-9_]+\.[a-z_]+)"\s*\)""")


def code_in(page: Path) -> str:
    """What stands in code blocks, remarks left out, and between backticks."""
    text = page.read_text(encoding="utf-8")
    blocks = [REMARK.sub("", block) for block in FENCED.findall(text)]
    return "\n".join((*blocks, *INLINE.findall(FENCED.sub("", text))))


def heading_anchors(page: Path) -> set[str]:
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def commands_in(code: str) -> list[tuple[str, list[str]]]:
    return [(name, OPTION.findall(rest)) for name, rest in COMMAND.findall(code)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    for name, options in commands_in(code_in(page)):
        command = main.commands.get(name)
        assert command is not None, f"{page.name}: bridge {name}"
        known = {opt for one in command.params if isinstance(one, click.Option) for opt in one.opts}
        assert set(options) <= known | {"-h", "--help"}, f"{page.name}: bridge {name} {options}"


def test_the_two_commands_of_the_readme_are_found_by_this_test() -> None:
    assert {"run", "demo"} <= {name for name, _ in commands_in(code_in(ROOT / "README.md"))}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_a_page_names_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(TARGET.findall(code_in(page))) <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(FENCED.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name}: {link}"
        if anchor:
            assert anchor in heading_anchors(target), f"{page.name}: {link}"


def test_every_named_point_of_the_lanes_stands_in_the_flow_and_no_other() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "bridge").rglob("*.py")))
    told = re.findall(r"^\| `([a-z0-9_]+\.[a-z_]+)` \|", (ROOT / "docs" / "flow.md").read_text(), re.MULTILINE)
    assert len(told) == len(set(told))
    assert set(told) == set(PROBE.findall(code))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_figure_and_event_of_the_guide_exists(language: str) -> None:
    guide = code_in(ROOT / "docs" / f"operating.{language}.md")
    figures = set(re.findall(r"\bbridge_[a-z_]+", guide)) - {"bridge_data"}  # Docker's volume
    shown = set(re.findall(r"^# HELP (\w+)", Figures().render().decode(), re.MULTILINE))
    assert figures
    assert figures <= shown
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "bridge").rglob("*.py")))
    events = set(re.findall(r"^(?:account|bridge|callbacks|jobs|poll|row)\.(?!db|demo)[a-z_]+$", guide, re.MULTILINE))
    assert events
    assert not {event for event in events if f'"{event}"' not in code}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_first_configuration_has_as_many_lines_as_are_promised(language: str) -> None:
    page = (ROOT / "docs" / f"first-sms.{language}.md").read_text(encoding="utf-8")
    (least, *_) = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    promised = {9: "nine", 10: "ten", 11: "eleven", 12: "twelve"}[len(least.splitlines())]
    assert f"{promised} lines of configuration" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"with {promised} lines" in (ROOT / "config.example.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_configuration_of_the_first_sms_starts_as_it_grows(language: str, tmp_path: Path) -> None:
    page = (ROOT / "docs" / f"first-sms.{language}.md").read_text(encoding="utf-8")
    steps = [textwrap.dedent(step) for step in re.findall(r"^ *```yaml\n(.*?)^ *```", page, re.MULTILINE | re.DOTALL)]
    assert len(steps) == 3  # the least, an operator, a room
    for name in ("ovh_application_secret", "telegram_token"):
        (tmp_path / name).write_text("secret\n")
    (tmp_path / "ovh_consumer_key").touch()
    written = tmp_path / "config.yaml"
    written.write_text(steps[0])
    assert load(written, keys_needed=False).language == language  # before `bridge setup` got the third key
    (tmp_path / "ovh_consumer_key").write_text("key\n")
    for until in (1, 2, 3):
        written.write_text("".join(steps[:until]))
        config = load(written)
    assert config.operators
    assert config.rooms[0].phone == config.phones[0].name
