import json
from collections.abc import Callable

import pytest

from bridge.adapters.telegram.sending import units
from bridge.domain.pieces import pieces, shortened

MOST = 4096


def in_json(text: str) -> int:
    return len(json.dumps(text, ensure_ascii=False).encode())


@pytest.mark.parametrize("size", [units, in_json])
@pytest.mark.parametrize(
    "text",
    ["mot " * 3000, "x" * 9000, "👩" * 5000, "\n" * 5000 + "fin", "x" * MOST, "👩" * (MOST // 2), "", "  ", '"' * 9000],
    ids=["words", "one word", "faces", "lines", "exactly", "exactly faces", "nothing", "blank", "quotes"],
)
def test_pieces_fit_and_lose_no_letter(text: str, size: Callable[[str], int]) -> None:
    parts = pieces(text, MOST, size)

    assert all(size(part) <= MOST for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(part.strip() for part in parts) or not text.strip()
    assert size(shortened(text, MOST, size)) <= MOST


def test_a_text_is_cut_between_words_and_at_a_line_s_end() -> None:
    assert pieces("one two three", 8, len) == ["one two", "three"]
    assert pieces("one\ntwo three", 9, len) == ["one\ntwo", "three"]


def test_a_cut_that_would_leave_little_is_made_in_the_word() -> None:
    assert pieces("a bcdefghij", 8, len) == ["a bcdefg", "hij"]


def test_what_is_shortened_says_so_and_what_fits_stays() -> None:
    assert shortened("one two", 5, len) == "one …"
    assert shortened("one", 5, len) == "one"
