"""What is wrong in a configuration: key paths and sentences, in the file's own language, without values."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from pydantic import ValidationError

from bridge.config.sentences import KINDS, SENTENCES

Loc = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A mistake before it is worded: where, a code of sentences.py, and what fills the sentence's {}."""

    loc: Loc
    code: str
    filling: str = ""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend: `path` such as `phones[0].sender` (or the file's name), `text` a sentence."""

    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


class ConfigMistakes(Exception):
    """The configuration cannot be used; `mistakes` are all that one reading found."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


def path_of(loc: Loc) -> str:
    """`("phones", 0, "sender")` as a person writes it: `phones[0].sender`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc).removeprefix(".")


_UNREAD = frozenset({"env_missing", "env_empty", "file_unreadable", "file_empty"})


def worded(found: Iterable[Found], language: Literal["en", "fr"]) -> ConfigMistakes:
    """Give each finding its sentence; one mistake a path, the first one found."""
    sentences = SENTENCES[language]
    first: dict[str, Mistake] = {}
    for one in found:
        path = path_of(one.loc)
        text = sentences[one.code].format(one.filling)
        if one.loc[-1] == "consumer_key" and one.code in _UNREAD:
            text += sentences["or_setup"]
        first.setdefault(path, Mistake(path, text))
    return ConfigMistakes(tuple(first.values()))


def of_types(error: ValidationError, known_keys: Mapping[str, frozenset[str]]) -> list[Found]:
    """Translate pydantic's findings; `known_keys` by the section's key, "" for the file itself.

    Neither inputs nor contexts are looked at: they hold what was typed.
    """
    return [
        _unknown(one["loc"], known_keys)
        if one["type"] == "extra_forbidden"
        else _of_type(one["loc"], one["type"], one["msg"])
        for one in error.errors(include_input=False, include_context=False, include_url=False)
    ]


def _of_type(loc: Loc, kind: str, message: str) -> Found:
    code = KINDS.get(kind, kind if kind in SENTENCES["en"] else "other")
    match code:
        case "choice":  # the message names the choices in quotes, never the input
            return Found(loc, code, ", ".join(re.findall(r"'([^']*)'", message)))
        case "at_least" | "at_most" | "too_short" | "too_long":
            limit = re.search(r"\d+", message)
            return Found(loc, code, limit[0] if limit else "")
        case _:
            return Found(loc, code)


def _unknown(loc: Loc, known_keys: Mapping[str, frozenset[str]]) -> Found:
    section = next((step for step in reversed(loc[:-1]) if isinstance(step, str)), "")
    near = get_close_matches(str(loc[-1]), sorted(known_keys.get(section, ())), n=1)
    return Found(loc, "unknown_but", near[0]) if near else Found(loc, "unknown")
