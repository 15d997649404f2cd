"""The access log tells what was asked and how it ended, and nothing that must not be read."""

import logging

import pytest
from structlog.testing import capture_logs

from bridge.web.server import serve
from tests.web.conftest import SECRET, Behind


async def test_a_request_is_one_line_without_its_path(behind: Behind) -> None:
    with capture_logs() as lines:
        await behind.get(f"/ovh/accueil/{SECRET}/report?id=7001&description=1&from=0612345678")
        await behind.get(f"/ovh/accueil/{SECRET}/nowhere")
        await behind.get("/healthz")
    seconds = [line.pop("seconds") for line in lines]
    assert all(0 <= second < 60 for second in seconds)
    assert lines == [
        {"event": "web.request", "log_level": "info", "method": "GET", "route": "ovh.report", "status": 200},
        {"event": "web.request", "log_level": "info", "method": "GET", "route": "unknown", "status": 404},
        {"event": "web.request", "log_level": "debug", "method": "GET", "route": "healthz", "status": 200},
    ]


async def test_a_failure_is_logged_with_its_cause_and_without_the_secret(behind: Behind) -> None:
    behind.failure = OSError("disk full")
    with capture_logs() as lines:
        await behind.get(f"/ovh/accueil/{SECRET}/reply?id=7001")
    assert [line["event"] for line in lines] == ["web.callback_failed", "web.request"]
    assert lines[0]["route"] == "ovh.reply"
    assert SECRET not in repr(lines)


async def test_a_broken_request_is_not_logged_with_its_path(behind: Behind, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await behind.raw(f"GET /ovh/accueil/{SECRET}/report HTTP/9.9\r\n\r\n".encode())
    await behind.raw(f"GET /ovh/{SECRET} HTTP/1.1\r\nbad header\r\n\r\n".encode())
    assert SECRET not in caplog.text


async def test_the_port_is_closed_afterwards_and_a_taken_one_is_an_error(behind: Behind) -> None:
    with pytest.raises(OSError, match="address already in use"):
        async with serve("127.0.0.1", behind.port, []):
            pass
    async with serve("127.0.0.1", 0, []) as port:
        assert port not in (0, behind.port)
    behind.port = port
    with pytest.raises(OSError, match=r"Connect call failed"):
        await behind.get("/")
