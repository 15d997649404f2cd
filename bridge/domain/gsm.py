"""How long a text is as SMS: the GSM 7-bit alphabet or UCS-2, and into how many parts it falls.

Source: 3GPP TS 23.038 (alphabet, extension table) and 23.040 (7 and 3 units a part go to the joining header).
ê â î ô û and ç are not in the alphabet (Ç is): one of them makes the whole text UCS-2.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Encoding = Literal["gsm7", "ucs2"]

MAX_PARTS: Final = 6
"""The most OVH's FAQ speaks of (918 characters of GSM 7-bit). Longer texts are refused, never cut."""

STOP_CLAUSE: Final = 11
"""Characters of the first part that OVH fills with a line break and its STOP text, unless told not to."""

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = "\f^{}\\[~]|€"  # each is sent as escape and letter: two units, never parted

# A regular expression is three times faster here than a set, and this stands on the way of every message.
_ALL_BASIC = re.compile(f"[{re.escape(_BASIC)}]*")
_ALL_GSM = re.compile(f"[{re.escape(_BASIC + _EXTENSION)}]*")
_DOUBLE: Final[dict[Encoding, re.Pattern[str]]] = {
    "gsm7": re.compile(f"[{re.escape(_EXTENSION)}]"),
    "ucs2": re.compile("[\U00010000-\U0010ffff]"),  # surrogate pairs
}
_ALONE: Final[dict[Encoding, int]] = {"gsm7": 160, "ucs2": 70}
_JOINED: Final[dict[Encoding, int]] = {"gsm7": 153, "ucs2": 67}

# A letter as people see it: with its accents, skin tone or variation, joined emoji and flags as one.
_LETTER = re.compile(
    "(?:[\U0001f1e6-\U0001f1ff]{2}|.)"
    "(?:[\u0300-\u036f\u20e3\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]|\u200d[^\u0000-\u007f])*",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Measure:
    """A text's length. `units` are septets (gsm7) or UTF-16 units (ucs2), the reserved ones not counted."""

    parts: int  # none for an empty text
    encoding: Encoding
    units: int
    limit_one: int  # units that one part alone holds, the reserved ones taken off
    costly: tuple[str, ...]  # the distinct letters that force ucs2, in their order
    left: int  # units still free in the last part


@dataclass(frozen=True, slots=True)
class Overflow:
    """By how much a text is too long."""

    parts: int
    remove: int  # characters: whichever so many are taken out, the rest fits; 0 if the text fits as it is
    costly: tuple[str, ...]
    parts_without_costly: int  # once every costly letter is replaced by a plain one


def measure(text: str, reserved_first: int = 0) -> Measure:
    """Measure what leaves, prefix included, signs made plain. `reserved_first`: units lost in part one."""
    encoding = _encoding(text)
    double = _DOUBLE[encoding]
    units = len(text) if _ALL_BASIC.fullmatch(text) else len(text) + len(double.findall(text))
    limit = _ALONE[encoding] - reserved_first
    costly = () if encoding == "gsm7" else _costly(text)
    if units <= limit:
        return Measure(1 if text else 0, encoding, units, limit, costly, limit - units)
    parts = list(_joined(text, encoding, reserved_first))
    start, end = parts[-1]
    used = end - start + len(double.findall(text, start, end))
    return Measure(len(parts), encoding, units, limit, costly, _JOINED[encoding] - used)


def split(text: str, reserved_first: int = 0) -> tuple[str, ...]:
    """The parts as telephones get them, the text in all. Neither escapes nor surrogate pairs are parted."""
    size = measure(text, reserved_first)
    if size.parts <= 1:
        return (text,) * size.parts
    return tuple(text[start:end] for start, end in _joined(text, size.encoding, reserved_first))


def overflow(text: str, max_parts: int = MAX_PARTS, reserved_first: int = 0) -> Overflow:
    """Tell by how much the text exceeds `max_parts`, and what its costly letters cost."""
    size = measure(text, reserved_first)
    plain = "".join(_plain(letter) for letter in _LETTER.findall(text)) if size.costly else text
    remove = 0 if size.parts <= max_parts else _to_remove(text, size, max_parts, reserved_first)
    return Overflow(size.parts, remove, size.costly, measure(plain, reserved_first).parts)


def _encoding(text: str) -> Encoding:
    return "gsm7" if _ALL_GSM.fullmatch(text) else "ucs2"


def _costly(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(letter for letter in _LETTER.findall(text) if not _ALL_GSM.fullmatch(letter)))


def _joined(text: str, encoding: Encoding, reserved_first: int) -> Iterator[tuple[int, int]]:
    """Where each part of several begins and ends: as many whole characters as it holds."""
    double, start, room = _DOUBLE[encoding], 0, _JOINED[encoding] - reserved_first
    while start < len(text):
        end = min(start + room, len(text))
        excess = end - start + len(double.findall(text, start, end)) - room
        while excess > 0:
            end -= 1
            excess -= 2 if double.match(text, end) else 1
        yield start, end
        start, room = end, _JOINED[encoding]


def _to_remove(text: str, size: Measure, max_parts: int, reserved_first: int) -> int:
    """How many characters are surely enough, even if the author takes out the narrow ones first.

    What remains may leave one unit unused at the end of each part but the last, where a double does not fit.
    """
    room = (_ALONE if max_parts == 1 else _JOINED)[size.encoding] * max_parts - reserved_first
    doubles = size.units - len(text)
    singles = len(text) - doubles
    excess = size.units - room + min(max_parts - 1, doubles)
    return excess if excess <= singles else singles + (excess - singles + 1) // 2


def _plain(letter: str) -> str:
    """Stands for what an author would write instead: one plain letter, two for a ligature."""
    if _ALL_GSM.fullmatch(letter):
        return letter
    return "oe" if letter in "œŒ" else "?"
