import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain import gsm
from bridge.domain.commands import Sms, Status
from bridge.domain.composing import Refused, compose, size, words_that_leave
from bridge.domain.failures import Refusal
from bridge.domain.numbers import E164
from tests.making import room, rules

NAMED_SENDER = rules(short_number=False)
PREFIX = "Cabinet Martin : "


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Bonjour", "Bonjour"),
        ("  Bonjour \n", "Bonjour"),
        ("Bonjour\n\nà demain", "Bonjour\n\nà demain"),
        ("Bonjour\n//note\nà demain", "Bonjour\nà demain"),
        ("//note\nBonjour", "Bonjour"),
        ("Bonjour // pas une note", "Bonjour // pas une note"),
        ("https://exemple.fr", "https://exemple.fr"),
        ("", ""),
        (" \n ", ""),
        ("//", None),
        ("// note\n  // encore\n", None),
        ("/status", Status()),
        ("/sms 0612345678 Bonjour\n//note\n// encore", Sms(E164("+33612345678"), "Bonjour")),
        ("//note\n/status", Status()),
        ("\n/status", Status()),
    ],
)
def test_notes_are_taken_out_and_commands_are_none_of_the_words(typed: str, words: object) -> None:
    assert words_that_leave(typed) == words


def test_the_phone_s_prefix_opens_the_sms() -> None:
    assert compose("Bonjour", room(phone=rules(prefix=PREFIX))) == "Cabinet Martin : Bonjour"


@pytest.mark.parametrize(("own", "text"), [("Théâtre : ", "Théâtre : Bonjour"), ("", "Bonjour")])
def test_a_room_may_have_a_prefix_of_its_own_or_none(own: str, text: str) -> None:
    assert compose("Bonjour", room(phone=rules(prefix=PREFIX), prefix=own)) == text


def test_the_prefix_is_counted_in_the_parts() -> None:
    longest = "a" * (6 * 153)
    assert compose(longest, room()) == longest
    refused = compose(longest, room(phone=rules(prefix=PREFIX)))
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.params["remove"]) == (Refusal.TOO_LONG, len(PREFIX))


def test_ovh_s_stop_clause_is_counted_in_the_first_part() -> None:
    fits = "a" * (6 * 153 - gsm.STOP_CLAUSE)
    with_clause = room(phone=rules(short_number=False, stop_clause=True))
    assert compose(fits, with_clause) == fits
    assert isinstance(compose(fits + "a", with_clause), Refused)


@pytest.mark.parametrize("text", ["Voir https://exemple.fr/rdv", "www.exemple.fr", "sur doctolib.fr/martin merci"])
def test_a_link_is_refused_with_a_short_number_and_leaves_with_a_named_sender(text: str) -> None:
    refused = compose(text, room())
    assert isinstance(refused, Refused)
    assert refused.reason is Refusal.LINK
    assert str(refused.params["link"]) in text
    assert compose(text, room(phone=NAMED_SENDER)) == text


@pytest.mark.parametrize("text", ["Appelez le 01 23 45 67 89", "claire@exemple.fr", "voir exemple.fr"])
def test_other_contact_details_are_refused_with_a_short_number_until_somebody_wants_it_tried(text: str) -> None:
    refused = compose(text, room())
    assert isinstance(refused, Refused)
    assert refused.reason is Refusal.MAY_BE_REFUSED
    assert refused.params == {"details": [text.removeprefix("Appelez le ").removeprefix("voir ")]}
    assert compose(text, room(), anyway=True) == text
    assert compose(text, room(phone=NAMED_SENDER)) == text


def test_a_warning_names_each_detail_once_and_five_at_most() -> None:
    refused = compose("06 12 34 56 78, 06 12 34 56 78, " + ", ".join(f"a{n}@exemple.fr" for n in range(9)), room())
    assert isinstance(refused, Refused)
    assert refused.params["details"] == ["06 12 34 56 78", *(f"a{n}@exemple.fr" for n in range(4))]


@pytest.mark.parametrize("text", ["www.exemple.fr 0123456789", "0123456789 " + "a" * 919, "\u200b"])
def test_wanting_it_tried_overrules_that_warning_alone(text: str) -> None:
    for anyway in (False, True):
        refused = compose(text, room(), anyway=anyway)
        assert isinstance(refused, Refused)
        assert refused.reason is not Refusal.MAY_BE_REFUSED


def test_the_prefix_s_own_details_are_the_operator_s_business() -> None:
    assert isinstance(compose("Bonjour", room(phone=rules(prefix="Cabinet 01 23 45 67 89 : "))), str)


def test_a_link_hidden_by_signs_that_are_made_plain_is_a_link() -> None:
    refused = compose("doctolib\u2024fr/martin", room())
    assert isinstance(refused, Refused)
    assert refused.reason is Refusal.LINK


def test_what_is_too_long_is_refused_with_all_that_its_notice_needs_and_never_cut() -> None:
    refused = compose("ç" + "a" * 459, room())
    assert refused == Refused(Refusal.TOO_LONG, {"parts": 7, "remove": 58, "costly": ["ç"], "parts_without": 4})


def test_typographic_signs_become_plain_and_letters_stay() -> None:
    assert compose("« L’été… »\u00a0— ç", room()) == '" L\'été... " - ç'
    assert compose("« L’été… »", room(phone=rules(plain_text=False))) == "« L’été… »"


def test_the_prefix_is_made_plain_too() -> None:
    assert compose("Bonjour", room(phone=rules(prefix="L’Atelier : "))) == "L'Atelier : Bonjour"


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("prefix", ["", PREFIX])
@pytest.mark.parametrize("text", ["", "  ", "\n\t", "\u00a0", "\u200b", "\ufeff \u00ad"])
def test_a_text_that_shows_nothing_is_refused_and_a_prefix_alone_never_leaves(
    text: str, prefix: str, plain: bool
) -> None:
    refused = compose(text, room(phone=rules(prefix=prefix, plain_text=plain)))
    assert refused == Refused(Refusal.EMPTY)


def test_what_leaves_is_measured_with_prefix_and_stop_clause() -> None:
    assert size("a" * 160, room()).parts == 1
    assert size("a" * 160, room(phone=rules(short_number=False, stop_clause=True))).parts == 2
    costly = size("ê" + "a" * 80, room())
    assert (costly.parts, costly.costly, costly.parts_without_costly) == (2, ("ê",), 1)


@given(st.text(max_size=1500), st.booleans(), st.booleans())
def test_what_leaves_shows_something_and_fits_in_six_parts(text: str, short_number: bool, plain: bool) -> None:
    sent = compose(text, room(phone=rules(prefix=PREFIX, short_number=short_number, plain_text=plain)))
    if isinstance(sent, str):
        assert sent.startswith(PREFIX)
        assert sent.removeprefix(PREFIX).strip()
        assert gsm.measure(sent).parts <= gsm.MAX_PARTS
