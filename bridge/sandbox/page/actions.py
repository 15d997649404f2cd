"""What a person can do on the demo page: small values, read from the page's JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Language = Literal["fr", "en"]
FaultMode = Literal["ok", "silent", "unconfirmed", "no_credits", "revoked"]
TelephoneChange = Literal[
    "switch_off", "switch_on", "does_not_exist", "exists", "window_48h", "window_open", "write_stop"
]

MAX_TEXT = 4000  # characters; a chat takes about as many
MAX_NAME = 200  # characters of an address, an id, a number, a person


class ActionRefused(Exception):
    """The stage, or the page's own reading of the JSON, will not do it; `fr` and `en` say why."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(en)
        self.fr = fr
        self.en = en


@dataclass(frozen=True, slots=True)
class Send:
    """`person` types `text` into the room at address `room`, in reply to an entry's id or to nothing."""

    room: str
    person: str
    text: str
    reply_to: str | None


@dataclass(frozen=True, slots=True)
class Edit:
    """The author changes the text of a typed entry."""

    entry: str
    text: str


@dataclass(frozen=True, slots=True)
class Delete:
    """The author deletes a typed entry."""

    entry: str


@dataclass(frozen=True, slots=True)
class Press:
    """`person` presses the button bearing `data` under a post."""

    entry: str
    data: str
    person: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The telephone `number` writes `text` back."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class SetTelephone:
    """Something happens to a telephone; `window_48h` ends the 48 h for answers, `window_open` opens them."""

    number: str
    change: TelephoneChange


@dataclass(frozen=True, slots=True)
class SetFault:
    """OVH misbehaves from now on; `ok` ends it."""

    mode: FaultMode


@dataclass(frozen=True, slots=True)
class PowerCut:
    """Kill the bridge with SIGKILL and start it again."""


@dataclass(frozen=True, slots=True)
class StartAgain:
    """Everything as in the beginning."""


@dataclass(frozen=True, slots=True)
class SpeakLanguage:
    """Rooms speak this language from now on."""

    language: Language


Action = Send | Edit | Delete | Press | Answer | SetTelephone | SetFault | PowerCut | StartAgain | SpeakLanguage


@dataclass(frozen=True, slots=True)
class _Fields:
    values: Mapping[str, object]

    def name(self, key: str) -> str:
        return self._string(key, MAX_NAME)

    def text(self) -> str:
        text = self._string("text", MAX_TEXT)
        if not text.strip():
            raise ActionRefused("Il n'y a rien à envoyer.", "There is nothing to send.")
        return text

    def optional(self, key: str) -> str | None:
        return None if self.values.get(key) is None else self.name(key)

    def _string(self, key: str, limit: int) -> str:
        value = self.values.get(key)
        if not isinstance(value, str):
            raise ActionRefused(f"Il manque « {key} ».", f'"{key}" is missing.')
        if len(value) > limit:
            raise ActionRefused(
                f"Trop long : {len(value)} caractères, maximum {limit}.",
                f"Too long: {len(value)} characters, the limit is {limit}.",
            )
        return value


def _unknown(what: str) -> ActionRefused:
    return ActionRefused(f"La page ne connaît pas « {what[:40]} ».", f'The page does not know "{what[:40]}".')


def _fault(fields: _Fields) -> Action:
    match fields.name("mode"):
        case ("ok" | "silent" | "unconfirmed" | "no_credits" | "revoked") as mode:
            return SetFault(mode)
        case other:
            raise _unknown(other)


def _language(fields: _Fields) -> Action:
    match fields.name("language"):
        case ("fr" | "en") as language:
            return SpeakLanguage(language)
        case other:
            raise _unknown(other)


def _telephone(change: TelephoneChange) -> Callable[[_Fields], Action]:
    return lambda fields: SetTelephone(fields.name("number"), change)


_READ: dict[str, Callable[[_Fields], Action]] = {
    "send": lambda f: Send(f.name("room"), f.name("person"), f.text(), f.optional("reply_to")),
    "edit": lambda f: Edit(f.name("entry"), f.text()),
    "delete": lambda f: Delete(f.name("entry")),
    "press": lambda f: Press(f.name("entry"), f.name("data"), f.name("person")),
    "answer": lambda f: Answer(f.name("number"), f.text()),
    "fault": _fault,
    "power_cut": lambda _: PowerCut(),
    "start_again": lambda _: StartAgain(),
    "language": _language,
    **{change: _telephone(change) for change in get_args(TelephoneChange)},
}


def read_action(body: object) -> Action:
    """The action in a decoded JSON body `{"action": …, …}`; raises `ActionRefused` on anything else."""
    if not isinstance(body, dict):
        raise ActionRefused("La page n'a pas compris la demande.", "The page did not understand the request.")
    fields = _Fields(body)
    name = fields.name("action")
    read = _READ.get(name)
    if read is None:
        raise _unknown(name)
    return read(fields)
