"""JSON as homeservers send it: people's events are in it, nested as deep as anybody likes, with any number."""

import json
import re
from itertools import accumulate
from typing import Any, Final

DEEPEST: Final = 100
"""Levels that are read. Python's own reader and writer stop at some 900, and what is read must be writable."""

_TEXT: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BRACKETS: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]', re.DOTALL)
_STEP: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_NOT_BRACKETS: Final = bytes(code for code in range(256) if code not in _STEP)
_DIGITS: Final = 100  # of a number that anybody means


def read_json(text: bytes) -> Any:
    """What it says, None when it is no JSON. What lies too deep is null there, as are NaN and numbers without end."""
    try:
        return json.loads(_shallow(text), parse_constant=_nothing, parse_int=_whole)
    except (ValueError, RecursionError):
        return None


def _shallow(text: bytes) -> bytes:
    brackets = _TEXT.sub(b"", text).translate(None, _NOT_BRACKETS)
    if max(accumulate(_STEP[one] for one in brackets), default=0) <= DEEPEST:
        return text
    kept, depth, begin = [], 0, 0
    for found in _BRACKETS.finditer(text):
        if found[0] in (b"[", b"{"):
            depth += 1
            if depth == DEEPEST + 1:
                kept += [text[begin : found.start()], b"null"]
        elif found[0] in (b"]", b"}"):
            if depth == DEEPEST + 1:
                begin = found.end()
            depth -= 1
    return b"".join([*kept, text[begin:] if depth <= DEEPEST else b""])


def _nothing(_name: str) -> None:
    """NaN and Infinity are no JSON; some servers write them."""


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= _DIGITS else None
