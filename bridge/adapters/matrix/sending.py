"""Posts as Matrix takes them: plain text in pieces that an event can hold, encrypted too."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bridge.adapters.matrix.choices import listed
from bridge.domain.wellformed import well_formed
from bridge.ports.chat import Post

LONGEST: Final = 32_000
"""Bytes of a text as JSON writes it. An event holds 65,536, encrypted some 48,000 of what it says."""
OURS: Final = "bridge.post"
"""The key in a post's content under which its number stands: by it a post is found again."""
_SHORTENED: Final = "…"


def number_of(post: Post) -> str:
    """The post's number for ever: our row's id, and when the row was written, as a database may begin anew."""
    written = "" if post.written_at is None else f"-{int(post.written_at.timestamp() * 1_000_000)}"
    return f"b{post.id}{written}"


def contents(post: Post) -> list[dict[str, object]]:
    """A content for each piece; the first one has the choices, and answers what the post answers."""
    first, *others = pieces(post.text)
    number = number_of(post)
    head = _text(listed(first, post.buttons)) | {OURS: number}
    if post.reply_to is not None:
        head["m.relates_to"] = {"m.in_reply_to": {"event_id": post.reply_to}}
    return [head, *(_text(text) | {OURS: f"{number}.{place}"} for place, text in enumerate(others, 1))]


def edited(event_id: str, post: Post) -> dict[str, object]:
    """The whole post anew, in one piece: an edit says everything twice."""
    return replacement(event_id, listed(shortened(post.text), post.buttons))


def replacement(event_id: str, text: str) -> dict[str, object]:
    """An edit of this event."""
    new = _text(text)
    return new | {
        "body": f"* {new['body']}",
        "m.new_content": new,
        "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
    }


def answer(event_id: str, text: str) -> dict[str, object]:
    """A line that answers this event."""
    return _text(well_formed(text)) | {"m.relates_to": {"m.in_reply_to": {"event_id": event_id}}}


def _text(body: str) -> dict[str, object]:
    """Without HTML, so that words stay words, and without mentions, which would ring for whoever is named."""
    return {"msgtype": "m.text", "body": body, "m.mentions": {}}


def pieces(text: str) -> list[str]:
    """The text in parts of at most 32,000 bytes, cut at a line's end or between words where there is one."""
    left, parts = well_formed(text), []
    while _size(left) > LONGEST:
        head = _first(left, LONGEST)
        cut = max(head.rfind("\n"), head.rfind(" "))
        cut = cut if cut > len(head) // 2 else len(head)
        parts.append(left[:cut])
        left = left[cut:].lstrip()
    parts.append(left)
    return [part for part in parts if part.strip()] or [""]


def shortened(text: str) -> str:
    """One piece of half the size: where more does not fit, it says so."""
    text = well_formed(text)
    return text if _size(text) <= LONGEST // 2 else _first(text, LONGEST // 2 - 8) + _SHORTENED


def _size(text: str) -> int:
    return len(json.dumps(text, ensure_ascii=False).encode())


def _first(text: str, size: int) -> str:
    """As many letters as fit."""
    low, high = 0, min(len(text), size)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _size(text[:middle]) <= size else (low, middle - 1)
    return text[:low]


def is_ours(raw: Mapping[str, Any], user: str, number: str) -> bool:
    """Whether an event is the post with this number."""
    content = raw.get("content")
    return raw.get("sender") == user and isinstance(content, Mapping) and content.get(OURS) == number


def with_pin(pinned: object, event_id: str) -> Sequence[str] | None:
    """What is pinned in a room, this too; None when it is already."""
    before = [one for one in pinned if isinstance(one, str)] if isinstance(pinned, list) else []
    return None if event_id in before else [*before, event_id]
