"""What `/link` names: a phone whose name may hold spaces, and numbers in any usual form."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.commands import Mistake
from bridge.domain.linking import Linking, new_code, read_linking
from bridge.domain.numbers import E164, national
from bridge.domain.numbers_in_words import numbers_in

PHONES = ("accueil", "accueil du soir", "Théâtre")
ONE, TWO, THREE = E164("+33612345678"), E164("+33612345679"), E164("+33612345680")


@pytest.mark.parametrize(
    ("words", "linking"),
    [
        ("accueil 0612345678", Linking("accueil", (ONE,))),
        ("ACCUEIL 06 12 34 56 78", Linking("accueil", (ONE,))),
        ("accueil du  soir 0612345678", Linking("accueil du soir", (ONE,))),
        ("théâtre: 0612345678", Linking("Théâtre", (ONE,))),
        ("accueil\n0612345678\n06 12 34 56 79\n", Linking("accueil", (ONE, TWO))),
        ("accueil 06 12 34 56 78 06 12 34 56 79 +33612345680", Linking("accueil", (ONE, TWO, THREE))),
        ("accueil 0612345678, 06.12.34.56.79;0033612345680", Linking("accueil", (ONE, TWO, THREE))),
        ("accueil 0612345678 0612345678", Linking("accueil", (ONE,))),
    ],
)
def test_the_longest_name_that_fits_is_the_phone_and_the_rest_are_numbers(words: str, linking: Linking) -> None:
    assert read_linking(words, PHONES) == linking


@pytest.mark.parametrize("words", ["pharmacie 0612345678", "0612345678", "accueilx 0612345678"])
def test_an_unknown_phone_is_told_with_those_there_are(words: str) -> None:
    assert read_linking(words, PHONES) == Mistake("link_phone", {"phones": list(PHONES)})


@pytest.mark.parametrize("words", ["accueil", "accueil du soir", "accueil ,\n"])
def test_without_a_number_nothing_is_linked(words: str) -> None:
    mistake = read_linking(words, PHONES)
    assert isinstance(mistake, Mistake)
    assert mistake.cause == "link_nobody"
    assert str(mistake.params["phone"]) in PHONES


def test_each_thing_that_is_no_number_is_told_by_itself() -> None:
    said = read_linking("accueil 06 12 34 5, Mme Durand 0612345678 x y\n3630", PHONES)
    assert said == Mistake("link_numbers", {"others": ["06 12 34 5", "Mme Durand", "x y", "3630"], "phone": "accueil"})


def test_a_number_that_may_end_at_two_places_is_told_too_but_not_alone_on_its_line() -> None:
    assert numbers_in("+49 1512 345 6789 0612345678") == ((ONE,), ("+49 1512 345 6789",))
    assert numbers_in("+49 1512 345 6789\n0612345678") == ((E164("+4915123456789"), ONE), ())


@given(st.lists(st.integers(0, 9_999_999).map(lambda rest: E164(f"+33612{rest:07}"[:12])), unique=True), st.data())
def test_numbers_are_found_however_they_are_separated(numbers: list[E164], data: st.DataObject) -> None:
    typed = ""
    for number in numbers:
        typed += data.draw(st.sampled_from([number, national(number)])) + data.draw(
            st.sampled_from([" ", ", ", ";", "\n"])
        )
    assert numbers_in(typed) == (tuple(numbers), ())


def test_a_code_has_six_signs_none_of_which_is_taken_for_another() -> None:
    codes = {new_code(os.urandom) for _ in range(200)}
    assert {len(code) for code in codes} == {6}
    assert not set("".join(codes)) & set("O0I1LS5B8Z2")
    assert len(codes) == 200
