"""A notice's parameters as people read them: numbers, times, names, lists, letters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from bridge.domain.commands import READERS, SIGN
from bridge.domain.gsm import MAX_PARTS
from bridge.domain.numbers import E164, national
from bridge.wording.words import Fields, Words

Params = Mapping[str, object]

_SMS: Final = "sms"
_SOON = timedelta(hours=12)  # nearer than that, the hour alone cannot be taken for another day's
_NAMES_TOLD: Final = 5
_LETTERS_TOLD: Final = 8
_THIS_WEEK: Final = timedelta(days=6)
_LINK_SHOWN: Final = 40  # characters


@dataclass(frozen=True, slots=True)
class Chat:
    """The chat that something is read in: its platform's name, and what opens a command there.

    Sentences that show a command use `{sign}`, and `{sms}` for the one that writes to a number; `{place}` is what
    people there call a room. `signs`: what opens a command on each platform, for sentences about a place elsewhere.
    """

    platform: str = ""
    sign: str = SIGN
    signs: Mapping[str, str] = field(default_factory=dict)

    @property
    def sms(self) -> str:
        """What opens an SMS to a number; a sign that says so itself says it once."""
        alone = self.sign.strip()
        return alone if alone.endswith(_SMS) else self.sign + _SMS

    def command(self, word: str) -> str:
        """A command as it is typed there."""
        return self.sms if word == _SMS else self.sign + word

    def of(self, params: Params) -> "Chat":
        """The chat of the room or the platform that a notice tells of; this one, where it tells of none."""
        told = params.get("room") if ":" in str(params.get("room")) else params.get("platform")
        platform = str(told or "").partition(":")[0]
        return Chat(platform, self.signs.get(platform, SIGN), self.signs) if platform else self


@dataclass(frozen=True, slots=True)
class Here:
    """Where and when something is read."""

    words: Words
    zone: ZoneInfo
    now: datetime | None
    chat: Chat

    def fields(self, params: Params) -> Fields:
        """What every sentence may say. A place that is told of is called as it is there, wherever that is read."""
        chat, places = self.chat.of(params), self.words.places
        place = places.get(chat.platform, places["other"])
        return {"limit": str(MAX_PARTS), "sign": chat.sign, "sms": chat.sms, "place": place}


def fields_of(params: Params, here: Here) -> Fields:
    """Parameters as people read them; what is not known is left out."""
    fields = here.fields(params)
    for name, value in params.items():
        if value is None or (name != "text" and value in ("", [])):
            continue
        if name in _LISTS:
            fields |= _LISTS[name](name, cast(Sequence[str], value), params, here.words)
        else:
            shown = _SHOWN.get(name)
            fields[name] = str(value) if shown is None else shown(value, here)
    return fields


def quoted(text: str, words: Words) -> str:
    """What people wrote, between the language's quotation marks."""
    return words.phrases["quote"].format(text=text)


def counted(what: str, count: float, words: Words) -> str:
    """So many of something: 1 character, 1,240 credits."""
    signs = {",": words.phrases["thousands"], ".": words.phrases["decimals"]}
    shown = "".join(signs.get(sign, sign) for sign in f"{count:,.10g}")
    one = count == 1 or count < float(words.phrases["one_below"])
    return words.phrases[what if one else f"{what}s"].format(count=shown)


