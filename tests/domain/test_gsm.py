"""GSM 03.38, by hand at its edges and against two packages that know nothing of each other.

- smsutil splits texts. Its faults: it takes a bare ESC (U+001B) for a letter of the alphabet, where it is the
  shift to the extension table; and it makes one empty UCS-2 part of an empty text. Both are left out.
  It splits neither escapes nor surrogate pairs, and knows no reserved characters.
- gsmcodecs only encodes: it judges the alphabet, the septets, and that each part stands by itself. Its
  "ucs2" is not used (Python's own utf-16-be is the second judge there).
"""

import random
from itertools import pairwise

import gsmcodecs  # type: ignore[import-untyped]  # noqa: F401  registers its codec
import pytest
import smsutil  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.gsm import MAX_PARTS, STOP_CLAUSE, Measure, measure, overflow, split

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"
FRENCH = "êâîôûçœËÏÀÈÙ«»’…–\u00a0\u202f"
ASTRAL = "😀🎉👍🏽𝒳🇫🇷"


def check_against_both(text: str) -> None:
    ours, parts = measure(text), split(text)
    oracle = smsutil.split(text)
    assert [p.content for p in oracle.parts] == list(parts)
    assert ours.parts == len(parts)
    assert ours.encoding == {"gsm0338": "gsm7", "utf_16_be": "ucs2"}[oracle.encoding]
    assert ours.units == oracle.total_bytes // (1 if ours.encoding == "gsm7" else 2)
    assert bool(ours.costly) == (ours.encoding == "ucs2")
    try:
        septets = text.encode("gsm23.038")
    except UnicodeEncodeError:
        assert ours.encoding == "ucs2"
        encoded = [part.encode("utf-16-be", "surrogatepass") for part in parts]
        sizes = [len(part) // 2 for part in encoded]
    else:
        assert ours.encoding == "gsm7"
        assert ours.units == len(septets)
        encoded = [part.encode("gsm23.038") for part in parts]
        assert "".join(part.decode("gsm23.038") for part in encoded) == text
        sizes = [len(part) for part in encoded]
    alone, joined = (160, 153) if ours.encoding == "gsm7" else (70, 67)
    limit = alone if len(parts) == 1 else joined
    assert max(sizes) <= limit
    assert ours.left == limit - sizes[-1]


def random_text(rng: random.Random) -> str:
    """Mostly near the edges of parts, in every mixture of alphabets."""
    letters = BASIC
    if rng.random() < 0.6:
        letters += EXTENSION * rng.choice([1, 4, 20])
    if rng.random() < 0.5:
        letters += FRENCH
    if rng.random() < 0.4:
        letters += ASTRAL * rng.choice([1, 10])
    edge = rng.choice([1, 35, 70, 67, 134, 201, 80, 160, 153, 306, 459])
    length = max(1, edge + rng.randint(-4, 4))
    return "".join(rng.choices(letters, k=length))


def test_six_thousand_random_texts_agree_with_both_packages() -> None:
    rng = random.Random(338)
    seen = set()
    for _ in range(6000):
        text = random_text(rng)
        check_against_both(text)
        size = measure(text)
        seen.add((size.encoding, min(size.parts, 4)))
    assert seen == {(encoding, parts) for encoding in ("gsm7", "ucs2") for parts in (1, 2, 3, 4)}


@given(
    st.text(alphabet=BASIC + EXTENSION, min_size=1, max_size=500)
    | st.text(alphabet=st.characters(exclude_characters="\x1b"), min_size=1, max_size=300)
    | st.text(alphabet=st.sampled_from("ab€[😀ê"), min_size=60, max_size=330)
)
def test_any_text_agrees_with_both_packages(text: str) -> None:
    check_against_both(text)


def test_the_alphabet_is_the_one_of_gsmcodecs_for_every_letter_of_unicode() -> None:
    def in_gsmcodecs(letter: str) -> int:
        try:
            return len(letter.encode("gsm23.038"))
        except UnicodeEncodeError:
            return 0

    for code in range(0x3000):
        letter = chr(code)
        size = measure(letter)
        assert (size.units if size.encoding == "gsm7" else 0) == in_gsmcodecs(letter), hex(code)


def test_the_shift_itself_is_no_letter() -> None:
    assert measure("\x1b").encoding == "ucs2"


@pytest.mark.parametrize(
    ("text", "parts", "encoding", "units", "left"),
    [
        ("", 0, "gsm7", 0, 160),
        ("a", 1, "gsm7", 1, 159),
        ("a" * 160, 1, "gsm7", 160, 0),
        ("a" * 161, 2, "gsm7", 161, 145),
        ("a" * 306, 2, "gsm7", 306, 0),
        ("a" * 307, 3, "gsm7", 307, 152),
        ("a" * 918, 6, "gsm7", 918, 0),
        ("a" * 919, 7, "gsm7", 919, 152),
        ("€" * 80, 1, "gsm7", 160, 0),
        ("€" * 81, 2, "gsm7", 162, 143),
        ("a\f", 1, "gsm7", 3, 157),
        ("é" * 160, 1, "gsm7", 160, 0),
        ("ê" * 70, 1, "ucs2", 70, 0),
        ("ê" * 71, 2, "ucs2", 71, 63),
        ("😀" * 35, 1, "ucs2", 70, 0),
        ("😀" * 36, 2, "ucs2", 72, 61),
        ("ê" * 402, 6, "ucs2", 402, 0),
    ],
)
def test_lengths_at_the_edges(text: str, parts: int, encoding: str, units: int, left: int) -> None:
    size = measure(text)
    assert (size.parts, size.encoding, size.units, size.left) == (parts, encoding, units, left)


def test_an_escape_is_never_parted() -> None:
    text = "a" * 152 + "€" + "b" * 20
    assert split(text) == ("a" * 152, "€" + "b" * 20)
    assert measure("€" * 306).parts == 5  # 76 of them a part: one unit is lost in each


def test_a_surrogate_pair_is_never_parted() -> None:
    text = "ê" * 66 + "😀" + "b" * 20
    assert split(text) == ("ê" * 66, "😀" + "b" * 20)


def test_half_a_surrogate_pair_from_a_broken_client_counts_one() -> None:
    assert measure("\ud83d").units == 1
    assert split("\ud83d" * 71) == ("\ud83d" * 67, "\ud83d" * 4)


@pytest.mark.parametrize("letter", "êâîôûçœÀÈÙ")
def test_these_french_letters_are_costly(letter: str) -> None:
    assert measure(f"Bonjour {letter}").costly == (letter,)


@pytest.mark.parametrize("letter", "éèàùÉÇòìäöüß")
def test_these_letters_cost_nothing(letter: str) -> None:
    assert measure(f"Bonjour {letter}") == Measure(1, "gsm7", 9, 160, (), 151)


def test_costly_letters_are_named_once_in_their_order() -> None:
    assert measure("Ça ira, garçon ? être, ça, là").costly == ("ç", "ê")


def test_costly_letters_are_named_as_people_see_them() -> None:
    assert measure("e\u0301te").costly == ("e\u0301",)
    assert measure("ok ❤\ufe0f").costly == ("❤\ufe0f",)
    assert measure("vu 👍🏽 en 🇫🇷").costly == ("👍🏽", "🇫🇷")
    assert measure("la 👨\u200d👩\u200d👧 !").costly == ("👨\u200d👩\u200d👧",)


@pytest.mark.parametrize(
    ("letter", "alone", "joined", "part"), [("a", 149, 142, 153), ("ê", 59, 56, 67)], ids=["gsm7", "ucs2"]
)
def test_the_stop_clause_is_counted_in_the_first_part(letter: str, alone: int, joined: int, part: int) -> None:
    assert measure(letter * alone, STOP_CLAUSE) == measure(letter * alone, reserved_first=11)
    assert measure(letter * alone, STOP_CLAUSE).parts == 1
    assert measure(letter * alone, STOP_CLAUSE).limit_one == alone
    assert measure(letter * alone, STOP_CLAUSE).left == 0
    assert [len(p) for p in split(letter * (alone + 1), STOP_CLAUSE)] == [joined, alone + 1 - joined]
    assert measure(letter * (joined + part), STOP_CLAUSE).parts == 2
    assert measure(letter * (joined + part + 1), STOP_CLAUSE).parts == 3


@given(st.text(alphabet=st.sampled_from("ab€[😀ê"), max_size=700), st.sampled_from([0, 11]))
def test_parts_make_up_the_text_and_none_could_hold_more(text: str, reserved: int) -> None:
    size, parts = measure(text, reserved), split(text, reserved)
    assert "".join(parts) == text
    assert len(parts) == size.parts
    if size.parts < 2:
        return
    room = 153 if size.encoding == "gsm7" else 67
    widths = [sum(2 if c in "€[😀" and (c == "😀") == (size.encoding == "ucs2") else 1 for c in p) for p in parts]
    assert all(width <= room - (reserved if i == 0 else 0) for i, width in enumerate(widths))
    for i, (before, after) in enumerate(pairwise(range(len(parts)))):
        first = parts[after][0]
        wide = 2 if (first in "€[" and size.encoding == "gsm7") or first == "😀" else 1
        assert widths[before] + wide > room - (reserved if i == 0 else 0)


def test_a_text_that_is_too_long_tells_what_to_remove() -> None:
    assert overflow("a" * (918 + 41), 6).remove == 41
    assert overflow("a" * 918, 6).remove == 0
    assert overflow("a" * 170, 1).remove == 10


def test_a_text_that_is_too_long_tells_what_its_letters_cost() -> None:
    text = "ç" + "a" * 400 + "ê" + "b" * 41
    assert overflow(text, MAX_PARTS) == overflow(text)
    told = overflow(text)
    assert (told.parts, told.remove, told.costly, told.parts_without_costly) == (7, 41, ("ç", "ê"), 3)


def test_a_ligature_is_replaced_by_two_letters() -> None:
    assert overflow("œ" + "a" * 159).parts_without_costly == 2
    assert overflow("ê" + "a" * 159).parts_without_costly == 1


@given(
    st.text(alphabet=st.sampled_from("ab€[😀ê"), min_size=50, max_size=1300),
    st.sampled_from([1, 2, 6]),
    st.sampled_from([0, 11]),
    st.randoms(use_true_random=False),
)
def test_removing_as_many_characters_as_told_is_enough_wherever(
    text: str, max_parts: int, reserved: int, rng: random.Random
) -> None:
    told = overflow(text, max_parts, reserved)
    assert (told.remove == 0) == (told.parts <= max_parts)
    assert told.remove <= len(text)
    assert told.parts_without_costly <= told.parts
    kept = sorted(rng.sample(range(len(text)), len(text) - told.remove))
    for rest in ("".join(text[i] for i in kept), text[: len(text) - told.remove], text[told.remove :]):
        assert measure(rest, reserved).parts <= max_parts


@given(st.integers(1, 1200), st.booleans(), st.sampled_from([1, 3, 6]))
def test_removing_one_character_less_is_not_enough(length: int, costly: bool, max_parts: int) -> None:
    text = "ê" * costly + "a" * length
    remove = overflow(text, max_parts).remove
    if remove:
        assert measure(text[: len(text) - remove + 1]).parts == max_parts + 1
