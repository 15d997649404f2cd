"""What stands in a Matrix room, folded from its events as a person's client shows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Event = Mapping[str, Any]


@dataclass(slots=True)
class Line:
    """One message. `reactions`: who gave which, by the reaction's event; `meanings`: what ours say of themselves.

    `encrypted`: so it came from the server.

    `text` None: this client has no key for it.
    """

    id: str
    sender: str
    text: str | None
    content: Mapping[str, Any]
    encrypted: bool
    reply_to: str | None = None
    edits: list[str] = field(default_factory=list)
    reactions: dict[str, tuple[str, str]] = field(default_factory=dict)
    meanings: dict[str, object] = field(default_factory=dict)

    @property
    def quiet(self) -> bool:
        """Whether it is a notice, as bots write."""
        return self.content.get("msgtype") == "m.notice"

    def given(self, by: str) -> list[str]:
        """The reactions that one person shows on it now."""
        return [key for sender, key in self.reactions.values() if sender == by]


def lines(events: Iterable[Event]) -> list[Line]:
    """The messages of a room, oldest first: edits applied, what was taken back left out."""
    found: dict[str, Line] = {}
    kept = list(events)
    for event in kept:
        content = event["content"]
        relation = content.get("m.relates_to")
        relation = relation if isinstance(relation, Mapping) else {}
        match event["type"], relation.get("rel_type"):
            case "m.reaction", "m.annotation":
                if relation["event_id"] in found:
                    line = found[relation["event_id"]]
                    line.reactions[event["event_id"]] = (event["sender"], relation["key"])
                    line.meanings[event["event_id"]] = content.get("bridge.button")
            case "m.room.message" | "m.room.encrypted" | "m.sticker", "m.replace":
                _edit(found.get(relation["event_id"]), event)
            case (("m.room.message" | "m.room.encrypted" | "m.sticker" | "m.location"), _):
                if content and (event["type"] != "m.room.encrypted" or "ciphertext" in content):
                    found[event["event_id"]] = _line(event, relation)
    return list(found.values())


def _line(event: Event, relation: Mapping[str, Any]) -> Line:
    content = event["content"]
    return Line(
        id=event["event_id"],
        sender=event["sender"],
        text=content.get("body"),
        content=content,
        encrypted=bool(event.get("decrypted") or event["type"] == "m.room.encrypted"),
        reply_to=(relation.get("m.in_reply_to") or {}).get("event_id"),
    )


def _edit(line: Line | None, event: Event) -> None:
    new = event["content"].get("m.new_content")
    if line is not None and line.sender == event["sender"] and isinstance(new, Mapping):
        line.text, line.content = new.get("body"), new
        line.edits.append(event["event_id"])
