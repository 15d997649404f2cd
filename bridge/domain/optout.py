"""Whether an answer asks for no more SMS: the whole message is a STOP word, in French or English.

Conservative on purpose, since a STOP silences every room of the account. Words that patients answer with
("annuler", "fin", "cancel", "end", "quit") are none, and a word inside a sentence never counts ("je veux que
ça s'arrête", "stop or go?"): the team reads those. "arrêter" is left out for the same reason.
"""

import re
import unicodedata
from typing import Final

_WORDS: Final = (
    "desabonnement",
    "desabonner",
    "desabonnez[- ]moi",
    "desinscription",
    "desinscrire",
    "desinscrivez[- ]moi",
    "unsubscribe( me)?",
    "opt[- ]?out",
    "stop ?all",
    # As the clause under commercial SMS asks: "STOP au 36111", "STOP SMS 38416". French short codes have five
    # digits from 3 to 8; "stop 12" is a bus stop.
    "(stop|arret)( ?sms)?( ?(au )?[3-8][0-9]{4})?",
)
_STOP = re.compile("|".join(f"(?:{word})" for word in _WORDS))
_AROUND = re.compile(r"^[\W_]+|[\W_]+$")
_LONGEST: Final = 60  # characters, signs included, spaces around not: what is longer is a sentence


def is_stop(text: str) -> bool:
    """Whether the whole message is a STOP word, whatever its case, its accents and the signs around it."""
    if len(text.strip()) > _LONGEST:
        return False
    letters = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(c for c in letters if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return _STOP.fullmatch(" ".join(_AROUND.sub("", bare).split())) is not None
