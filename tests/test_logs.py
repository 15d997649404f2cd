"""The logs tell facts: no bodies, no whole numbers, no secrets, wherever a line comes from."""

import io
import json
import logging
import string
import warnings
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bridge.logs import Redactor, configure, redact

SECRETS = ("app-secret-1234", 'quo"te\\é-consumer', "CallbackSecret99")
TOKENS = st.text(string.ascii_letters + string.digits + "-_+/=:'\"\\é", min_size=4, max_size=40)


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def said(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("written", "masked"),
    [
        ("to +33612345679.", "to +336******79."),
        ("/blacklists/%2B33612345679?x", "/blacklists/%2B336******79?x"),
        ("from 0033612345679", "from 00336******79"),
        ("from 33612345679", "from 336******79"),
        ("typed 0612345679", "typed 061*****79"),
        ("typed 06 12 34 56 79 twice", "typed 061*****79 twice"),
        ("typed +33 6 12 34 56 79", "typed +336******79"),
        ("'+4915123456789'", "'+491********89'"),
    ],
)
def test_telephone_numbers_keep_their_ends_alone(written: str, masked: str) -> None:
    assert redact(written) == masked


@pytest.mark.parametrize(
    "fact",
    [
        "2026-11-22T17:00:00.003361+00:00",
        "2026-01-02 03:04:05 job=1234567890 ovh=912345678",
        "room=telegram:-1001234567890/45 at=1763830800123456",
        "tag=b0033612345678abcdef",
        "10.0.0.1:8080 took=0.0612345679",
    ],
)
def test_ids_times_and_rooms_stay_whole(fact: str) -> None:
    assert redact(fact) == fact


@given(st.lists(TOKENS, min_size=1, max_size=4), st.text(max_size=30), st.text(max_size=30))
def test_no_secret_survives_in_any_spelling(secrets: list[str], before: str, after: str) -> None:
    for secret in secrets:
        for spelled in (secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], quote(secret, safe="")):
            assert spelled not in redact(f"{before} {spelled} {after}", secrets)


@given(st.text(st.sampled_from("+0369 .-ab:%2B"), max_size=60), st.lists(TOKENS, max_size=3))
def test_redacting_twice_changes_nothing_more(text: str, secrets: list[str]) -> None:
    once = redact(text, secrets)
    assert redact(once, secrets) == once


@given(st.from_regex(r"\A\+[1-9][0-9]{9,13}\Z"), st.text(string.ascii_letters + " ,;(", max_size=10))
def test_no_international_number_stays_whole(number: str, around: str) -> None:
    assert number[1:] not in redact(f"{around} {number} {around}")


def test_secrets_that_are_made_later_are_hidden_too() -> None:
    redactor = Redactor()
    assert redactor("/ovh/accueil/fresh-secret/report") == "/ovh/accueil/fresh-secret/report"
    redactor.add("fresh-secret")
    assert redactor("/ovh/accueil/fresh-secret/report") == "/ovh/accueil/*****/report"


def test_a_line_is_an_event_name_and_its_facts() -> None:
    stream = io.StringIO()
    configure("json", (), stream)
    structlog.get_logger().info("sms.accepted", job=7, phone="accueil", to="+33612345679")
    [line] = said(stream)
    assert line.pop("timestamp", "").__str__().endswith("Z")
    assert line == {
        "event": "sms.accepted",
        "level": "info",
        "job": 7,
        "phone": "accueil",
        "to": "+336******79",
    }


def test_what_people_wrote_is_replaced_by_its_length() -> None:
    stream = io.StringIO()
    configure("json", (), stream)
    structlog.get_logger().info("reply.stored", text="Bonjour", message="Oui", body=b"x", content={"a": "Non"})
    [line] = said(stream)
    assert (line["text"], line["message"], line["body"], line["content"]) == (
        "<7 characters>",
        "<3 characters>",
        "<1 characters>",
        "<hidden>",
    )


@pytest.mark.parametrize("format", ["console", "json"])
def test_tracebacks_hold_no_secret_no_number_and_no_local_variable(format: str) -> None:
    stream = io.StringIO()
    configure(format, SECRETS, stream)  # type: ignore[arg-type]
    local = "what a patient wrote"
    assert local
    try:
        raise ValueError(f"refused {SECRETS[0]} {SECRETS[1]!r} for +33612345679")
    except ValueError:
        structlog.get_logger().exception("call.failed")
        logging.getLogger("some.library").exception("it said %s", SECRETS[1])
    out = stream.getvalue()
    assert out.count("ValueError: refused ***** ") == 2
    assert not [secret for secret in SECRETS if secret in out or json.dumps(secret)[1:-1] in out]
    assert "+336******79" in out
    assert "12345679" not in out
    assert local not in out


def test_libraries_speak_through_the_same_filter() -> None:
    stream = io.StringIO()
    configure("json", SECRETS, stream)
    logging.getLogger("aiohttp.access").info('"POST /ovh/accueil/%s/report HTTP/1.1" 200', SECRETS[2])
    logging.getLogger("urllib3.connectionpool").info("GET /sms/x/incoming?sender=%%2B33612345679")
    logging.getLogger("urllib3.connectionpool").warning("Retrying /1.0/sms?receiver=%2B33612345679")
    access, retry = said(stream)
    assert access["event"] == '"POST /ovh/accueil/*****/report HTTP/1.1" 200'
    assert (access["level"], access["logger"]) == ("info", "aiohttp.access")
    assert retry["event"] == "Retrying /1.0/sms?receiver=%2B336******79"


def test_warnings_become_lines() -> None:
    stream = io.StringIO()
    configure("json", (), stream)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn("old way", UserWarning, stacklevel=1)
    [line] = said(stream)
    assert (line["level"], line["logger"]) == ("warning", "py.warnings")


def test_filtered_levels_say_nothing_and_build_nothing() -> None:
    stream = io.StringIO()
    configure("console", (), stream)
    structlog.get_logger().debug("loop.turned", text=None)
    logging.getLogger("some.library").debug("noise")
    assert stream.getvalue() == ""


def test_configuring_again_moves_loggers_that_were_used_before() -> None:
    first, second = io.StringIO(), io.StringIO()
    log = structlog.get_logger()
    configure("json", (), first)
    log.info("one")
    configure("json", (), second)
    log.info("two")
    logging.getLogger("x").info("three")
    assert [line["event"] for line in said(first)] == ["one"]
    assert [line["event"] for line in said(second)] == ["two", "three"]
