"""The chat server's words in ours, both ways, and its failures. Nothing foreign leaves this adapter."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import aiohttp

from bridge.domain.events import (
    BotRemoved,
    BotRestored,
    ChatEvent,
    Deleted,
    Edited,
    Invited,
    Kind,
    Pressed,
    RoomMoved,
    Typed,
    Unreadable,
)
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Refusal, Temporary
from bridge.domain.ids import ChatRef, Person, RoomAddress
from bridge.domain.wellformed import well_formed
from bridge.ports.chat import Mark, Post, PostedRef

PLATFORM = "web"

Failure = Temporary | Permanent | OutcomeUnknown

_REFUSALS: Mapping[str, Refusal] = {
    "no_room": Refusal.ROOM_GONE,
    "bot_removed": Refusal.ROOM_GONE,
    "muted": Refusal.MAY_NOT_WRITE,
}
_KINDS: Mapping[str, Kind] = {kind: kind for kind in get_args(Kind)}


def failure_of_answer(status: int, body: bytes) -> Failure:
    """What an answer other than 200 means. A 5xx may have done what it was asked."""
    try:
        said = answer_of(body)
    except OutcomeUnknown:
        said = {}  # a proxy's page: its status alone speaks
    match status:
        case 429:
            return Temporary(Reason.RATE, _seconds(said.get("retry_after")), scope="account")
        case 401:
            return Temporary(Reason.KEYS, scope="account")
        case 413:
            return Permanent(Refusal.TOO_LONG)
        case _ if 400 <= status < 500:
            code = str(said.get("error", status))
            return Permanent(_REFUSALS.get(code, Refusal.OTHER), code)
        case _ if 300 <= status < 400:  # a proxy that sends elsewhere: the chat server never saw it
            return Temporary(Reason.SERVER)
        case _:
            return OutcomeUnknown(Reason.SERVER)


def failure_of_exception(error: Exception) -> Failure:
    """What aiohttp's exceptions mean: without a connection nothing was sent, all others leave it open."""
    match error:
        case aiohttp.InvalidURL():
            return Permanent(Refusal.OTHER, "the chat server's address cannot be used")
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return Temporary(Reason.NETWORK)
        case _:
            return OutcomeUnknown(Reason.NETWORK)


def answer_of(body: bytes) -> dict[str, Any]:
    """The object in a 200's body. Raises OutcomeUnknown when there is none: a proxy may have answered."""
    try:
        value = json.loads(body)
    except ValueError:
        raise OutcomeUnknown(Reason.SERVER) from None
    if not isinstance(value, dict):
        raise OutcomeUnknown(Reason.SERVER)
    return value


def posted_of(answer: Mapping[str, Any]) -> PostedRef:
    """Where a post stands. Raises OutcomeUnknown when the answer does not say."""
    try:
        fields = _Fields(answer)
        return PostedRef(fields.room, fields.filled("id"))
    except _Unclear:
        raise OutcomeUnknown(Reason.SERVER) from None


def post_body(post: Post) -> dict[str, Any]:
    """A post as the chat server takes it."""
    return {
        "key": f"post-{post.id}",  # a repeat with it is the same post
        "room": post.room.address,
        "text": well_formed(post.text),
        "reply_to": post.reply_to,
        "buttons": [{"data": b.data, "label": well_formed(b.label)} for b in post.buttons],
        "pinned": post.pinned,
    }


def mark_body(mark: Mark, previous: str | None) -> dict[str, Any]:
    """A mark as the chat server takes it."""
    summary = None if mark.summary is None else asdict(mark.summary)
    return {
        "status": mark.status.value,
        "word": well_formed(mark.word),
        "summary": summary,
        "previous": previous,
    }


@dataclass(frozen=True, slots=True)
class Batch:
    """What one poll brought, in order; `cursor` is the number that confirms it."""

    events: tuple[ChatEvent, ...]
    cursor: int


