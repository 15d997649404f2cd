"""The live counter's tables are the bridge's: read from the page's file, compared with what the bridge does."""

import json
import re
import unicodedata
from typing import Any

import pytest

from bridge.domain.gsm import measure
from bridge.domain.plain_text import plain_text
from bridge.sandbox.page.routes import STATIC

LETTERS = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]


def table(name: str) -> Any:
    source = (STATIC / "letters.js").read_text(encoding="utf-8")
    found = re.search(rf"export const {name} =\s*(.*?);\n", source, re.DOTALL)
    assert found, name
    return json.loads(found.group(1))


@pytest.mark.parametrize(("name", "units"), [("BASIC", 1), ("EXTENSION", 2)])
def test_the_page_knows_the_same_letters_as_the_bridge(name: str, units: int) -> None:
    cheap = {letter for letter in LETTERS if measure(letter).encoding == "gsm7"}
    of_these_units = {letter for letter in cheap if measure(letter).units == units}
    assert set(table(name)) == of_these_units


def test_the_page_replaces_the_same_signs_as_the_bridge() -> None:
    on_the_page = {sign: plain for plain, signs in table("SIGNS").items() for sign in signs}
    composed = [letter for letter in LETTERS if unicodedata.normalize("NFC", letter) == letter]
    assert on_the_page == {sign: plain_text(sign) for sign in composed if plain_text(sign) != sign}
