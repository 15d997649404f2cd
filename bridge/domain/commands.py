"""What a person asks of the bridge: one grammar for all platforms.

A command opens with `/`, whatever opens it where it was typed, and goes on with a word that stands in a table beside
its reader: further commands find their place there. Words may be capitals. What is a command and cannot be carried out
as it stands becomes a `Mistake`, whose sentence names the cause and shows one example to copy.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bridge.domain.numbers import E164
from bridge.domain.numbers_in_words import Unclear, figures_in_front, leading_number

SIGN: Final = "/"
"""What opens a command in an event's text, whatever opens it on the platform."""


@dataclass(frozen=True, slots=True)
class Help:
    """What may this person do here?"""


@dataclass(frozen=True, slots=True)
class Sms:
    """These words to this number, line breaks kept."""

    who: E164
    text: str


@dataclass(frozen=True, slots=True)
class Status:
    """How does that message stand?"""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop that message, if it has not left."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Send that message again to those whose failure was for now."""


@dataclass(frozen=True, slots=True)
class LinkRoom:
    """The place that shows this code gets a phone and receivers: `words` names both, see domain/linking.py."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Unlink:
    """No phone is for this room any more."""


@dataclass(frozen=True, slots=True)
class Credits:
    """What is left on the room's account?"""


@dataclass(frozen=True, slots=True)
class Id:
    """What does the configuration call this place?"""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A known command that cannot be carried out: `cause` names its sentence, `params` what that needs."""

    cause: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unknown:
    """No command of ours. `word` opens with the sign, as it was typed."""

    word: str


Command = Help | Sms | Status | Cancel | Retry | LinkRoom | Unlink | Credits | Id | Mistake | Unknown

_FIRST = re.compile(r"(?P<word>\S*)\s*(?P<rest>.*)", re.DOTALL)


def read(text: str) -> Command:
    """Read a text that opens with the sign, internal notes taken out of it before."""
    found = _FIRST.fullmatch(text.strip().removeprefix(SIGN))
    word, rest = (found["word"], found["rest"]) if found else ("", "")
    reader = READERS.get(word.lower())
    if reader is not None:
        return reader(word.lower(), rest)
    opened = not word and rest.startswith(SIGN)  # behind the sign stands what was typed with another one
    return Unknown(rest.split(maxsplit=1)[0] if opened else f"{SIGN}{word}")


def _help(_word: str, _rest: str) -> Command:
    return Help()  # Telegram's /start may carry words of its own


def _alone(command: Command) -> Callable[[str, str], Command]:
    """A command that takes no words: with some it might mean what we cannot do, so nothing is done."""
    return lambda word, rest: Mistake("alone", {"word": word}) if rest else command


def _sms(_word: str, rest: str) -> Command:
    try:
        number, text = leading_number(rest)
    except Unclear as unclear:
        return Mistake("sms_which_number", {"typed": unclear.typed})
    if number is None:
        typed = figures_in_front(rest)
        return Mistake("sms_no_number", {"typed": typed}) if typed else Mistake("sms_number")
    return Sms(number, text) if text else Mistake("sms_text", {"number": number})


def _link(_word: str, rest: str) -> Command:
    code, *words = rest.split(maxsplit=1)[:2] or ("",)
    return LinkRoom(code.upper(), words[0]) if words else Mistake("link")


READERS: Final[Mapping[str, Callable[[str, str], Command]]] = {
    "help": _help,
    "start": _help,
    "sms": _sms,
    "status": _alone(Status()),
    "cancel": _alone(Cancel()),
    "retry": _alone(Retry()),
    "link": _link,
    "unlink": _alone(Unlink()),
    "credits": _alone(Credits()),
    "id": _alone(Id()),
}
"""Each word with what reads the rest of its line: word in lower case, rest -> command."""
