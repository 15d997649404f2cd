"""Telephone numbers: read in any usual form, kept as E.164, shown as people write them.

The French numbering plan (Arcep) is followed by its structure, not by the list of ranges in use: that list
grows, and a range assigned last month must not be "no number". Other countries are left to phonenumbers.
"""

import re
import unicodedata
from enum import StrEnum
from typing import NewType

import phonenumbers

E164 = NewType("E164", str)
"""A number as `+33612345679`: plus, country code, no trunk zero, 15 digits at most."""


class Kind(StrEnum):
    """What can be reached at a number, as far as its form tells."""

    MOBILE = "mobile"  # a mobile of metropolitan France
    FIXED = "fixed"  # a landline or a box of metropolitan France
    OVERSEAS = "overseas"  # French, outside metropolitan France: Réunion, the Antilles, Polynesia...
    FOREIGN = "foreign"
    SHORT = "short"  # a service's short code, which has no E.164 form
    UNKNOWN = "unknown"  # special rates, machines, or no telephone number at all


class NotANumber(ValueError):
    """`text` is no telephone number. It stands beside the message, not in it: messages reach the logs."""

    def __init__(self, text: str) -> None:
        super().__init__("not a telephone number")
        self.text = text


# Dialled from France with 0, these ranges lie overseas and have a country code of their own (Arcep's plan).
_OVERSEAS_RANGES = {
    "590": ("590", "690", "691", "7090"),
    "596": ("596", "696", "697", "7091"),
    "262": ("262", "263", "269", "639", "692", "693", "7092"),
    "594": ("594", "694", "7093"),
}
_OVERSEAS_CODE = {start: code for code, starts in _OVERSEAS_RANGES.items() for start in starts}
_FICTION = "63998"  # Arcep keeps 06 39 98 xx xx for films, so also for examples: never Mayotte's
_OVERSEAS = ("+262", "+508", "+590", "+594", "+596", "+681", "+687", "+689")
_MACHINES = "700"  # 0700: machine to machine, never a person

_METROPOLITAN_MOBILE = re.compile(r"\+33(?:6[0-24-8]|7[1-8])\d{7}", re.ASCII)
_FRENCH = re.compile(r"\+33([1-9]\d{8})", re.ASCII)
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_SHORT = re.compile(r"\d{3,6}", re.ASCII)
_USUAL = re.compile(r"\+?[\d\s./()\u2010-\u2015\u2212-]+", re.ASCII)
_SEPARATORS = re.compile(r"[^\d+]", re.ASCII)


def parse(text: str, region: str = "FR") -> E164:
    """Read a number in any usual form: 06…, +33…, 0033…, 33…, with spaces, dots, dashes, slashes or (0).

    `region` (ISO 3166, two letters) is the country of numbers written without a country code. A range dialled
    from France with 0 but lying overseas gets its own code: 0692… becomes +262692….
    Raises NotANumber for anything else, short codes and two numbers in a row included.
    """
    if _METROPOLITAN_MOBILE.fullmatch(text):  # what the database and OVH mostly give: nothing to do
        return E164(text)
    plain = unicodedata.normalize("NFKC", text)
    # Contacts pasted from telephones carry invisible direction marks (category Cf).
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf").strip()
    if not _USUAL.fullmatch(plain):
        raise NotANumber(text)
    try:
        number = phonenumbers.parse(_SEPARATORS.sub("", plain.replace("(0)", "")), region)
    except phonenumbers.NumberParseException:
        raise NotANumber(text) from None
    found = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.country_code == 33:
        french = _FRENCH.fullmatch(found)
        if french is None:
            raise NotANumber(text)
        return E164(f"+{_overseas_code(french[1]) or '33'}{french[1]}")
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible != phonenumbers.ValidationResult.IS_POSSIBLE or not _E164.fullmatch(found):
        raise NotANumber(text)
    return E164(found)


def _overseas_code(significant: str) -> str | None:
    """The country code for nine digits dialled from France, when they lead overseas."""
    if significant.startswith(_FICTION):
        return None
    return _OVERSEAS_CODE.get(significant[:3]) or _OVERSEAS_CODE.get(significant[:4])


def kind(number: E164) -> Kind:
    """What can be reached at the number. A sender that is no E.164 at all is short or unknown."""
    french = _FRENCH.fullmatch(number)
    if french:
        return _kind_in_france(french[1])
    if not _E164.fullmatch(number):
        return Kind.SHORT if _SHORT.fullmatch(number) else Kind.UNKNOWN
    if number.startswith("+33"):
        return Kind.UNKNOWN
    return Kind.OVERSEAS if number.startswith(_OVERSEAS) else Kind.FOREIGN


def _kind_in_france(significant: str) -> Kind:
    if _overseas_code(significant):
        return Kind.OVERSEAS
    if significant[0] == "8" or significant.startswith(_MACHINES):
        return Kind.UNKNOWN
    return Kind.MOBILE if significant[0] in "67" else Kind.FIXED


def reachable_by_short_number(number: E164) -> bool:
    """Whether OVH's short number can text it: mobiles of metropolitan France alone (OVH's guide).

    The form alone is judged: whether the person travels or the number was ported, only the report tells.
    """
    return kind(number) is Kind.MOBILE


def national(number: E164) -> str:
    """The number for people to read: `06 12 34 56 79`, and `+49 1512 3456789` for other countries."""
    french = _FRENCH.fullmatch(number)
    if french:
        digits = "0" + french[1]
        return " ".join(digits[i : i + 2] for i in range(0, 10, 2))
    if not _E164.fullmatch(number):
        return number
    try:
        read = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def mask(number: str) -> str:
    """The number for logs: `+336******79`. Four characters stay in front, two behind; none if short."""
    if len(number) < 10:
        return "*" * len(number)
    return f"{number[:4]}{'*' * (len(number) - 6)}{number[-2:]}"
