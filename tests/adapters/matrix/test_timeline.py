"""Which of a room's events between two syncs are for us."""

from typing import Any

from bridge.adapters.matrix.timeline import read_span
from tests.adapters.matrix.raw import ANN, BOT, ROOM, event, member, reader, said


def texts(*span: dict[str, Any]) -> list[str]:
    return [getattr(one, "text", type(one).__name__) for one in read_span(reader, ROOM, span)]


def test_only_what_is_said_while_we_are_in_the_room_is_for_us() -> None:
    came, left = member("join", "invite"), member("leave", "join")
    assert texts(said("a"), said("b")) == ["a", "b"]
    assert texts(said("before"), came, said("after")) == ["BotRestored", "after"]
    assert texts(said("before"), left, said("after")) == ["before", "BotRemoved"]
    assert texts(came, said("old"), left, said("between"), came, said("new")) == ["BotRemoved", "BotRestored", "new"]
    assert texts(said("before"), came, said("in"), left) == ["in", "BotRemoved"]


def ours(raw: dict[str, Any], key: str | None = None) -> dict[str, Any]:
    """Our mark on it, or our answer to it."""
    on = raw["event_id"]
    if key is not None:
        relation = {"rel_type": "m.annotation", "event_id": on, "key": key}
        return event("m.reaction", {"m.relates_to": relation}, sender=BOT)
    return said("Delivered", sender=BOT, **{"m.relates_to": {"m.in_reply_to": {"event_id": on}}})


def test_what_we_marked_or_answered_in_the_span_in_which_it_was_said_was_taken_before() -> None:
    """A copy of the database is older than the room: each message would leave once more."""
    a, b, c, d = said("a"), said("b"), said("c"), said("d")
    sealed = event("m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x", "session_id": "y"})
    hidden = event("m.room.encrypted", ours(b)["content"], sender=BOT)
    assert texts(a, ours(a, "✅"), b, hidden, c, sealed, ours(sealed, "📤"), d, ours(d)) == ["c"]
    assert texts(a, ours(a, "👍"), b, ours(a) | {"sender": ANN}) == ["a", "b", "Delivered"]
    assert texts(ours(a, "✅"), b) == ["b"]
    assert texts(a, member("leave", "join"), ours(a, "✅")) == ["BotRemoved"]
