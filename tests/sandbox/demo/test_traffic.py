"""What the steps show: real requests, no secrets, no whole numbers."""

from datetime import UTC, datetime
from typing import Any

from bridge.sandbox.chat import BotCall
from bridge.sandbox.demo.ledger import Written
from bridge.sandbox.demo.traffic import Traffic
from bridge.sandbox.ovh import Push, SeenRequest

NOW = datetime(2026, 1, 29, 9, 0, tzinfo=UTC)
NUMBER = "+33612345678"


def a_row() -> Written:
    row = Written("e1", 1, NOW, {"Bonjour"}, (NUMBER,), tags={"b1"}, ids={7: NUMBER}, confirmed_at=NOW)
    row.sent[NUMBER] = 1
    return row


def seen(method: str, path: str, status: int | None = 200, body: Any = None, **query: str) -> SeenRequest:
    return SeenRequest(NOW, method, path, query, {}, body, status)


def test_each_step_shows_its_own_requests_and_no_others() -> None:
    traffic = Traffic()
    traffic.asked(seen("POST", "/sms/s/jobs", body={"tag": "b1", "receivers": [NUMBER]}))
    traffic.asked(seen("POST", "/sms/s/jobs", body={"tag": "b2", "receivers": [NUMBER]}))
    traffic.asked(seen("GET", "/sms/s/outgoing", tag="b1"))
    traffic.asked(seen("GET", "/sms/s/outgoing/7"))
    traffic.asked(seen("GET", "/sms/s/outgoing/8"))
    traffic.asked(seen("GET", "/sms/s/incoming/9"))
    traffic.pushed(Push("report", "GET", "http://h/ovh/accueil/s3cret/report", query={"id": "7", "ptt": "4"}, at=NOW))
    traffic.pushed(Push("reply", "POST", "http://h/ovh/accueil/s3cret/reply", body={"id": "9"}, at=NOW))

    row = a_row()

    assert [one["path"] for one in traffic.given(row)] == ["/1.0/sms/s/jobs", "/1.0/sms/s/outgoing?tag=b1"]
    assert [one["path"] for one in traffic.arrived(row)] == [
        "/ovh/accueil/…/report?id=7&ptt=4",
        "/1.0/sms/s/outgoing/7",
    ]
    assert [one["path"] for one in traffic.answered(row, [9], [])] == [
        "/ovh/accueil/…/reply",
        "/1.0/sms/s/incoming/9",
    ]


def test_numbers_are_masked_in_paths_and_bodies() -> None:
    traffic = Traffic()
    traffic.asked(seen("POST", "/sms/s/jobs", body={"tag": "b1", "receivers": [NUMBER], "message": "06 12"}))
    traffic.asked(seen("GET", "/sms/s/outgoing", tag="b1", receiver=NUMBER))

    shown = repr(traffic.given(a_row()))

    assert "12345678" not in shown
    assert "+336" in shown


def test_what_was_never_answered_has_no_status_and_a_call_told_twice_stands_once() -> None:
    traffic, hanging = Traffic(), seen("POST", "/sms/s/jobs", status=None, body={"tag": "b1"})
    traffic.asked(hanging)
    traffic.asked(hanging)

    assert [one["status"] for one in traffic.given(a_row())] == [0]


def test_the_first_step_shows_the_event_as_the_bot_got_it_and_the_write_to_disk() -> None:
    event = {"number": 1, "kind": "typed", "entry": "e1", "text": "Bonjour"}
    other = {"number": 2, "kind": "typed", "entry": "e2", "text": "secret d'autrui"}
    call = BotCall(NOW, "GET", "/bot/events?after=0&wait=25", 200, {"events": [event, other]})

    got, disk = Traffic().written(a_row(), [call])

    assert (got["method"], got["status"]) == ("GET", 200)
    assert "Bonjour" in got["body"]
    assert "autrui" not in got["body"]
    assert (disk["method"], disk["status"], disk["at"]) == ("COMMIT", 0, "2026-01-29T09:00:00Z")
