"""Typographic signs made plain, since one of them alone makes a text cost twice. Letters never change.

Each sign becomes one plain sign (an ellipsis three dots): « Bonjour » keeps the spaces inside its quotes.
"""

import re
import unicodedata
from typing import Final

_SIGNS: Final = {
    "'": "\u2018\u2019\u201a\u201b\u2032\u2039\u203a\u02bc\u00b4`",
    '"': "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u2023\u2043\u25e6\ufe58\ufe63\uff0d",
    "...": "\u2026",
    ".": "\u00b7\u2024",  # the middle dot of "patient·e·s"
    " ": "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t",
    "\n": "\u2028\u2029\u0085",
    # Invisible: soft hyphen, zero-width space and joins of lines, marks of direction (letters have theirs).
    # U+200C and U+200D stay: letters of Persian or Hindi, and joined emoji, are read by them.
    "": "\u00ad\u200b\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
}
_PLAIN: Final = str.maketrans({sign: plain for plain, signs in _SIGNS.items() for sign in signs})
_NOTHING_TO_DO = re.compile(r"[\n\r -_a-~\u00c0-\u00ff]*")  # ASCII but tab and backtick; letters of Latin-1


def plain_text(text: str) -> str:
    """The text with plain signs, in NFC. Doing it twice changes nothing more.

    NFC first: a composed é is in the GSM alphabet, the same é typed as e and accent (macOS, PDF) is not.
    """
    if _NOTHING_TO_DO.fullmatch(text):
        return text
    plain = unicodedata.normalize("NFC", text).translate(_PLAIN)
    return unicodedata.normalize("NFC", plain)  # a removed sign may have stood between a letter and its accent
