"""How an HTTP exchange with a simulated service ends: answered, reset, hanging, cut short."""

import asyncio
import socket
import struct
from dataclasses import dataclass
from enum import Enum, auto

from aiohttp import web

_RST = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds: close() resets


class Ending(Enum):
    """How the HTTP exchange ends."""

    ANSWER = auto()
    """The fault's own answer, or the real one where it has none."""
    RESET = auto()
    """The connection is reset (TCP RST), nothing is answered."""
    HANG = auto()
    """Nothing is answered until `release`, then the real answer, or a reset when nothing was carried out."""
    CUT_SHORT = auto()
    """Half of the real answer, then the end of the connection."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole HTTP answer; `retry_after` in seconds, None for no such header."""

    status: int
    body: bytes
    content_type: str = "application/json"
    retry_after: int | None = None


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
