"""A room's events in our words, one by one, as the server wrote them: what cannot be read blocks no other."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from bridge.adapters.matrix.addresses import PLATFORM, is_event_id, is_room_id, room_of
from bridge.adapters.matrix.choices import choice_of
from bridge.adapters.matrix.content import POLLS, is_forwarded, kind_of, replaced, replied_to, words_of
from bridge.adapters.matrix.reading import at
from bridge.adapters.matrix.sending import BY, OURS
from bridge.domain.events import BotRemoved, BotRestored, ChatEvent, Deleted, Edited, Typed, Unreadable
from bridge.domain.ids import ChatRef, Person
from bridge.domain.wellformed import well_formed

Raw = Mapping[str, Any]

SEALED = "m.room.encrypted"
MEGOLM = "m.megolm.v1.aes-sha2"  # the one way in which rooms are encrypted (spec.matrix.org, m.room.encrypted)
_WRITTEN = frozenset({"m.room.message", "m.sticker"}) | POLLS


@dataclass(frozen=True, slots=True)
class Reaction:
    """Somebody chose the `number`th of a post's choices; what that means stands in the room."""

    event_id: str
    ref: ChatRef
    person: Person
    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class StillSealed:
    """A message without a key."""

    raw: Raw


@dataclass(frozen=True, slots=True)
class Replaced:
    """The room goes on as another one."""

    by: str


@dataclass(frozen=True, slots=True)
class Levels:
    """Who may do what was changed; whether we may still write must be worked out."""

    event_id: str
    content: Raw


Found = ChatEvent | Reaction | StillSealed | Replaced | Levels


@dataclass(frozen=True, slots=True)
class Reader:
    """One account's eyes. `name_of`: what people call a user in a room."""

    user: str
    name_of: Callable[[str, str], str]

    def read(self, room_id: str, raw: object) -> Found | None:
        """What an event says, None for what is nothing to us. Never raises."""
        try:
            return self._read(room_id, raw)
        except Exception as error:  # whatever the event's shape makes us stumble over, only this one is not read
            return unreadable(room_id, raw, error)

    def _read(self, room_id: str, raw: object) -> Found | None:
        if not isinstance(raw, Mapping):
            raise TypeError("no event")
        kind, content = raw["type"], raw["content"]
        if not isinstance(kind, str) or not isinstance(content, Mapping):
            raise TypeError("no event")
        if kind == "m.room.member":
            return self._membership(room_id, raw) if raw.get("state_key") == self.user else None
        if raw["sender"] == self.user:
            return None
        if kind in _WRITTEN:
            return self._written(room_id, raw, kind, content)
        return self._about(room_id, raw, kind, content)

    def _about(self, room_id: str, raw: Raw, kind: str, content: Raw) -> Found | None:
        """Whatever is no message: about one, or about the room."""
        match kind:
            case "m.reaction":
                return self._reacted(room_id, raw, content)
            case "m.room.redaction":
                return self._taken_back(room_id, raw, content)
            case "m.room.encrypted":
                return self._sealed(room_id, raw, content)
            case "m.room.tombstone" if raw.get("state_key") == "":
                by = content.get("replacement_room")
                return Replaced(by) if is_room_id(by) else None
            case "m.room.power_levels" if raw.get("state_key") == "":
                return Levels(event_id_in(room_id, raw), content)
            case _:
                return None

    def _written(self, room_id: str, raw: Raw, kind: str, content: Raw) -> ChatEvent | None:
        if not content or at(raw, "unsigned", "redacted_because") is not None:
            return None  # taken back: nothing is left of it
        if OURS in content and content.get(BY, raw["sender"]) == raw["sender"]:
            return None  # a bridge's post, ours or another one's: two of them would answer each other for ever
        event_id, ref, person, when = self._frame(room_id, raw)
        changed = replaced(content)
        if changed is not None:
            on, new = changed
            if kind_of(kind, new) != "text":
                return None
            return Edited(event_id, ChatRef(ref.room, on), person, words_of(new), when)
        found = kind_of(kind, content)
        if found is None:
            return None
        return Typed(
            event_id=event_id,
            ref=ref,
            person=person,
            text=words_of(content) if found == "text" else "",
            wrote_at=when,
            reply_to=replied_to(content),
            kind=found,
            forwarded=is_forwarded(content),
        )

    def _sealed(self, room_id: str, raw: Raw, content: Raw) -> StillSealed | None:
        """Of what is sealed the relation is not: an edit that cannot be read changes nothing, and is not waited for.

        Raises TypeError when no key will ever open it. Whose key it is need not be said (MSC3700).
        """
        if not content or at(raw, "unsigned", "redacted_because") is not None:
            return None
        if at(content, "m.relates_to", "rel_type") == "m.replace":
            return None
        self._frame(room_id, raw)
        named = (content.get("ciphertext"), content.get("session_id"))
        told = (content.get("sender_key", ""), content.get("device_id", ""))
        if content.get("algorithm") != MEGOLM or not all(isinstance(one, str) for one in (*named, *told)):
            raise TypeError("sealed in a way that is none")
        return StillSealed(raw)

    def _reacted(self, room_id: str, raw: Raw, content: Raw) -> Reaction | None:
        on, key = at(content, "m.relates_to", "event_id"), at(content, "m.relates_to", "key")
        number = choice_of(key)
        if number is None or not is_event_id(on):
            return None
        event_id, ref, person, when = self._frame(room_id, raw)
        return Reaction(event_id, ChatRef(ref.room, on), person, number, when)

    def _taken_back(self, room_id: str, raw: Raw, content: Raw) -> Deleted | None:
        """Where the id stands depends on the room's version: from 11 on in the content."""
        on = content.get("redacts", raw.get("redacts"))
        if not isinstance(on, str):
            return None
        event_id, ref, person, when = self._frame(room_id, raw)
        return Deleted(event_id, ChatRef(ref.room, well_formed(on)), person, when)

    def _membership(self, room_id: str, raw: Raw) -> BotRemoved | BotRestored | None:
        """How we stand to the room. A change of our name there is none."""
        event_id, now, before = event_id_in(room_id, raw), raw["content"].get("membership"), _before(raw)
        if now == before:
            return None
        match now:
            case "join":
                return BotRestored(event_id, room_of(room_id))
            case "leave" | "ban":
                return BotRemoved(event_id, room_of(room_id))
            case _:
                return None

    def _frame(self, room_id: str, raw: Raw) -> tuple[str, ChatRef, Person, datetime]:
        sender, written = raw["sender"], raw["origin_server_ts"]
        if not isinstance(sender, str) or type(written) is not int:
            raise TypeError("no sender, or no time")
        ref = ChatRef(room_of(room_id), _id(raw))
        name = well_formed(self.name_of(room_id, sender))
        when = datetime.fromtimestamp(written / 1000, UTC)
        return event_id_in(room_id, raw), ref, Person(PLATFORM, well_formed(sender), name), when


