"""Posts as Matrix takes them: plain text in pieces that an event can hold, encrypted too."""

import json
from collections.abc import Sequence
from typing import Final

from bridge.adapters.matrix.choices import listed, meanings
from bridge.adapters.matrix.reading import at
from bridge.domain.pieces import pieces, shortened
from bridge.domain.wellformed import well_formed
from bridge.ports.chat import Button, Post

LONGEST: Final = 32_000
"""Bytes of a text as JSON writes it with all but ASCII escaped, as the library does before it encrypts.

An event holds 65,536, encrypted some 48,000 of what it says.
"""
OURS: Final = "bridge.post"
"""The key in a post's content under which its number stands: by it a post is found again.

All that a bridge writes has it, so that no other bridge in the room takes it for somebody's words.
"""
BY: Final = "bridge.by"
"""The key under which it says whose post it is: what a person forwards is that person's."""
_LATER: Final = "later"  # in place of a number: an edit, or the line that stands for a mark


def number_of(post: Post) -> str:
    """The post's number for ever: our row's id, and when the row was written, as a database may begin anew."""
    written = "" if post.written_at is None else f"-{int(post.written_at.timestamp() * 1_000_000)}"
    return f"b{post.id}{written}"


def contents(post: Post, thread: str | None = None) -> list[dict[str, object]]:
    """A content for each piece; the first one has the choices, and answers what the post answers.

    `thread`: the message on which the thread hangs that the answered one is in: all pieces go there.
    """
    first, *others = pieces(post.text, LONGEST, _size)
    number = number_of(post)
    head = _text(listed(first, post.buttons)) | {OURS: number} | meanings(post.buttons)
    more = _answering(post.reply_to, thread, only_there=True) if thread is not None else {}
    return [
        head | _answering(post.reply_to, thread),
        *(_text(text) | {OURS: f"{number}.{place}"} | more for place, text in enumerate(others, 1)),
    ]


def edited(event_id: str, post: Post) -> dict[str, object]:
    """The whole post anew, in one piece of half the size: an edit says everything twice."""
    return replacement(event_id, listed(shortened(post.text, LONGEST // 2, _size), post.buttons), post.buttons)


def replacement(event_id: str, text: str, buttons: Sequence[Button] = ()) -> dict[str, object]:
    """An edit of this event."""
    new = _text(text) | meanings(buttons)
    return new | {
        "body": f"* {new['body']}",
        "m.new_content": new,
        "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
    }


def answer(event_id: str, text: str, thread: str | None = None) -> dict[str, object]:
    """A line that answers this event, in the thread that it is in."""
    return _text(well_formed(text)) | _answering(event_id, thread)


def _answering(event_id: str | None, thread: str | None, *, only_there: bool = False) -> dict[str, object]:
    """The relation of an answer (spec.matrix.org, rich replies and threading). `only_there`: it is in the thread, and
    answers only for those whose client knows none.
    """
    if event_id is None:
        return {}
    relation: dict[str, object] = {"m.in_reply_to": {"event_id": event_id}}
    if thread is not None:
        relation |= {"rel_type": "m.thread", "event_id": thread, "is_falling_back": only_there}
    return {"m.relates_to": relation}


def _text(body: str) -> dict[str, object]:
    """Without HTML, so that words stay words, and without mentions, which would ring for whoever is named."""
    return {"msgtype": "m.text", "body": body, "m.mentions": {}, OURS: _LATER}


def _size(text: str) -> int:
    return len(json.dumps(text))


def number_in(raw: object, user: str) -> str | None:
    """The number of the post, or of its part, that an event of ours is; None for any other event."""
    number = at(raw, "content", OURS) if at(raw, "sender") == user else None
    return number if isinstance(number, str) and number != _LATER else None


def with_pin(pinned: object, event_id: str) -> Sequence[str] | None:
    """What is pinned in a room, this too; None when it is already."""
    before = [one for one in pinned if isinstance(one, str)] if isinstance(pinned, list) else []
    return None if event_id in before else [*before, event_id]
