"""The HTTP side: a socket, requests in, answers out, and connections that break on purpose."""

import socket
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

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
