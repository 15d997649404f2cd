"""The guides say the same in English and French, are no walls, and agree with what they speak of."""

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from bridge.adapters.matrix.choices import choice_of
from bridge.adapters.matrix.content import words_of
from bridge.adapters.matrix.marks import SIGNS as IN_MATRIX
from bridge.adapters.ovh.access import rights
from bridge.adapters.telegram.marks import SIGNS as IN_TELEGRAM
from bridge.cli import main
from bridge.config import load
from bridge.domain.commands import READERS
from bridge.wording import sentence
from tests.deployment import YOURS

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = ("first-sms", "ovh", "telegram", "matrix", "operating", "upkeep", "for-teams")
LEAST = """
phones:
  - {name: accueil, service_name: sms-ab12345-1, application_key: a, application_secret: s, consumer_key: c}
"""
FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
OF_TELEGRAM = {"newbot", "setprivacy", "revoke"}  # commands of @BotFather


def page(name: str, language: str) -> str:
    return (DOCS / f"{name}.{language}.md").read_text(encoding="utf-8")


def shape(text: str) -> list[str]:
    """Headings by level, table rows, list entries and code blocks, in their order; the words left out."""
    found = []
    for block in re.split(r"(^ *```.*?^ *```)", text, flags=re.MULTILINE | re.DOTALL):
        if FENCED.match(block):
            found.append(block.strip().partition("\n")[0])
            continue
        marks = re.findall(r"^(#+ |\| ?| *- | *\d+\. |> )", block, re.MULTILINE)
        found += [mark.strip() for mark in marks if mark != "> "]
    return found


def typed(text: str) -> list[str]:
    """What can be typed into a terminal or a group: the same words in every language."""
    blocks = [block.strip() for block in FENCED.findall(text) if "```sh" in block]
    return blocks + [
        code for code in INLINE.findall(FENCED.sub("", text)) if re.match(r"(bridge|docker|sudo|make) ", code)
    ]


@pytest.mark.parametrize("name", GUIDES)
def test_both_languages_have_the_same_parts(name: str) -> None:
    assert shape(page(name, "en")) == shape(page(name, "fr"))


@pytest.mark.parametrize("name", GUIDES)
def test_both_languages_have_the_same_commands(name: str) -> None:
    def plain(code: str) -> str:
        return re.sub(r'--phone \w+ |".* .*"', "…", code) if code.startswith("bridge send") else code

    assert [plain(code) for code in typed(page(name, "en"))] == [plain(code) for code in typed(page(name, "fr"))]


@pytest.mark.parametrize("name", GUIDES)
@pytest.mark.parametrize(("language", "other"), [("en", "fr"), ("fr", "en")])
def test_a_guide_leads_to_its_twin_and_else_stays_in_its_language(name: str, language: str, other: str) -> None:
    links = re.findall(r"\]\(([\w-]+\.(?:en|fr)\.md)", page(name, language))
    assert links[0] == f"{name}.{other}.md"
    assert all(link.endswith(f".{language}.md") for link in links[1:])


def test_every_page_is_there_in_both_languages() -> None:
    assert {path.name for path in DOCS.glob("*.fr.md")} == {f"{name}.fr.md" for name in GUIDES}
    assert {path.name for path in DOCS.glob("*.en.md")} == {f"{name}.en.md" for name in GUIDES}


@pytest.mark.parametrize(
    ("name", "most"), [("for-teams", 80), ("ovh", 90), ("telegram", 95), ("matrix", 165), ("upkeep", 145)]
)
def test_no_page_is_a_wall(name: str, most: int) -> None:
    for language in ("en", "fr"):
        assert len(page(name, language).splitlines()) <= most


