"""All that is said in one language, read once from its file."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any, Final

from bridge.domain.rooms import Language

Fields = dict[str, str]
Phrasings = tuple["Phrasing", ...]

# Tables whose entries are phrasings; the plain ones are words and templates with all their fields known.
_PHRASED: Final = ("undelivered", "unsent", "status", "several", "first", "help")


class NoWording(LookupError):
    """Nothing is written for this kind, or what its sentence needs is missing: a mistake of ours."""


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One way to say it, and the fields it needs."""

    template: str
    needs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Words:
    """All that is said in one language. Notices go by kind and, where a parameter decides, by its value."""

    weekdays: Sequence[str]
    places: Mapping[str, str]
    phrases: Mapping[str, str]
    buttons: Mapping[str, str]
    menu: Mapping[str, str]
    menu_operators: Mapping[str, str]
    forms: Mapping[str, str]
    marks: Mapping[str, str]
    failed: Mapping[str, Any]
    undelivered: Mapping[str, Phrasings]
    unsent: Mapping[str, Phrasings]
    advice: Mapping[str, str]
    summary: Mapping[str, str]
    status: Mapping[str, Phrasings]
    several: Mapping[str, Phrasings]
    first: Mapping[str, Phrasings]
    help: Mapping[str, Phrasings]
    notices: Mapping[tuple[str, str], Phrasings]


@cache
def words(language: Language) -> Words:
    """All that is said in this language, read once."""
    source = (files("bridge") / "locales" / f"{language}.toml").read_text("utf-8")
    told = _typography(tomllib.loads(source), language)
    notices = {}
    for kind, entry in told.pop("notices").items():
        for variant, templates in (entry if isinstance(entry, dict) else {"": entry}).items():
            notices[kind, variant] = _phrasings(templates)
    for table in _PHRASED:
        told[table] = {key: _phrasings(templates) for key, templates in told[table].items()}
    for head in ("undelivered", "unsent", "each", "retried"):
        told["failed"][head] = _phrasings(told["failed"][head])
    return Words(notices=notices, **told)


def first(kind: str, phrasings: Sequence[Phrasing], fields: Fields) -> str:
    """The first phrasing whose fields are all known. Raises NoWording when none is."""
    for phrasing in phrasings:
        if phrasing.needs <= fields.keys():
            return phrasing.template.format_map(fields)
    missing = ", ".join(sorted(phrasings[-1].needs - fields.keys()))
    raise NoWording(f"{kind} needs {missing}")


def _phrasings(templates: str | Sequence[str]) -> Phrasings:
    return tuple(map(_phrasing, [templates] if isinstance(templates, str) else templates))


def _phrasing(template: str) -> Phrasing:
    return Phrasing(template, frozenset(name for _, name, _, _ in Formatter().parse(template) if name))


def _typography(entry: Any, language: Language) -> Any:
    """French spaces as printers set them: they never end a line. Translators type plain ones."""
    match entry:
        case str() if language == "fr":
            thin = re.sub(r" (?=[;!?])", "\N{NARROW NO-BREAK SPACE}", entry)
            return re.sub(r" (?=[:»])|(?<=«) ", "\N{NO-BREAK SPACE}", thin)
        case list():
            return [_typography(each, language) for each in entry]
        case dict():
            return {key: _typography(value, language) for key, value in entry.items()}
        case _:
            return entry
