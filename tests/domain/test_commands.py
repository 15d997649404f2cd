"""The command grammar: what is understood, what is refused and why."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.commands import (
    READERS,
    Cancel,
    Command,
    Credits,
    Help,
    Id,
    LinkRoom,
    Mistake,
    Retry,
    Sms,
    Status,
    Unknown,
    Unlink,
    read,
)
from bridge.domain.numbers import E164, national

DURAND = E164("+33612345678")
mobiles = st.integers(0, 99_999_999).map(lambda rest: E164(f"+3361{rest:08}"[:12]))


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("/help", Help()),
        ("/HELP", Help()),
        ("/start", Help()),
        ("/start from-a-link", Help()),
        ("/status", Status()),
        (" /Status \n", Status()),
        ("/cancel", Cancel()),
        ("/retry", Retry()),
        ("/unlink", Unlink()),
        ("/credits", Credits()),
        ("/id", Id()),
    ],
)
def test_a_word_alone_is_a_command_in_small_letters_and_in_capitals(typed: str, command: Command) -> None:
    assert read(typed) == command


@pytest.mark.parametrize("typed", ["/", "/foo", "/foo bar", "/smss 0612345678 x", "/ status", "/status@some_bot", "/?"])
def test_any_other_word_is_unknown_and_told_as_it_was_typed(typed: str) -> None:
    assert read(typed) == Unknown(typed.split(maxsplit=1)[0])


@pytest.mark.parametrize("typed", ["/remind me", "/help", "/me laughs", "/sms 0612345678 Hello"])
def test_a_command_of_the_client_s_is_none_of_ours_and_shown_as_it_was_typed(typed: str) -> None:
    """Where ours open with another sign, one that opens with a slash comes with one more in front."""
    assert read(f"/ {typed}") == Unknown(typed.split(maxsplit=1)[0])


@pytest.mark.parametrize("word", ["status", "cancel", "retry", "unlink", "credits", "id"])
def test_words_after_a_command_that_takes_none_are_a_mistake_since_they_may_mean_something_else(word: str) -> None:
    assert read(f"/{word.upper()} 0612345678") == Mistake("alone", {"word": word})


# --- sms -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "number",
    [
        "0612345678",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "06-12-34-56-78",
        "06\u00a012\u00a034\u00a056\u00a078",
        "+33612345678",
        "+33 6 12 34 56 78",
        "+33 (0)6 12 34 56 78",
        "0033 6 12 34 56 78",
        "0033612345678",
        "(06)12345678",
        "\u202a06 12 34 56 78\u202c",
    ],
)
@pytest.mark.parametrize("after", [" ", "  ", "\n", ", ", ": ", " : "])
def test_the_number_may_be_typed_in_any_usual_form(number: str, after: str) -> None:
    assert read(f"/sms {number}{after}Bonjour") == Sms(DURAND, "Bonjour")


@pytest.mark.parametrize("text", ["14 h demain", "9", "12 34 56 78 90", "1 place, 2e étage", "+ 1 €", "06"])
def test_a_text_that_begins_with_figures_stays_whole(text: str) -> None:
    assert read(f"/sms 06 12 34 56 78 {text}") == Sms(DURAND, text)


def test_line_breaks_and_spaces_of_the_text_are_kept() -> None:
    assert read("/sms 06 12 34 56 78\n\nBonjour,\n  à  demain\n") == Sms(DURAND, "Bonjour,\n  à  demain")


@pytest.mark.parametrize("typed", ["/sms", "/sms Bonjour", "/sms Mme Durand Bonjour", "/sms (avant 9 h)", "/sms - oui"])
def test_without_a_number_in_front_nobody_is_meant(typed: str) -> None:
    assert read(typed) == Mistake("sms_number")


@pytest.mark.parametrize("figures", ["06 12 34 56 7", "06 12 34", "612345678", "9", "06.12.34.56.7", "+33 6 12"])
def test_figures_in_front_that_are_no_number_are_named(figures: str) -> None:
    assert read(f"/sms {figures} bonjour à 10 h") == Mistake("sms_no_number", {"typed": figures})
    assert read(f"/sms {figures}") == Mistake("sms_no_number", {"typed": figures})


@pytest.mark.parametrize("typed", ["/sms 0612345678", "/sms 06 12 34 56 78 \n "])
def test_without_words_there_is_nothing_to_send(typed: str) -> None:
    assert read(typed) == Mistake("sms_text", {"number": DURAND})


def test_a_foreign_number_that_may_end_at_two_places_is_not_guessed() -> None:
    assert read("/sms +49 1512 345 6789 Hallo") == Mistake("sms_which_number", {"typed": "+49 1512 345 6789"})
    assert read("/sms +4915123456789 Hallo") == Sms(E164("+4915123456789"), "Hallo")


def goes_on(text: str) -> bool:
    """Whether it could be more of the number before it: figures, what stands between them, marks that nobody sees."""
    sign = text[:1]
    return sign.isdigit() or sign in "+()./,;:-\u2212" or unicodedata.category(sign) in ("Cf", "Pd")


@given(mobiles, st.text(min_size=1).map(str.strip).filter(lambda text: text and not goes_on(text)))
def test_whatever_follows_a_number_leaves_as_it_is(number: E164, text: str) -> None:
    for form in (number, national(number)):
        assert read(f"/sms {form} {text}") == Sms(number, text)


# --- link ----------------------------------------------------------------------------------------------------------
def test_a_code_is_read_in_capitals_and_the_rest_of_the_lines_kept() -> None:
    assert read("/link k7ma4p Accueil\n0612345678\n0612345679") == LinkRoom("K7MA4P", "Accueil\n0612345678\n0612345679")


@pytest.mark.parametrize("typed", ["/link", "/link K7MA4P"])
def test_a_code_alone_links_nothing(typed: str) -> None:
    assert read(typed) == Mistake("link")


# --- the whole grammar ---------------------------------------------------------------------------------------------
def test_every_word_of_the_table_is_read_whatever_its_letters() -> None:
    assert not [word for word in READERS if isinstance(read(f"/{word.title()} 0612345678 a"), Unknown)]


@given(st.text())
def test_every_text_is_read(rest: str) -> None:
    for word in ("", *READERS):
        command = read(f"/{word} {rest}")
        assert isinstance(command, Unknown) == (word == "")
        if isinstance(command, Sms):
            assert command.text.strip() == command.text != ""