@pytest.mark.parametrize("language", ["en", "fr"])
def test_ovhs_page_of_keys_is_asked_for_the_rights_in_use_and_no_others(language: str) -> None:
    (link,) = re.findall(r"^https://eu\.api\.ovh\.com/createToken/\S+", page("ovh", language), re.MULTILINE)
    asked = parse_qsl(urlsplit(link).query)
    assert sorted(asked) == sorted((one.method, one.path) for one in rights("/sms/sms-ab12345-1"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_team_is_told_every_mark_and_no_other(language: str) -> None:
    rows = re.findall(r"^\| (\S+) \| (\S+) \|", page("for-teams", language).partition("## 3.")[0], re.MULTILINE)
    told = {row for row in rows if not row[0].isascii() and not row[0].isalpha()}
    assert told == {(IN_TELEGRAM[one], sign) for one, sign in IN_MATRIX.items() if sign}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_on_matrix_tells_every_mark_and_no_other(language: str) -> None:
    rows = re.findall(r"^\| (\S) \|", page("matrix", language), re.MULTILINE)
    assert sorted(rows) == sorted({sign for sign in IN_MATRIX.values() if sign})


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_command_for_a_matrix_room_exists(language: str) -> None:
    """As the bridge reads it; a number after `!sms` is for whom."""
    codes = [code for code in INLINE.findall(FENCED.sub("", page("matrix", language))) if code.startswith("!sms ")]
    words = {words_of({"body": code}).removeprefix("/").split()[0] for code in codes}
    assert {"help", "id", "link", "unlink", "sms", "cancel"} <= words <= set(READERS)
    assert not [
        code for code in codes if words_of({"body": code}).startswith("/sms ") and not re.match(r"!sms \d", code)
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_choice_in_matrix_is_pressed_by_the_sign_that_the_page_shows(language: str) -> None:
    assert choice_of(re.search(r"\d\ufe0f\u20e3", page("matrix", language))[0]) == 1  # type: ignore[index]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_section_on_the_page_about_matrix_loads(language: str, tmp_path: Path) -> None:
    (section,) = re.findall(r"^```yaml\n(.*?)^```", page("matrix", language), re.MULTILINE | re.DOTALL)
    (tmp_path / "matrix_secret").write_text("token\n")
    (tmp_path / "config.yaml").write_text(LEAST + section)
    config = load(tmp_path / "config.yaml")
    assert config.matrix is not None
    assert config.matrix.device_id == "BRIDGE"
    assert config.operators == ("matrix:@ann:example.org",)


@pytest.mark.parametrize("name", ["first-sms", "telegram", "for-teams"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_command_for_a_group_exists(name: str, language: str) -> None:
    codes = INLINE.findall(FENCED.sub("", page(name, language)))
    words = {found[1] for code in codes if (found := re.match(r"/([a-z]+)(?: |$)", code))}
    assert words
    assert words <= {*READERS, *OF_TELEGRAM}


@pytest.mark.parametrize(
    ("language", "quoted", "kind"),
    [("en", "May have been sent", "may_have_been_sent"), ("fr", "Peut-être parti", "may_have_been_sent"),
     ("en", "Not sent: the fault is ours", "waiting"), ("fr", "Pas parti : la panne est de notre côté", "waiting"),
     ("en", "Cancelled, nothing was sent", "cancel_told"), ("fr", "Annulé, rien n'est parti", "cancel_told")],
)  # fmt: skip
def test_the_team_finds_the_words_that_it_sees(language: str, quoted: str, kind: str) -> None:
    assert f"*{quoted}*" in page("for-teams", language)
    params = {"state": "asked", "reason": "network", "until": "2026-01-01T10:00:00+00:00", "people": []}
    params |= {"why": "cancelled", "text": "Bonjour"}
    assert quoted in sentence(kind, params, language, "Europe/Paris").replace(
        "\u00a0", " "
    )  # French spaces do not break


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_leaked_secret_has_four_lines(language: str) -> None:
    last = page("upkeep", language).rpartition("\n## ")[2]
    secrets = re.split(r"^\*\*.+\*\*$", last, flags=re.MULTILINE)[1:]
    assert len(secrets) == 6
    for lines in secrets:
        assert re.findall(r"^(\d)\. ", lines, re.MULTILINE) == ["1", "2", "3", "4"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_guide_names_the_files_that_compose_and_systemd_take(language: str) -> None:
    guide = page("operating", language)
    assert all(name in guide for name in YOURS)
    for path in set(re.findall(r"deploy/[A-Za-z]+(?:\.(?:yaml|service))?", guide)) - {"deploy/"}:
        assert (DOCS.parent / path).exists(), path


def test_the_end_card_of_the_demonstration_promises_what_is_there() -> None:
    static = DOCS.parent / "bridge" / "sandbox" / "page" / "static"
    commands = re.findall(r'"end_\w+_hint", "bridge ([a-z]+)"', (static / "coach.js").read_text())
    assert commands
    assert set(commands) <= set(main.commands)
    hints = re.findall(r"^  end_\w+_hint: (.+),$", (static / "texts.js").read_text(), re.MULTILINE)
    assert len(hints) == 3
    assert not [hint for hint in hints if re.search(r"soon|bientôt", hint)]
