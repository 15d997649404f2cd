"""The HTTP side: a socket, requests in, answers out, and connections that break on purpose."""

import json
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bridge.sandbox.endings import Answer
from bridge.sandbox.ovh.api import Signed
from bridge.sandbox.ovh.values import Clock, SeenRequest

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