def lasting(seconds: int, words: Words) -> str:
    """So long, in minutes where that comes out even."""
    return counted("second", seconds, words) if seconds % 60 else counted("minute", seconds // 60, words)


def cut(text: str) -> str:
    """A link or the like, as much of it as tells which one is meant."""
    return text if len(text) <= _LINK_SHOWN else f"{text[: _LINK_SHOWN - 1]}…"


def named(names: Sequence[str], count: int, words: Words, others: str = "others") -> str:
    """Five names at most, and how many more there are; `others`: what these are called."""
    more = count - _NAMES_TOLD
    if more <= 0:
        return _and(names, words)
    template = words.phrases[f"{others}_one" if more == 1 else f"{others}_many"]
    return template.format(people=", ".join(names[:_NAMES_TOLD]), others=more)


def one_person(person: str) -> Fields:
    """A name; or a number, for which a sentence may have a phrasing with an article."""
    shown = national(E164(person))
    return {"person": shown} if shown == person else {"person": shown, "number": shown}


def readable(people: Sequence[str]) -> list[str]:
    """Names as they are, numbers as people write them."""
    return [national(E164(person)) for person in people]


def _command(word: str, chat: Chat) -> str:
    """A command of ours as it is typed in this chat; anything else, with its sign, as it was typed."""
    return chat.command(word) if word in READERS else word


def _moment(iso: str, phrase: str, here: Here) -> str:
    moment = datetime.fromisoformat(iso)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    local = moment.astimezone(here.zone)
    soon = here.now is not None and abs(moment - here.now) < _SOON
    template = here.words.phrases[phrase if soon else f"{phrase}_on_day"]
    day = here.words.weekdays[local.weekday()]
    if here.now is not None and abs(moment - here.now) > _THIS_WEEK:
        day = f"{day} {local:%d/%m}"  # else it might be taken for the coming one, or the last
    return template.format(time=f"{local:%H:%M}", day=day)


def _people(_: str, people: Sequence[str], __: Params, words: Words) -> Fields:
    if len(people) == 1:
        return one_person(people[0])
    return {"people": named(readable(people), len(people), words)}


def _phones(name: str, phones: Sequence[str], _: Params, words: Words) -> Fields:
    """Their names, and the first one for an example."""
    return {name: _and([quoted(phone, words) for phone in phones], words), "phone": phones[0]}


def _quoted(name: str, items: Sequence[str], _: Params, words: Words) -> Fields:
    """One of them alone has a field of its own: `other`, `detail`."""
    shown = [quoted(cut(item), words) for item in items]
    return {name.removesuffix("s"): shown[0]} if len(shown) == 1 else {name: _and(shown, words)}


def _costly(name: str, letters: Sequence[str], params: Params, words: Words) -> Fields:
    """The letters to replace, if that alone would help and they are few enough to be named."""
    parts_without = params.get("parts_without")
    if not isinstance(parts_without, int) or parts_without > MAX_PARTS or len(letters) > _LETTERS_TOLD:
        return {}
    return {name: _and([quoted(letter, words) for letter in letters], words)}


def _and(items: Sequence[str], words: Words) -> str:
    *before, last = items
    return words.phrases["list_and"].format(before=", ".join(before), last=last) if before else last


_LISTS: Final[Mapping[str, Callable[[str, Sequence[str], Params, Words], Fields]]] = {
    "people": _people,
    "phones": _phones,
    "others": _quoted,
    "details": _quoted,
    "costly": _costly,
}
_SHOWN: Final[Mapping[str, Callable[[Any, Here], str]]] = {
    "text": lambda text, here: quoted(str(text), here.words) if text else here.words.phrases["empty"],
    "elsewhere": lambda _, here: here.words.phrases["elsewhere"],
    "typed": lambda text, here: quoted(cut(str(text)), here.words),
    "opening": lambda text, here: quoted(str(text), here.words),
    "word": lambda word, here: quoted(_command(str(word), here.chat), here.words),
    "number": lambda number, _: national(E164(str(number))),
    "until": lambda until, here: _moment(str(until), "time", here),
    "since": lambda since, here: _moment(str(since), "time", here),
    "at": lambda at, here: _moment(str(at), "at", here),
    "remove": lambda remove, here: counted("character", remove, here.words),
    "price": lambda credits_, here: counted("credit", credits_, here.words),
    "left": lambda credits_, here: counted("credit", credits_, here.words),
    "hold": lambda seconds, here: lasting(seconds, here.words),
    "link": lambda link, _: cut(str(link)),
    "platform": lambda platform, _: str(platform).capitalize(),
}
