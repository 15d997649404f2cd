"""The chat server's words in ours, as tables."""

from datetime import timedelta

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.adapters.browser.translate import batch_of, event_of, failure_of_answer, failure_of_exception
from bridge.domain.events import Typed, Unreadable
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Refusal, Temporary

TYPED = {
    "number": 3,
    "kind": "typed",
    "room": "demo",
    "entry": "e3",
    "person": {"id": "claire", "name": "Claire"},
    "at": "2026-03-02T10:42:00+01:00",
    "text": "Bonjour",
}

ANSWERS = [
    (429, b'{"retry_after": 3}', Temporary, Reason.RATE),
    (429, b"<html>", Temporary, Reason.RATE),
    (401, b"", Temporary, Reason.KEYS),
    (302, b"", Temporary, Reason.SERVER),
    (403, b'{"error": "bot_removed"}', Permanent, Refusal.ROOM_GONE),
    (403, b'{"error": "muted"}', Permanent, Refusal.MAY_NOT_WRITE),
    (403, b"<html>", Permanent, Refusal.OTHER),
    (404, b'{"error": "no_room"}', Permanent, Refusal.ROOM_GONE),
    (404, b'{"error": "no_entry"}', Permanent, Refusal.OTHER),
    (400, b'{"error": "malformed"}', Permanent, Refusal.OTHER),
    (413, b"", Permanent, Refusal.TOO_LONG),
    (500, b"", OutcomeUnknown, Reason.SERVER),
    (502, b"<html>", OutcomeUnknown, Reason.SERVER),
    (503, b"{}", OutcomeUnknown, Reason.SERVER),
    (204, b"", OutcomeUnknown, Reason.SERVER),
]


@pytest.mark.parametrize(("status", "body", "kind", "reason"), ANSWERS)
def test_every_answer_is_one_of_three_failures(status: int, body: bytes, kind: type[Exception], reason: object) -> None:
    failure = failure_of_answer(status, body)

    assert type(failure) is kind
    assert failure.reason is reason


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (b'{"retry_after": 3}', 3),
        (b'{"retry_after": 0.5}', 0.5),
        (b'{"retry_after": "soon"}', None),
        (b'{"retry_after": -1}', None),
        (b'{"retry_after": true}', None),
        (b'{"retry_after": 1e99}', None),
        (b'{"retry_after": NaN}', None),
        (b"[]", None),
    ],
)
def test_the_time_to_wait_is_believed_only_when_it_makes_sense(body: bytes, seconds: float | None) -> None:
    failure = failure_of_answer(429, body)

    assert isinstance(failure, Temporary)
    assert failure.retry_after == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (aiohttp.ConnectionTimeoutError(), Temporary),
        (aiohttp.ServerDisconnectedError(), OutcomeUnknown),
        (aiohttp.ClientPayloadError(), OutcomeUnknown),
        (aiohttp.ClientOSError(), OutcomeUnknown),
        (aiohttp.SocketTimeoutError(), OutcomeUnknown),
        (TimeoutError(), OutcomeUnknown),
        (ConnectionResetError(), OutcomeUnknown),
        (aiohttp.InvalidURL("http://"), Permanent),
    ],
)
def test_only_without_a_connection_it_is_sure_that_nothing_was_sent(error: Exception, kind: type[Exception]) -> None:
    assert type(failure_of_exception(error)) is kind


@pytest.mark.parametrize(
    "change",
    [
        {"number": None},
        {"number": "3"},
        {"number": True},
        {"number": -1},
        {"kind": "danced"},
        {"kind": None},
        {"room": ""},
        {"room": 7},
        {"entry": None},
        {"person": "Claire"},
        {"person": {"name": "Claire"}},
        {"at": "yesterday"},
        {"at": "2026-02-30T00:00:00+00:00"},
        {"at": "2026-03-02T10:42:00"},
        {"text": None},
        {"reply_to": 4},
    ],
)
def test_an_event_with_one_thing_wrong_is_unreadable_under_an_id_of_its_own(
    change: dict[str, object],
) -> None:
    event = event_of({**TYPED, **change})

    assert isinstance(event, Unreadable)
    assert event.event_id != event_of(TYPED).event_id
    assert event == event_of({**TYPED, **change})
    assert "Bonjour" not in event.what


def test_a_kind_of_content_nobody_knows_is_other() -> None:
    event = event_of({**TYPED, "content": ["hologram"]})

    assert isinstance(event, Typed)
    assert event.kind == "other"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from([*TYPED, "content", "to", "data"]), inner, max_size=9)
        ),
        max_leaves=12,
    )
)
def test_whatever_a_poll_brings_is_an_event_or_unreadable(raw: object) -> None:
    batch = batch_of({"events": [raw, TYPED], "cursor": 3}, after=0)

    assert len(batch.events) == 2
    assert batch.cursor == 3


@pytest.mark.parametrize(
    ("answer", "after", "cursor"),
    [
        ({"events": [TYPED], "cursor": 3}, 0, 3),
        ({"events": [TYPED]}, 0, 3),
        ({"events": [TYPED], "cursor": "x"}, 0, 3),
        ({"events": [TYPED], "cursor": 1}, 5, 5),
        ({"events": []}, 5, 5),
    ],
)
def test_the_cursor_is_the_servers_else_the_highest_number_and_never_goes_back(
    answer: dict[str, object], after: int, cursor: int
) -> None:
    assert batch_of(answer, after).cursor == cursor


@pytest.mark.parametrize("answer", [{}, {"events": None}, {"events": {"0": TYPED}}])
def test_a_poll_without_a_list_of_events_is_a_failed_one(answer: dict[str, object]) -> None:
    with pytest.raises(OutcomeUnknown):
        batch_of(answer, after=0)
