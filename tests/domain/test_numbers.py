import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.numbers import (
    E164,
    Kind,
    NotANumber,
    kind,
    mask,
    national,
    parse,
    reachable_by_short_number,
)

PLAIN = "+33612345679"
USUAL_FORMS = [
    "0612345679",
    "06 12 34 56 79",
    "06.12.34.56.79",
    "06-12-34-56-79",
    "06/12/34/56/79",
    "06\u00a012\u00a034\u00a056\u00a079",
    "06\u202f12\u202f34\u202f56\u202f79",
    "06\u201112\u201134\u201156\u201179",
    "06–12–34–56–79",
    "06 12 345 679",
    "+33612345679",
    "+33 6 12 34 56 79",
    "+33 (0)6 12 34 56 79",
    "+33(0)612345679",
    "+33 06 12 34 56 79",
    "0033612345679",
    "00 33 6 12 34 56 79",
    "0033 (0)6 12 34 56 79",
    "33612345679",
    "33 6 12 34 56 79",
    "612345679",
    " 0612345679\n",
    "\u202a+33 6 12 34 56 79\u202c",
    "＋33612345679",
]


@pytest.mark.parametrize("text", USUAL_FORMS)
def test_every_usual_form_is_the_same_number(text: str) -> None:
    assert parse(text) == PLAIN


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "+",
        "bonjour",
        "06 12 34 56",
        "06 12 34 56 7",
        "06 12 34 56 79 80",
        "06 12 34 56 79 / 06 12 34 56 80",
        "06 12 34 56 79 (mari)",
        "0612ABCDEF",
        "06 12 34 56 79 ext 5",
        "36111",
        "15",
        "112",
        "0000000000",
        "+33 0000000000",
        "+999 12345678",
        "06+12345679",
        "++33612345679",
        "+3361234567",
        "+33700012345678901",
        "1234567890123456789",
    ],
)
def test_what_is_no_number_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(NotANumber) as refused:
        parse(text)
    assert refused.value.text == text


def test_the_refusal_itself_names_no_number() -> None:
    assert "0612" not in str(NotANumber("0612"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0692 12 34 56", "+262692123456"),
        ("+33 6 92 12 34 56", "+262692123456"),
        ("06 39 01 23 45", "+262639012345"),
        ("0690 12 34 56", "+590690123456"),
        ("0694 20 12 34", "+594694201234"),
        ("0696 12 34 56", "+596696123456"),
        ("0709 21 23 45", "+262709212345"),
        ("0262 12 34 56", "+262262123456"),
        ("+262 692 12 34 56", "+262692123456"),
    ],
)
def test_a_number_dialled_with_0_that_lies_overseas_gets_its_own_code(text: str, expected: str) -> None:
    assert parse(text) == expected
    assert kind(parse(text)) is Kind.OVERSEAS


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+33612345679", Kind.MOBILE),
        ("+33712345678", Kind.MOBILE),
        ("+33639981234", Kind.MOBILE),
        ("+33695123456", Kind.MOBILE),
        ("+33698123456", Kind.MOBILE),
        ("+33700012345", Kind.UNKNOWN),
        ("+33142685300", Kind.FIXED),
        ("+33972123456", Kind.FIXED),
        ("+33892123456", Kind.UNKNOWN),
        ("+33692123456", Kind.OVERSEAS),
        ("+262692123456", Kind.OVERSEAS),
        ("+590690123456", Kind.OVERSEAS),
        ("+594694201234", Kind.OVERSEAS),
        ("+687751234", Kind.OVERSEAS),
        ("+4915123456789", Kind.FOREIGN),
        ("+377612345678", Kind.FOREIGN),
        ("36111", Kind.SHORT),
        ("Doctolib", Kind.UNKNOWN),
        ("+3361234567", Kind.UNKNOWN),
        ("", Kind.UNKNOWN),
    ],
)
def test_kinds_of_numbers(number: str, expected: Kind) -> None:
    assert kind(E164(number)) is expected


@pytest.mark.parametrize("number", ["+33612345679", "+33712345678", "+33639981234"])
def test_a_short_number_reaches_mobiles_of_metropolitan_france(number: str) -> None:
    assert reachable_by_short_number(E164(number))


@pytest.mark.parametrize(
    "number", ["+33142685300", "+262692123456", "+33692123456", "+4915123456789", "+33700012345", "36111"]
)
def test_a_short_number_reaches_nothing_else(number: str) -> None:
    assert not reachable_by_short_number(E164(number))


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+33612345679", "06 12 34 56 79"),
        ("+33142685300", "01 42 68 53 00"),
        ("+262692123456", "+262 692 12 34 56"),
        ("+4915123456789", "+49 1512 3456789"),
        ("36111", "36111"),
        ("Doctolib", "Doctolib"),
        ("+999999999999", "+999999999999"),
    ],
)
def test_numbers_are_shown_as_people_write_them(number: str, shown: str) -> None:
    assert national(E164(number)) == shown


@pytest.mark.parametrize(
    ("number", "masked"),
    [("+33612345679", "+336******79"), ("+262692123456", "+262*******56"), ("36111", "*****"), ("", "")],
)
def test_logs_never_show_a_whole_number(number: str, masked: str) -> None:
    assert mask(number) == masked


@given(st.from_regex(r"[67][0-9]{8}", fullmatch=True))
def test_all_forms_of_a_french_mobile_agree_and_a_parsed_number_stays(digits: str) -> None:
    number = parse(f"+33{digits}")
    pairs = " ".join(f"0{digits}"[i : i + 2] for i in range(0, 10, 2))
    assert number == parse(f"0{digits}") == parse(f"0033{digits}") == parse(f"33{digits}") == parse(pairs)
    assert parse(number) == number
    assert parse(national(number)) == number


@given(st.text(alphabet=st.sampled_from("0123456789+() .-/\u00a0a٣²"), max_size=20) | st.text(max_size=20))
def test_any_text_is_either_a_number_or_refused(text: str) -> None:
    try:
        number = parse(text)
    except NotANumber:
        return
    assert number[0] == "+"
    assert number[1:].isascii()
    assert number[1:].isdecimal()
    assert 8 <= len(number) <= 16
    assert parse(number) == number
