"""Where listening stands, as it is written down: whole, bounded, and of whatever a room says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.adapters.matrix.addresses import room_of
from bridge.adapters.matrix.batch import TOLD_EACH, told_of_lost
from bridge.adapters.matrix.cursor import LARGEST, MOST, WAITED_FOR, Cursor, Invitation, Sealed
from bridge.domain.events import Missed, Unreadable
from tests.adapters.matrix.raw import event

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def sealed(room: str = "!a", *, size: int = 10, ago: timedelta = timedelta(0), told: bool = False) -> Sealed:
    return Sealed(room, event("m.room.encrypted", {"ciphertext": "x" * size}), NOW - ago, told)


def test_what_was_written_is_read_back() -> None:
    invite = Invitation("!b", "@ann:example.org", direct=True)
    cursor = Cursor("s1", (sealed(told=True), sealed()), (invite,), {"!new": "!old"}, ("!shut",))
    assert Cursor.parse(cursor.text) == cursor
    assert Cursor.parse(None) == Cursor()


@given(st.text() | st.sampled_from(["{}", "null", "[]", '{"since": "a"}', '{"since": "a", "sealed": [7]}']))
def test_what_is_none_of_ours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no cursor of Matrix's"):
        Cursor.parse(text)


def test_one_room_pushes_no_other_room_s_messages_out_and_what_goes_is_told() -> None:
    waiting = sealed("!quiet")
    flood = tuple(sealed("!loud") for _ in range(MOST + 30))
    kept, lost = Cursor("s1").keeping((waiting, *flood), NOW)
    assert kept.sealed == (waiting, *flood[30:])
    assert lost == flood[:30]


def test_what_is_too_large_or_too_old_goes_and_is_told_once() -> None:
    large, old, known = sealed(size=LARGEST + 1), sealed(ago=WAITED_FOR), sealed(ago=WAITED_FOR, told=True)
    kept, lost = Cursor("s1").keeping((large, old, known), NOW)
    assert kept.sealed == ()
    assert lost == (large, old)


def test_of_a_flood_that_cannot_be_read_a_room_is_told_once() -> None:
    few, flood = [sealed("!few") for _ in range(TOLD_EACH)], [sealed("!flood") for _ in range(TOLD_EACH + 1)]
    told = told_of_lost((*few, *flood), "s1", NOW)
    assert [one.message for one in told if isinstance(one, Unreadable)] == [one.id for one in few]
    assert [one for one in told if isinstance(one, Missed)] == [
        Missed("sealed:s1:!flood", None, NOW, room_of("!flood"))
    ]
    assert told_of_lost((), "s1", NOW) == []
