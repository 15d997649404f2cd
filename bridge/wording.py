"""What people read: a notice's kind, its parameters and a language become a sentence, a button, a word.

The sentences stand in locales/*.toml. Each has one phrasing or several; the first one whose fields are all
known is said, so that names, plurals and missing facts need no code. What people wrote is filled in, never
parsed.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from bridge.domain.causes import Advice, Cause, advice
from bridge.domain.gsm import MAX_PARTS
from bridge.domain.marks import Status
from bridge.domain.numbers import E164, national
from bridge.domain.rooms import Language

Params = Mapping[str, object]
Fields = dict[str, str]

UNSENT: Final[Mapping[str, Advice]] = {
    "expired": Advice.RETRY,
    "parked": Advice.RETRY,
    "stopped": Advice.CALL,
    "unreachable": Advice.CALL,
    "invalid_number": Advice.CHECK_NUMBER,
    "no_receiver": Advice.CALL,
    "sender": Advice.RETRY,
    "other": Advice.CALL,
}
"""Why an SMS never left, beside the causes that operators tell, and what to do about it."""

_SOON = timedelta(hours=12)  # nearer than that, the hour alone cannot be taken for another day's
_NAMES_TOLD = 5
_LETTERS_TOLD = 8
_LINK_SHOWN = 40  # characters

# Kinds whose sentence depends on one of their parameters; with several, the first one that is there decides.
_DECIDES: Final[Mapping[str, tuple[str, ...]]] = {
    "refused": ("reason",),
    "waiting": ("done", "reason"),
    "not_confirmed_yet": ("done",),
    "paused": ("done", "reason"),
    "may_have_been_sent": ("done",),
    "not_sent_media": ("kind",),
    "ops_parked": ("lane",),
    "ops_paused": ("reason",),
}
# Said when nothing decides, or a word that has no sentence of its own: better than a room that is told nothing.
_OTHERWISE: Final[Mapping[str, str]] = {
    "refused": "other",
    "waiting": "network",
    "not_confirmed_yet": "asked",
    "paused": "network",
    "may_have_been_sent": "asked",
    "not_sent_media": "other",
    "ops_parked": "looks",
    "ops_paused": "network",
}


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
    phrases: Mapping[str, str]
    buttons: Mapping[str, str]
    marks: Mapping[str, str]
    failed: Mapping[str, Any]
    undelivered: Mapping[str, Phrasing]
    unsent: Mapping[str, Phrasing]
    advice: Mapping[str, str]
    summary: Mapping[str, str]
    notices: Mapping[tuple[str, str], tuple[Phrasing, ...]]


@dataclass(frozen=True, slots=True)
class _Here:
    """Where and when something is read."""

    words: Words
    zone: ZoneInfo
    now: datetime | None


def sentence(kind: str, params: Params, language: Language, timezone: str, *, now: datetime | None = None) -> str:
    """What a notice or an answer says in a room. `params` are JSON values, times among them ISO 8601 in UTC.

    Times are shown in the room's `timezone`, with the day unless they are within 12 hours of `now` (aware).
    Raises NoWording for an unknown kind, or when a parameter that every phrasing needs is missing.
    """
    here = _Here(words(language), ZoneInfo(timezone), now)
    if composed := _COMPOSED.get(kind):
        try:
            return composed(params, here)
        except KeyError as missing:
            raise NoWording(f"{kind} needs {missing.args[0]}") from None
    deciding = (params[name] for name in _DECIDES.get(kind, ()) if params.get(name))
    variant, notices = str(next(deciding, "")), here.words.notices
    phrasings = notices.get((kind, variant)) or notices.get((kind, _OTHERWISE.get(kind, "")))
    if phrasings is None:
        raise NoWording(f"no wording for {kind}")
    return _first(kind, phrasings, _fields(params, here))


def button(action: str, params: Params, language: Language) -> str:
    """What a button says. Raises NoWording for an unknown action."""
    template = words(language).buttons.get(action)
    if template is None:
        raise NoWording(f"no wording for the button {action}")
    return template.format_map(params)


def mark_word(status: Status, language: Language) -> str:
    """What a mark says, for those who cannot see or tell signs."""
    return words(language).marks[status.value]


def repeated(text: str, language: Language) -> str:
    """The same post, when it may stand in the room already: "(possible repeat)" after it."""
    return words(language).phrases["repeat"].format(text=text)


@cache
def words(language: Language) -> Words:
    """All that is said in this language, read once."""
    source = (files("bridge") / "locales" / f"{language}.toml").read_text("utf-8")
    told = _typography(tomllib.loads(source), language)
    notices = {}
    for kind, entry in told.pop("notices").items():
        for variant, templates in (entry if isinstance(entry, dict) else {"": entry}).items():
            notices[kind, variant] = tuple(map(_phrasing, templates))
    for table in ("undelivered", "unsent"):
        told[table] = {cause: _phrasing(template) for cause, template in told[table].items()}
    for head in ("undelivered", "unsent", "each", "retried"):
        told["failed"][head] = tuple(map(_phrasing, told["failed"][head]))
    return Words(notices=notices, **told)


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


def _first(kind: str, phrasings: Sequence[Phrasing], fields: Fields) -> str:
    for phrasing in phrasings:
        if phrasing.needs <= fields.keys():
            return phrasing.template.format_map(fields)
    missing = ", ".join(sorted(phrasings[-1].needs - fields.keys()))
    raise NoWording(f"{kind} needs {missing}")


def _fields(params: Params, here: _Here) -> Fields:
    """Parameters as people read them; what is not known is left out."""
    fields = {"limit": str(MAX_PARTS)}
    for name, value in params.items():
        if value is None or (name != "text" and value in ("", [])):
            continue
        match name:
            case "text" | "word":
                fields[name] = here.words.phrases["quote"].format(text=value)
            case "number":
                fields[name] = national(E164(str(value)))
            case "until" | "at":
                fields[name] = _moment(str(value), "at" if name == "at" else "time", here)
            case "people":
                fields |= _people(cast(Sequence[str], value), here.words)
            case "costly":
                fields |= _costly(cast(Sequence[str], value), params, here.words)
            case "remove":
                phrase = here.words.phrases["character" if value == 1 else "characters"]
                fields[name] = phrase.format(count=value)
            case "link":
                fields[name] = _cut(str(value))
            case _:
                fields[name] = str(value)
    return fields


def _cut(link: str) -> str:
    return link if len(link) <= _LINK_SHOWN else f"{link[: _LINK_SHOWN - 1]}…"


def _moment(iso: str, phrase: str, here: _Here) -> str:
    moment = datetime.fromisoformat(iso)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    local = moment.astimezone(here.zone)
    soon = here.now is not None and abs(moment - here.now) < _SOON
    template = here.words.phrases[phrase if soon else f"{phrase}_on_day"]
    return template.format(time=f"{local:%H:%M}", day=here.words.weekdays[local.weekday()])


def _people(people: Sequence[str], told: Words) -> Fields:
    names = [national(E164(person)) for person in people]
    if len(names) == 1:
        return {"person": names[0]}
    others = len(names) - _NAMES_TOLD
    if others <= 0:
        return {"people": _and(names, told)}
    shown = ", ".join(names[:_NAMES_TOLD])
    template = told.phrases["others_one" if others == 1 else "others_many"]
    return {"people": template.format(people=shown, others=others)}


def _costly(letters: Sequence[str], params: Params, told: Words) -> Fields:
    """The letters to replace, if that alone would help and they are few enough to be named."""
    parts_without = params.get("parts_without")
    if not isinstance(parts_without, int) or parts_without > MAX_PARTS or len(letters) > _LETTERS_TOLD:
        return {}
    quote = told.phrases["quote"]
    return {"costly": _and([quote.format(text=letter) for letter in letters], told)}


def _and(items: Sequence[str], told: Words) -> str:
    *before, last = items
    return told.phrases["list_and"].format(before=", ".join(before), last=last) if before else last


def _failed(params: Params, here: _Here) -> str:
    """One failure as a sentence, several as a list that names each."""
    failures = cast(Sequence[Params], params["failures"])
    more = cast(int, params.get("more") or 0)
    retry = bool(params.get("retry")) and not params.get("done")  # pressed: the button is gone
    told = here.words.failed
    if len(failures) == 1 and not more:
        head = "undelivered" if failures[0]["cause"] in here.words.undelivered else "unsent"
        lines = [_failure(failures[0], told[head], retry, here)]
    else:
        lines = [told["several"].format(count=len(failures) + more)]
        lines += [_failure(failure, told["each"], retry, here) for failure in failures]
    if more:
        lines.append(told["more_one" if more == 1 else "more_many"].format(count=more))
    if params.get("done") == "retried":
        lines.append(_first("failed", told["retried"], _fields(params, here)))
    return "\n".join(lines)


def _failure(failure: Params, heads: Sequence[Phrasing], retry: bool, here: _Here) -> str:
    """Whom it concerns, why, and what to do. The name comes first; the number only where it is the matter."""
    cause, fields = str(failure["cause"]), _fields(failure, here)
    why = here.words.undelivered.get(cause) or here.words.unsent.get(cause) or here.words.unsent["other"]
    fields["why"] = _first("failed", (why,), fields)
    if "number" in why.needs:
        del fields["number"]
    then = advice(Cause(cause)) if cause in here.words.undelivered else UNSENT.get(cause, Advice.CALL)
    by_hand = then is Advice.RETRY and not retry
    fields["advice"] = here.words.advice["retry_by_hand" if by_hand else then.value]
    return _first("failed", heads, fields)


def _summary(params: Params, here: _Here) -> str:
    """A list in one line; what is nought is left out, but for those delivered."""
    told = here.words.summary
    counts = {name: cast(int, params[name]) for name in ("delivered", "failed", "unconfirmed", "waiting")}
    if not any(counts.values()):
        return told["cancelled"]
    shown = [name for name, count in counts.items() if count or name == "delivered"]
    return ", ".join(told[name].format(total=params["total"], **counts) for name in shown)


_COMPOSED: Final[Mapping[str, Callable[[Params, _Here], str]]] = {"failed": _failed, "summary": _summary}
