"""The HTTP side: a socket, requests in, answers out, and connections that break on purpose."""

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bridge.sandbox.ovh.api import Signed
from bridge.sandbox.ovh.faults import Answer
from bridge.sandbox.ovh.values import Clock, SeenRequest

_RST = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds: close() resets
_SECRET = frozenset({"X-OVH-SIGNATURE", "X-OVH-CONSUMER", "X-OVH-APPLICATION", "AUTHORIZATION", "COOKIE"})
_BASE = "/1.0"
HOST = "127.0.0.1"


class Door:
    """A listening socket. It can be shut and opened again on the same port."""

    def __init__(self, respond: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]], port: int) -> None:
        self._respond = respond
        self.port = port
        self._runner: web.ServerRunner | None = None

    async def open(self) -> None:
        """Listens; port 0 becomes the port that the system chose. Raises OSError where it is taken."""
        listening = socket.create_server((HOST, self.port))
        self.port = listening.getsockname()[1]
        self._runner = web.ServerRunner(web.Server(self._respond, access_log=None), shutdown_timeout=1.0)
        await self._runner.setup()
        await web.SockSite(self._runner, listening).start()

    async def shut(self) -> None:
        """Ends all connections; from now on they are refused."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None


async def read(request: web.BaseRequest, now: Clock) -> tuple[SeenRequest, Signed]:
    """The request as it is recorded, and what its signature covers."""
    seen = SeenRequest(
        at=now(),
        method=request.method,
        path=request.path.removeprefix(_BASE) if request.path.startswith(_BASE + "/") else "",
        query=dict(request.query),
        headers={name: value for name, value in request.headers.items() if name.upper() not in _SECRET},
    )
    raw = (await request.read()).decode("utf-8", "replace")
    seen.body = _decoded(raw)
    return seen, Signed(_signed_urls(request), raw, request.headers, f"http://{request.host}")


def _decoded(raw: str) -> Any:
    if not raw:
        return None
    try:
        return json.loads(raw)
    except ValueError:
        return raw


def _signed_urls(request: web.BaseRequest) -> list[str]:
    """Some official clients sign the URL without its port: both are right."""
    host = request.host
    return [
        f"http://{host}{request.raw_path}",
        f"http://{host.rsplit(':', 1)[0]}{request.raw_path}",
    ]


def in_json(status: int, value: object) -> Answer:
    """An answer as the API gives it; nothing to tell is `null`."""
    return Answer(status, json.dumps(value).encode())


def as_response(answer: Answer) -> web.Response:
    """The answer as aiohttp sends it."""
    response = web.Response(status=answer.status, body=answer.body, content_type=answer.content_type)
    if answer.retry_after is not None:
        response.headers["Retry-After"] = str(answer.retry_after)
    return response


def reset(request: web.BaseRequest) -> web.Response:
    """Resets the connection. What it returns goes nowhere."""
    transport = request.transport
    if transport is not None:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
        transport.abort()
    return web.Response()


async def cut_short(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    """Sends half of an answer and closes the connection."""
    response = web.StreamResponse(status=answer.status)
    response.content_type = answer.content_type
    response.content_length = len(answer.body)
    await response.prepare(request)
    await response.write(answer.body[: len(answer.body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


class Gate:
    """Where calls hang until they are let go."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self.waiting = 0

    async def wait(self) -> None:
        """Hangs."""
        self.waiting += 1
        try:
            await self._open.wait()
        finally:
            self.waiting -= 1

    def let_go(self) -> None:
        """All that hang go on; who comes later hangs again."""
        self._open.set()
        self._open = asyncio.Event()
