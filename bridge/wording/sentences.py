"""One notice, one sentence; buttons, marks and the menu."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bridge.domain.marks import Status
from bridge.domain.rooms import Language
from bridge.wording.asking import first_message, help_, several, status
from bridge.wording.failing import failed, summary
from bridge.wording.fields import Chat, Here, Params, fields_of
from bridge.wording.words import NoWording, first, words

# Kinds whose sentence depends on one of their parameters; with several, the first one that is there decides.
_DECIDES: Final[Mapping[str, tuple[str, ...]]] = {
    "refused": ("done", "reason"),
    "waiting": ("done", "reason"),
    "not_confirmed_yet": ("done",),
    "paused": ("done", "reason"),
    "may_have_been_sent": ("done",),
    "not_sent_media": ("kind",),
    "mistake": ("cause",),
    "cancel_told": ("why",),
    "ops_parked": ("lane",),
    "ops_paused": ("reason",),
    "ops_room_shut": ("state",),
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
    "ops_room_shut": "suspended",
}
_NUMBERED: Final = frozenset({"matrix"})
"""Where choices are numbers, which people might type."""
_COMPOSED: Final[Mapping[str, Callable[[Params, Here], str]]] = {
    "failed": failed,
    "summary": summary,
    "status": status,
    "several_parts": several,
    "first_message": first_message,
    "help": help_,
}


def sentence(
    kind: str,
    params: Params,
    language: Language,
    timezone: str,
    *,
    now: datetime | None = None,
    chat: Chat = Chat(),  # noqa: B008 - frozen
) -> str:
    """What a notice or an answer says in a room. `params` are JSON values, times among them ISO 8601 in UTC.

    Times are shown in the room's `timezone`, with the day unless they are within 12 hours of `now` (aware).
    Raises NoWording for an unknown kind, or when a parameter that every phrasing needs is missing.
    """
    here = Here(words(language), ZoneInfo(timezone), now, chat)
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
    return first(kind, phrasings, fields_of(params, here))


def button(action: str, params: Params, language: Language) -> str:
    """What a button says. Raises NoWording for an unknown action."""
    template = words(language).buttons.get(action)
    if template is None:
        raise NoWording(f"no wording for the button {action}")
    return template.format_map(params)


def mark_word(status: Status, language: Language) -> str:
    """What a mark says, for those who cannot see or tell signs."""
    return words(language).marks[status.value]


def menu(language: Language) -> Mapping[str, str]:
    """What everybody may type, each word with what it does, for a platform's menu."""
    return words(language).menu


def offered(text: str, language: Language, chat: Chat) -> str:
    """The same post with choices below it: how to take one, where they are no buttons."""
    return words(language).phrases["choose"].format(text=text) if chat.platform in _NUMBERED else text


def repeated(text: str, language: Language) -> str:
    """The same post, when it may stand in the room already: "(possible repeat)" after it."""
    return words(language).phrases["repeat"].format(text=text)