def standing(found: object) -> Literal["in", "out"] | None:
    """What an event says of whether we are in the room from here on."""
    match found:
        case BotRestored():
            return "in"
        case BotRemoved():
            return "out"
        case _:
            return None


def unreadable(room_id: str, raw: object, error: Exception) -> Unreadable:
    """Kept as it came. What is wrong is told by the error's type: its words may repeat what somebody wrote.

    Who wrote a message learns that it was not read.
    """
    try:
        written = json.dumps(raw, sort_keys=True)
    except RecursionError:  # what was sealed may be nested deeper than anybody writes
        written = json.dumps(str(type(raw).__name__))
    kind, event_id = at(raw, "type"), at(raw, "event_id")
    event_id = well_formed(event_id) if isinstance(event_id, str) else None
    message = event_id if kind in (*_WRITTEN, SEALED) else None
    digest = hashlib.sha256(written.encode()).hexdigest()[:32]
    seen = f"{room_id}/{event_id}" if event_id is not None else f"unreadable:{digest}"
    what = f"{kind if isinstance(kind, str) else 'event'} ({type(error).__name__})"
    return Unreadable(seen, room_of(room_id), well_formed(what[:100]), written, message)


def unsealable(room_id: str, raw: Raw) -> Unreadable:
    """A sealed message whose key has not come. Should it come, the message itself is another event."""
    message = _id(raw)
    written = json.dumps(raw, sort_keys=True)
    event_id = f"sealed:{event_id_in(room_id, raw)}"
    return Unreadable(event_id, room_of(room_id), f"{SEALED} (no key)", written, message, sealed=True)


def event_id_in(room_id: str, raw: Raw) -> str:
    """Unique among all rooms: in the oldest ones servers choose their ids freely."""
    return f"{room_id}/{_id(raw)}"


def _id(raw: Raw) -> str:
    event_id = raw["event_id"]
    if not isinstance(event_id, str):
        raise TypeError("no id")
    return well_formed(event_id)


def _before(raw: Raw) -> object:
    return at(raw, "unsigned", "prev_content", "membership")
