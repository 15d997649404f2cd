"""The HTTP side: a socket, requests in, answers out, and connections that break on purpose."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.doubles.telegram.faults import Answer

_RST = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds: close() resets
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
        # A caller that hangs up ends its poll, as at Telegram.
        served = web.Server(self._respond, access_log=None, handler_cancellation=True)
        self._runner = web.ServerRunner(served, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.SockSite(self._runner, listening).start()

    async def shut(self) -> None:
        """Breaks all connections, polls and all; from now on they are refused."""
        if self._runner is None:
            return
        for site in list(self._runner.sites):
            await site.stop()
        for connection in self._runner.server.connections if self._runner.server else ():
            if connection.transport is not None:
                connection.transport.abort()
        await self._runner.cleanup()
        self._runner = None


async def arguments(request: web.BaseRequest) -> dict[str, Any]:
    """What a call was given: in its query, and in a body of JSON, form or multipart."""
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        body = await request.json()
        given |= body if isinstance(body, dict) else {}
    elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        given |= dict(await request.post())
    return given


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
