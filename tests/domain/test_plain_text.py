import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.gsm import measure
from bridge.domain.plain_text import plain_text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("L’heure", "L'heure"),
        ("‘un’ ‚deux‛ ‹trois›", "'un' 'deux' 'trois'"),
        ("“Bonjour” „Hallo‟", '"Bonjour" "Hallo"'),
        ("«Bonjour»", '"Bonjour"'),
        ("«\u00a0Bonjour\u00a0»", '" Bonjour "'),
        ("9\u202fh\u00a0?", "9 h ?"),
        ("10–12 — à bientôt", "10-12 - à bientôt"),
        ("06\u201112 06\u201212 ‐ ― −", "06-12 06-12 - - -"),
        ("Attendez…", "Attendez..."),
        ("• un\n• deux", "- un\n- deux"),
        ("patient·e·s", "patient.e.s"),
        ("l`heure, l´heure", "l'heure, l'heure"),
        ("un\tdeux", "un deux"),
        ("un\u2028deux", "un\ndeux"),
        ("ren\u00addez\u200b-\u2060vous\ufeff", "rendez-vous"),
        ("\u202a+33 6\u202c \u200eok", "+33 6 ok"),
    ],
)
def test_typographic_signs_become_plain(text: str, plain: str) -> None:
    assert plain_text(text) == plain


@pytest.mark.parametrize(
    "text",
    [
        "œuvre, cœur, être, où, ça, naïf",
        "Ø å Æ ß ñ",
        "Привет",
        "😀 👨\u200d👩\u200d👧 ❤\ufe0f",
        "می\u200cخواهم",
        "€ § ° ²",
    ],
)
def test_letters_and_emoji_stay(text: str) -> None:
    assert plain_text(text) == text


@pytest.mark.parametrize("text", ["", "Bonjour, RDV à 9 h ?", "a\nb\r\nc", "{[~^|]}\\", "\x0c"])
def test_plain_texts_stay(text: str) -> None:
    assert plain_text(text) == text


def test_an_accent_typed_apart_is_joined_so_that_it_costs_nothing() -> None:
    assert plain_text("e\u0301te\u0301") == "été"
    assert measure(plain_text("de\u0301ja\u0300 l’e\u0301te\u0301…")).encoding == "gsm7"


def test_a_usual_french_message_stays_one_cheap_part() -> None:
    text = "L’accueil vous rappelle\u00a0: «\u202fRDV jeudi\u202f» – 9\u202fh… Répondez «\u202fOUI\u202f»\u00a0!"
    assert measure(text).encoding == "ucs2"
    assert (measure(plain_text(text)).encoding, measure(plain_text(text)).parts) == ("gsm7", 1)


@given(st.text() | st.text(alphabet=st.sampled_from("ae\u0301\u0300\u0327\u00ad\u200b`´«’…\u00a0\u2000\u1fef=\u0338")))
def test_twice_is_as_once_and_always_composed(text: str) -> None:
    plain = plain_text(text)
    assert plain_text(plain) == plain
    assert unicodedata.is_normalized("NFC", plain)


@given(st.text())
def test_no_letter_or_digit_is_changed(text: str) -> None:
    def letters(some: str) -> list[str]:
        return [c for c in unicodedata.normalize("NFC", some) if c.isalnum() and c != "\u02bc"]

    assert letters(plain_text(text)) == letters(text)
