"""A simulated OVH, somebody who calls it, and somewhere for it to call back."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bridge.sandbox.ovh import SimulatedOvh, SmsAccount
from tests.sandbox.ovh.caller import Caller


@pytest.fixture
async def ovh() -> AsyncIterator[SimulatedOvh]:
    async with SimulatedOvh([SmsAccount(senders=("CABINET",))]) as simulated:
        yield simulated


@pytest.fixture
async def caller(ovh: SimulatedOvh) -> AsyncIterator[Caller]:
    async with Caller(ovh) as calling:
        yield calling


@dataclass
class CalledBack:
    """Every callback that came: method, path, query, form."""

    url: str = ""
    status: int = 200
    calls: list[tuple[str, str, dict[str, str], dict[str, Any]]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        form = dict(await request.post())
        self.calls.append((request.method, request.path, dict(request.query), form))
        return web.Response(status=self.status)


@pytest.fixture
async def called_back() -> AsyncIterator[CalledBack]:
    callbacks = CalledBack()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", callbacks.take)
    async with TestServer(app) as server:
        callbacks.url = str(server.make_url(""))
        yield callbacks
