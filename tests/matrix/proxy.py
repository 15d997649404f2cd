"""A reverse proxy before the homeserver, on a real socket: it counts, and lets requests go wrong as a test asks."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp import ClientError, ClientSession, ClientTimeout, web

_HOP = {"host", "content-length", "connection", "transfer-encoding", "content-encoding", "accept-encoding", "date"}
_LARGE = 64 * 2**20


@dataclass(eq=False, slots=True)
class Seen:
    """One request: when (seconds), method, path, query, what it brought, and whether it was answered."""

    at: float
    method: str
    path: str
    query: Mapping[str, str]
    body: bytes
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What becomes of a request. `carried_out`: the homeserver does it, only its answer is lost.

    `status` None: no answer at all; the connection is cut, or with `hangs` kept open until the client gives up.
    """

    status: int | None = None
    body: str = ""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    carried_out: bool = False
    hangs: bool = False

    @property
    def cuts(self) -> bool:
        """Whether the connection ends without an answer."""
        return self.status is None and not self.hangs


BAD_GATEWAY = Fault(502, "<html><body><h1>502 Bad Gateway</h1></body></html>", "text/html")


@dataclass(eq=False, slots=True)
class _Rule:
    method: str
    part: str
    fault: Fault
    times: int | None


@dataclass(eq=False, slots=True)
class _Kept:
    method: str
    url: str
    headers: dict[str, str]
    body: bytes


class Proxy:
    """An async context manager. `url` is what the client is given; `now`: the seconds in which requests are dated."""

    def __init__(self, behind: str, now: Callable[[], float] = time.monotonic) -> None:
        self._behind, self._now = behind, now
        self.seen: list[Seen] = []
        self._rules: list[_Rule] = []
        self._keeping: tuple[str, ...] = ()
        self._kept: list[_Kept] = []
        self._held = ""
        self._free = asyncio.Event()
        self._open = AsyncExitStack()
        self._closing = asyncio.Event()
        self._watchers: list[Callable[[], None]] = []
        self.url = ""

    async def __aenter__(self) -> Self:
        # Connections are not kept: a homeserver that was stopped and started leaves none behind.
        self._session = await self._open.enter_async_context(
            ClientSession(timeout=ClientTimeout(total=None), auto_decompress=False, headers={"Connection": "close"})
        )
        app = web.Application(client_max_size=_LARGE)
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        self._open.push_async_callback(runner.cleanup)
        self._open.callback(self._closing.set)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    # What a test asks for

    def plan(self, part: str, fault: Fault, *, method: str = "", times: int | None = 1) -> None:
        """The next requests whose path has `part` meet the fault; `times` None: all from now on, until `heal`."""
        if fault.cuts and times is not None:
            times *= 2  # aiohttp's client repeats once, by itself, a GET or PUT whose connection was cut
        self._rules.append(_Rule(method, part, fault, times))

    def heal(self) -> None:
        """From now on everything passes."""
        self._rules.clear()

    def keep(self, part: str) -> None:
        """Say "done" to requests whose path has `part`, and hold them back until `deliver`."""
        self._keeping = (*self._keeping, part)

    def hold(self, part: str) -> None:
        """Let the next request whose path has `part`, and all like it, wait on their way until `free`."""
        self._held = part
        self._free.clear()

    def free(self) -> None:
        """They go on, and nothing waits any more."""
        self._held = ""
        self._free.set()

    async def deliver(self) -> int:
        """Pass on what was kept, in its order; gives how many."""
        kept, self._kept, self._keeping = self._kept, [], ()
        for one in kept:
            async with self._session.request(one.method, one.url, data=one.body, headers=one.headers) as response:
                assert response.status == 200, await response.text()
        return len(kept)

    def watch(self, changed: Callable[[], None]) -> None:
        """Have `changed` called at each request, and when it is answered."""
        self._watchers.append(changed)

    def asked(self, part: str = "", method: str = "") -> list[Seen]:
        """The requests so far whose path has `part`."""
        return [one for one in self.seen if part in one.path and method in one.method]

    async def until(self, condition: Callable[[], object], within: float = 10.0) -> None:
        """Wait, in real seconds, until something is true after a request, or after its answer."""
        news = asyncio.Event()
        self.watch(news.set)
        async with asyncio.timeout(within):
            while not condition():
                news.clear()
                await news.wait()

    # What it does

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        seen = Seen(self._now(), request.method, request.path, dict(request.query), body)
        self.seen.append(seen)
        self._tell()
        try:
            return await self._treat(request, body)
        finally:
            seen.answered = True
            self._tell()

    def _tell(self) -> None:
        for changed in self._watchers:
            changed()

    async def _treat(self, request: web.Request, body: bytes) -> web.StreamResponse:
        if self._held and self._held in request.path:
            await self._free.wait()
        fault = self._fault(request)
        if fault is not None and not fault.carried_out:
            return await self._break(request, fault)
        if fault is None and any(part in request.path for part in self._keeping):
            self._kept.append(_Kept(request.method, self._url(request), _passing(request.headers), body))
            return web.json_response({})
        try:
            response = await self._pass(request, body)
        except ClientError:  # nobody is behind it
            return await self._break(request, BAD_GATEWAY)
        return response if fault is None else await self._break(request, fault)

    def _fault(self, request: web.Request) -> Fault | None:
        for rule in self._rules:
            if rule.part in request.path and rule.method in ("", request.method):
                if rule.times is not None:
                    rule.times -= 1
                    if not rule.times:
                        self._rules.remove(rule)
                return rule.fault
        return None

    async def _break(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.hangs:
            await self._closing.wait()
        if fault.cuts:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        return web.Response(
            status=fault.status or 504, text=fault.body, content_type=fault.content_type, headers=fault.headers
        )

    async def _pass(self, request: web.Request, body: bytes) -> web.StreamResponse:
        headers = _passing(request.headers)
        async with self._session.request(request.method, self._url(request), data=body, headers=headers) as response:
            return web.Response(status=response.status, body=await response.read(), headers=_passing(response.headers))

    def _url(self, request: web.Request) -> str:
        return f"{self._behind}{request.raw_path}"


def _passing(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in _HOP}
