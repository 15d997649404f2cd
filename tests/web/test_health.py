"""What machines ask of the process."""

import json

from bridge.ports.callbacks import Readiness
from tests.web.conftest import Behind


async def test_a_process_whose_loop_died_is_not_alive(behind: Behind) -> None:
    assert (await behind.get("/healthz"))[0] == 200
    behind.alive = False
    assert await behind.get("/healthz") == (503, b'{"alive": false}')


async def test_foreign_outages_are_told_and_do_not_make_it_unready(behind: Behind) -> None:
    status, body = await behind.get("/readyz")
    assert status == 200
    assert json.loads(body) == {
        "ready": True,
        "migrated": True,
        "writable": True,
        "started": True,
        "phones": {"accueil": "keys"},
    }


async def test_what_is_missing_of_our_own_makes_it_unready(behind: Behind) -> None:
    for missing in ("migrated", "writable", "started"):
        parts = {"migrated": True, "writable": True, "started": True, missing: False}
        behind.readiness = Readiness(**parts)
        status, body = await behind.get("/readyz")
        assert status == 503
        assert json.loads(body)[missing] is False


async def test_a_store_that_cannot_be_asked_is_not_ready(behind: Behind) -> None:
    behind.readiness = None
    assert (await behind.get("/readyz"))[0] == 503


async def test_figures_are_given_in_the_format_of_prometheus(behind: Behind) -> None:
    answer = await behind.raw(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert b"Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n" in answer
    assert answer.endswith(b"\r\n\r\nbridge_up 1.0\n")


async def test_health_can_be_asked_with_head_and_not_changed(behind: Behind) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert await behind.get(path, "HEAD") == (200, b"")
        assert (await behind.get(path, "POST"))[0] == 405
