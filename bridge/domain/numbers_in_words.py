"""Telephone numbers as people type them among words: with spaces, followed by something else, several in a row."""

import re
from itertools import islice
from typing import Final

from bridge.domain.numbers import E164, NotANumber, parse

_MOST: Final = 16
"""Words that one number may be typed in: a digit each, and its plus."""

_WORD = re.compile(r"\S+")
_UNSEEN = "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"  # contacts pasted from telephones carry such marks
_OPENS = re.compile(rf"[{_UNSEEN}(]*(?:\+|0|33)")
_PART = re.compile(rf"[\d+()./,;:\u2010-\u2015\u2212{_UNSEEN}-]+")
_CLOSING = ",;:"


class Unclear(ValueError):
    """The words may be a shorter number or a longer one: nobody is texted by guess. `typed` stands beside it."""

    def __init__(self, typed: str) -> None:
        super().__init__("a number that may end here or later")
        self.typed = typed


def leading_number(text: str) -> tuple[E164 | None, str]:
    """The number that opens the text, and the text after it, line breaks kept. None: it opens with no number.

    The shortest run of words that is a number. Raises Unclear when a longer run, of digits alone, is one too: the
    length of foreign numbers varies, and the rest of it would be sent to somebody else.
    """
    found: dict[E164, int] = {}  # and where it ends: a sign that stands alone after it goes with it
    for end in _ends(text):
        if (number := _number(text[:end])) is not None:
            found[number] = end
    if not found:
        return None, text
    if len(found) > 1:
        raise Unclear(text[: max(found.values())].strip())
    ((number, end),) = found.items()
    return number, text[end:].strip()


def figures_in_front(text: str) -> str:
    """What opens the text in place of a number, as it was typed: words of figures; "" where it opens with others."""
    end = 0
    for word in islice(_WORD.finditer(text), _MOST):
        if not _PART.fullmatch(word[0]):
            break
        end = word.end()
    typed = text[:end].rstrip(_CLOSING)
    return typed if any(sign.isdigit() for sign in typed) else ""


def numbers_in(text: str) -> tuple[tuple[E164, ...], tuple[str, ...]]:
    """The numbers of a list, each once, in order, and what among it is none.

    Numbers are separated by commas, semicolons, line breaks or spaces, and may be typed with spaces.
    """
    numbers: dict[E164, None] = {}
    others: list[str] = []
    for share in re.split(r"[,;\n\r]+", text):
        whole = _number(share)
        if whole is not None:
            numbers[whole] = None
        else:
            _take(share.strip(), numbers, others)
    return tuple(numbers), tuple(others)


def _take(share: str, numbers: dict[E164, None], others: list[str]) -> None:
    """One share of a list, number after number; words that are none, side by side, are told as one."""
    apart: list[str] = []
    while share:
        number, word, share = _next(share)
        if number is None:
            apart.append(word)
        else:
            numbers[number] = None
        if apart and (number is not None or not share):
            others.append(" ".join(apart))
            apart = []


def _next(share: str) -> tuple[E164 | None, str, str]:
    """A number, or a word that opens none; and what follows it."""
    try:
        number, rest = leading_number(share)
    except Unclear as unclear:
        return None, unclear.typed, share.removeprefix(unclear.typed).strip()
    if number is not None:
        return number, "", rest
    word, *after = share.split(maxsplit=1)
    return None, word, after[0] if after else ""


def _ends(text: str) -> list[int]:
    """Where each word ends, as long as the words could be a number."""
    ends: list[int] = []
    for word in _WORD.finditer(text):
        if len(ends) == _MOST or not _PART.fullmatch(word[0]) or not (ends or _OPENS.match(word[0])):
            break
        ends.append(word.end())
        if word[0][-1] in _CLOSING:
            break
    return ends


def _number(words: str) -> E164 | None:
    try:
        return parse(words.strip().rstrip(_CLOSING))
    except NotANumber:
        return None