def batch_of(answer: Mapping[str, Any], after: int) -> Batch:
    """Read a poll's answer, its events in the order of their numbers; the cursor never goes back.

    Events that cannot be read are Unreadable. Raises OutcomeUnknown when there are no events to read at all.
    """
    raw = answer.get("events")
    if not isinstance(raw, list):
        raise OutcomeUnknown(Reason.SERVER)
    numbered = sorted(raw, key=lambda item: _number(item) or 0)
    numbers = [number for number in (_number(item) for item in raw) if number is not None]
    told = answer.get("cursor")
    cursor = told if type(told) is int else max(numbers, default=after)
    return Batch(tuple(event_of(item) for item in numbered), max(cursor, after))


def event_of(raw: object) -> ChatEvent:
    """One event in our words, or Unreadable with an id from its content, so that a repeat is the same."""
    fields = _Fields(raw if isinstance(raw, dict) else {"kind": ""})
    try:
        return _READ.get(fields.text("kind"), _unknown_kind)(fields)
    except _Unclear as unclear:
        kept = json.dumps(raw, sort_keys=True)
        digest = hashlib.sha256(kept.encode()).hexdigest()
        return Unreadable(f"unreadable-{digest[:32]}", fields.room_or_none(), str(unclear), kept)


class _Unclear(ValueError):
    """Says what is wrong with an event, without what stands in it."""


@dataclass(frozen=True, slots=True)
class _Fields:
    values: Mapping[str, object]

    def text(self, key: str) -> str:
        value = self.values.get(key)
        if not isinstance(value, str):
            raise _Unclear(f"{key} is not a text")
        return well_formed(value)

    def filled(self, key: str) -> str:
        value = self.text(key)
        if not value:
            raise _Unclear(f"{key} is empty")
        return value

    def optional(self, key: str) -> str | None:
        return None if self.values.get(key) is None else self.filled(key)

    @property
    def event_id(self) -> str:
        number = _number(self.values)
        if number is None:
            raise _Unclear("number is not a whole number")
        return str(number)

    @property
    def room(self) -> RoomAddress:
        return RoomAddress(PLATFORM, self.filled("room"))

    def room_or_none(self) -> RoomAddress | None:
        room = self.values.get("room")
        return RoomAddress(PLATFORM, well_formed(room)) if isinstance(room, str) and room else None

    @property
    def ref(self) -> ChatRef:
        return ChatRef(self.room, self.filled("entry"))

    @property
    def person(self) -> Person:
        value = self.values.get("person")
        if not isinstance(value, dict):
            raise _Unclear("person is not an object")
        fields = _Fields(value)
        return Person(PLATFORM, fields.filled("id"), fields.text("name"))

    @property
    def at(self) -> datetime:
        try:
            at = datetime.fromisoformat(self.filled("at"))
        except ValueError:
            raise _Unclear("at is not a time") from None
        if at.tzinfo is None:
            raise _Unclear("at has no time zone")
        return at.astimezone(UTC)

    @property
    def content(self) -> Kind:
        value = self.values.get("content", "text")
        return _KINDS.get(value, "other") if isinstance(value, str) else "other"


def _unknown_kind(_: _Fields) -> ChatEvent:
    raise _Unclear("its kind is not known")


_READ: Mapping[str, Callable[[_Fields], ChatEvent]] = {
    "typed": lambda f: Typed(
        event_id=f.event_id,
        ref=f.ref,
        person=f.person,
        text=f.text("text"),
        wrote_at=f.at,
        reply_to=f.optional("reply_to"),
        kind=f.content,
        forwarded=f.values.get("forwarded") is True,
    ),
    "edited": lambda f: Edited(f.event_id, f.ref, f.person, f.text("text"), f.at),
    "deleted": lambda f: Deleted(f.event_id, f.ref, f.person, f.at),
    "pressed": lambda f: Pressed(f.event_id, f.ref, f.person, f.filled("data"), f.at),
    "invited": lambda f: Invited(f.event_id, f.room, f.person),
    "bot_removed": lambda f: BotRemoved(f.event_id, f.room),
    "bot_restored": lambda f: BotRestored(f.event_id, f.room),
    "room_moved": lambda f: RoomMoved(f.event_id, f.room, RoomAddress(PLATFORM, f.filled("to"))),
}


def _number(raw: object) -> int | None:
    number = raw.get("number") if isinstance(raw, Mapping) else None
    return number if type(number) is int and number >= 0 else None


def _seconds(value: object) -> timedelta | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 86400:
        return timedelta(seconds=value)
    return None
