from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.wellformed import well_formed

ANY = st.text(st.characters(exclude_categories=[]))


@given(ANY)
def test_every_text_becomes_one_that_can_be_written_in_utf_8_without_nul(text: str) -> None:
    assert b"\0" not in well_formed(text).encode()


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_a_text_that_is_well_formed_stays_as_it_is(text: str) -> None:
    assert well_formed(text) == text


@given(ANY)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert well_formed(well_formed(text)) == well_formed(text)


def test_halves_that_belong_together_are_joined_and_others_are_replaced() -> None:
    assert well_formed("\ud83d\ude00 \ud83d \ude00x") == "😀 \ufffd \ufffdx"
