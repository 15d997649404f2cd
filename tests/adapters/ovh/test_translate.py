"""Every answer of OVH has one meaning, by method, status, errorCode, body and exception."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bridge.adapters.ovh.translate import (
    Circumstances,
    Failure,
    Garbage,
    NotThere,
    Payload,
    classify,
    cleaned,
)
from bridge.adapters.ovh.wire import Answer, Cut, Unreachable
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Refusal, Temporary

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
HTML = b"<html><h1>Bad gateway</h1></html>"


def refusal(message: str = "", code: str | None = None) -> bytes:
    said = {"message": message, "httpCode": "4xx"}
    return json.dumps(said if code is None else said | {"errorCode": code}).encode()


def said(status: int, body: bytes = b"", retry_after: str | None = None) -> Answer:
    return Answer(status, body, retry_after)


def of(outcome: Payload | Failure) -> tuple[str, str, str]:
    """An outcome as the table below writes it: kind, reason, whom it hits."""
    match outcome:
        case Payload():
            return ("ok", "", "")
        case Temporary():
            return ("temporary", outcome.reason.value, outcome.scope)
        case Permanent():
            return ("permanent", outcome.reason.value, "")
        case OutcomeUnknown():
            return ("unknown", outcome.reason.value, "")


ACCOUNT_KEYS = ("temporary", "keys", "account")
ACCOUNT_CLOCK = ("temporary", "clock", "account")
ACCOUNT_CREDITS = ("temporary", "credits", "account")
JOB_NETWORK = ("temporary", "network", "job")
JOB_SERVER = ("temporary", "server", "job")
UNKNOWN_NETWORK = ("unknown", "network", "")
UNKNOWN_SERVER = ("unknown", "server", "")
OTHER = ("permanent", "other", "")
GRANT = refusal("This call has not been granted", "NOT_GRANTED_CALL")
SENDER = refusal("Sms sender Cabinet does not exists. Please create it first")
CONTACT = refusal("cannot send contact information with shortcode")
NO_SERVICE = refusal("This service does not exist")
NO_OBJECT = refusal("The requested object (id = 7) does not exist")

TABLE: list[tuple[Answer | Exception, tuple[str, str, str], tuple[str, str, str]]] = [
    # what was met                                        after POST        after GET
    (said(200, b'{"ids": [1]}'), ("ok", "", ""), ("ok", "", "")),
    (said(200, b"null"), ("ok", "", ""), ("ok", "", "")),
    (said(204), ("ok", "", ""), ("ok", "", "")),
    (said(200, HTML), UNKNOWN_NETWORK, JOB_NETWORK),
    (said(200, b'{"ids": [12, '), UNKNOWN_NETWORK, JOB_NETWORK),
    (said(200), UNKNOWN_NETWORK, JOB_NETWORK),
    (said(200, b"\xff\xfe"), UNKNOWN_NETWORK, JOB_NETWORK),
    (said(200, b"[" * 100_000), UNKNOWN_NETWORK, JOB_NETWORK),
    (said(302, HTML), UNKNOWN_NETWORK, JOB_NETWORK),
    (said(500, refusal("Internal Server Error", "INTERNAL_ERROR")), UNKNOWN_SERVER, JOB_SERVER),
    (said(502, HTML), UNKNOWN_SERVER, JOB_SERVER),
    (said(503), UNKNOWN_SERVER, JOB_SERVER),
    (said(504, HTML), UNKNOWN_SERVER, JOB_SERVER),
    (said(429), ("temporary", "rate", "account"), ("temporary", "rate", "account")),
    (said(429, HTML, "7"), ("temporary", "rate", "account"), ("temporary", "rate", "account")),
    (said(400, refusal("Query out of time", "QUERY_TIME_OUT")), ACCOUNT_CLOCK, ACCOUNT_CLOCK),
    (said(400, refusal("Invalid signature", "INVALID_SIGNATURE")), ACCOUNT_CLOCK, ACCOUNT_CLOCK),
    (said(403, refusal("This credential is not valid", "INVALID_CREDENTIAL")), ACCOUNT_KEYS, ACCOUNT_KEYS),
    (said(403, refusal("Invalid application key", "INVALID_KEY")), ACCOUNT_KEYS, ACCOUNT_KEYS),
    (said(403, refusal("You must login first", "NOT_CREDENTIAL")), ACCOUNT_KEYS, ACCOUNT_KEYS),
    (said(403, GRANT), ACCOUNT_KEYS, ACCOUNT_KEYS),
    (said(401, HTML), ACCOUNT_KEYS, ACCOUNT_KEYS),
    (said(401, refusal("You are not authorized")), ACCOUNT_KEYS, ACCOUNT_KEYS),
    (said(403, b'"Forbidden"'), JOB_SERVER, JOB_SERVER),
    (said(403, b"[]"), JOB_SERVER, JOB_SERVER),
    (said(403, b"null"), JOB_SERVER, JOB_SERVER),
    (said(403, HTML), JOB_SERVER, JOB_SERVER),
    (said(404, HTML), JOB_SERVER, JOB_SERVER),
    (said(408, HTML), JOB_NETWORK, JOB_NETWORK),
    (said(403, SENDER), ("permanent", "sender", ""), ("permanent", "sender", "")),
    (said(404, NO_SERVICE), ACCOUNT_KEYS, ACCOUNT_KEYS),
    (said(404, NO_OBJECT), ACCOUNT_KEYS, OTHER),
    (said(400, CONTACT), ("permanent", "contact_details", ""), ("permanent", "contact_details", "")),
    (said(403, refusal("Not enough credits left on this account")), ACCOUNT_CREDITS, ACCOUNT_CREDITS),
    (said(402, refusal("Payment required")), ACCOUNT_CREDITS, ACCOUNT_CREDITS),
    (said(400, refusal("Crédit insuffisant")), ACCOUNT_CREDITS, ACCOUNT_CREDITS),
    (said(400, refusal("[message] is too long")), OTHER, OTHER),
    (said(400, refusal("odd", "SOMETHING_NEW")), OTHER, OTHER),
    (said(409, b'{"message": null, "errorCode": 12}'), OTHER, OTHER),
    (said(403, b"{}"), OTHER, OTHER),
    (Unreachable("ConnectionRefusedError"), JOB_NETWORK, JOB_NETWORK),
    (Unreachable("gaierror"), JOB_NETWORK, JOB_NETWORK),
    (Unreachable("SSLCertVerificationError"), JOB_NETWORK, JOB_NETWORK),
    (Unreachable("TimeoutError"), JOB_NETWORK, JOB_NETWORK),
    (Cut("TimeoutError"), UNKNOWN_NETWORK, JOB_NETWORK),
    (Cut("ConnectionResetError"), UNKNOWN_NETWORK, JOB_NETWORK),
    (Cut("RemoteDisconnected"), UNKNOWN_NETWORK, JOB_NETWORK),
    (Cut("IncompleteRead"), UNKNOWN_NETWORK, JOB_NETWORK),
    (ValueError("anything nobody thought of"), UNKNOWN_NETWORK, JOB_NETWORK),
]


@pytest.mark.parametrize(("met", "after_post", "after_get"), TABLE, ids=lambda value: str(value)[:60])
def test_what_was_met_means(
    met: Answer | Exception, after_post: tuple[str, str, str], after_get: tuple[str, str, str]
) -> None:
    around = Circumstances(NOW, credits_left=12.0)
    assert of(classify("POST", met, around)) == after_post
    assert of(classify("GET", met, around)) == after_get
    assert of(classify("PUT", met, around)) == after_get


def test_only_a_post_has_an_unknown_outcome() -> None:
    for met, _, _ in TABLE:
        for method in ("GET", "PUT"):
            assert not isinstance(classify(method, met, Circumstances(NOW)), OutcomeUnknown)


def test_an_unknown_refusal_is_about_credits_when_none_are_left() -> None:
    met = said(403, refusal("Forbidden"))
    assert of(classify("POST", met, Circumstances(NOW, credits_left=0.0))) == ACCOUNT_CREDITS
    assert of(classify("POST", met, Circumstances(NOW, credits_left=None))) == OTHER
    broke = Circumstances(NOW, credits_left=0.0)
    assert of(classify("POST", said(400, CONTACT), broke))[1] == "contact_details"
    assert of(classify("POST", said(403, SENDER), broke))[1] == "sender"


def test_unknown_to_ovh_differs_from_a_page_of_a_proxy() -> None:
    assert isinstance(classify("GET", said(404, NO_OBJECT), Circumstances(NOW)), NotThere)
    assert not isinstance(classify("GET", said(404, HTML), Circumstances(NOW)), NotThere)
    assert isinstance(classify("GET", said(200, HTML), Circumstances(NOW)), Garbage)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        (" 0 ", 0),
        ("999999999999", 3600),
        ("Mon, 04 May 2026 12:00:30 GMT", 30),
        ("Mon, 04 May 2026 11:00:00 GMT", 0),
        ("soon", None),
        ("-3", None),
        ("", None),
        (None, None),
        ("²", None),
    ],
)
def test_retry_after_is_read_in_both_forms(header: str | None, seconds: int | None) -> None:
    outcome = classify("POST", said(429, b"", header), Circumstances(NOW))
    assert isinstance(outcome, Temporary)
    assert outcome.retry_after == (None if seconds is None else timedelta(seconds=seconds))


def test_details_carry_no_key_and_no_whole_number() -> None:
    around = Circumstances(NOW, secrets=("s3cr3t", "c0nsum3r", ""))
    outcome = classify("POST", said(400, refusal("s3cr3t and c0nsum3r\nfor +33612345678 " + "x" * 900)), around)
    assert isinstance(outcome, Permanent)
    assert outcome.reason is Refusal.OTHER
    assert "s3cr3t" not in str(outcome)
    assert "c0nsum3r" not in str(outcome)
    assert "612345" not in str(outcome)
    assert len(outcome.detail) <= 200


def test_short_numbers_of_a_message_stay() -> None:
    assert cleaned("message has 7 parts of 160", ()) == "message has 7 parts of 160"


def test_reasons_are_those_of_the_house() -> None:
    assert Reason(of(classify("POST", said(503), Circumstances(NOW)))[1]) is Reason.SERVER
