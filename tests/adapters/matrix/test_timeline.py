"""Which of a room's events between two syncs are for us."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bridge.adapters.matrix.addresses import room_of
from bridge.adapters.matrix.timeline import read_span
from bridge.domain.events import Missed
from tests.adapters.matrix.raw import ANN, BOT, ROOM, WRITTEN, event, member, reader, said


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


def edit(of: dict[str, Any], body: str) -> dict[str, Any]:
    relation = {"rel_type": "m.replace", "event_id": of["event_id"]}
    return said(f"* {body}", **{"m.relates_to": relation, "m.new_content": {"msgtype": "m.text", "body": body}})


def test_what_we_marked_or_answered_in_the_span_in_which_it_was_said_was_taken_before() -> None:
    """A copy of the database is older than the room: each message would leave once more."""
    a, b, c, d = said("a"), said("b"), said("c"), said("d")
    sealed = event("m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x", "session_id": "y"})
    hidden = event("m.room.encrypted", ours(b)["content"], sender=BOT)
    marked = (b, hidden, ours(b, "❌"), c, sealed, ours(sealed, "📤"), d, ours(d), ours(d, "🤷"))
    assert texts(a, ours(a, "✅"), *marked) == ["c"]
    assert texts(a, ours(a, "👍"), b, ours(a) | {"sender": ANN}) == ["a", "b", "Delivered"]
    assert texts(ours(a, "✅"), b) == ["b"]
    assert texts(a, member("leave", "join"), ours(a, "✅")) == ["BotRemoved"]
    assert texts(a, ours(a, "👀"), member("join", "invite"), b) == ["BotRestored", "b"]


@pytest.mark.parametrize("kind", ["m.reaction", "m.room.message"])
@pytest.mark.parametrize("relation", [None, [], {}, {"key": "✅"}, {"event_id": ["x"], "key": []}])
def test_marks_and_answers_of_no_shape_say_nothing_of_any_message(kind: str, relation: object) -> None:
    for more in ({}, {"m.in_reply_to": relation}, {"m.in_reply_to": {"event_id": relation}}):
        broken = relation | more if isinstance(relation, dict) else relation
        strange = [said("a") | {"event_id": name} for name in ("", "None")]
        spoiled = event(kind, {"m.relates_to": broken}, sender=BOT)
        assert texts(*strange, spoiled) == ["a", "a"]


def test_what_bears_no_sign_of_having_left_is_told_to_its_room() -> None:
    a, b, c = said("a"), said("b") | {"origin_server_ts": WRITTEN + 5_000}, said("c")
    sealed = event("m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x", "session_id": "y"})
    sms, asked, note = said("!sms 0612345678 d"), said("!sms status"), said("// e")
    answers = [ours(one) for one in (c, asked, note)]
    span = (a, ours(a, "👀"), b, ours(b, "👀"), c, sealed, ours(sealed), sms, ours(sms), asked, note, *answers)
    until = datetime.fromtimestamp(WRITTEN / 1000 + 5, UTC)
    missed = Missed(f"taken:{ROOM}/{a['event_id']}", None, until, room_of(ROOM))
    assert read_span(reader, ROOM, span) == [missed]
    assert texts(sealed, ours(sealed)) == ["Missed"]
    assert texts(sms, ours(sms)) == ["Missed"]
    assert texts(a, ours(a, "👀"), ours(a, "📤"), asked, ours(asked), note, ours(note)) == []


def test_an_edit_goes_where_its_message_goes() -> None:
    a, b = said("a"), said("b")
    assert texts(ours(a, "👀"), ours(b), edit(a, "A"), edit(b, "B")) == ["A", "B"]
    assert texts(a, edit(a, "A"), ours(a, "✅"), edit(a, "AA")) == []
    assert texts(a, edit(a, "A"), b, ours(b, "✅")) == ["a", "A"]


def test_a_message_that_was_cancelled_is_cancelled_again() -> None:
    a, cancel, retry = said("a"), said("!sms cancel"), said("!sms retry")
    assert texts(a, cancel, ours(cancel), retry, ours(retry)) == ["a", "/cancel"]
