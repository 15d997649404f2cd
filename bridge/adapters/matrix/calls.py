"""Requests to the homeserver's client API (spec.matrix.org, Client-Server API v1.11 and later), and what they give.

The library's own client is not used for them: it waits and repeats by itself, for ever if it is let, returns errors
among results, and takes a key for shared that was never sent.
"""

import json
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import quote

import aiohttp
import structlog

from bridge.adapters.matrix.failures import Failure, failure_of_answer, failure_of_exception
from bridge.adapters.matrix.json_text import read_json
from bridge.adapters.matrix.pace import MARKS_LATER, Gate, Limits
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Temporary
from bridge.ports.clock import Clock

log = structlog.get_logger(__name__)

LARGEST = 64 * 2**20  # bytes of an answer that brings rooms: the first sync has all of their people
SMALL = 8 * 2**20  # bytes of any other
CONNECT_WITHIN = 10.0  # seconds
_ROOT = "/_matrix/client/v3"

Method = Literal["GET", "PUT", "POST"]
Puts = Literal["post", "mark"]
"""What is put into a room, for the server's limits: marks wait a little longer than posts."""


class Calls:
    """All requests to one homeserver. `timeout` is seconds for a whole request; `token` is set by who logs in."""

    def __init__(self, homeserver: str, clock: Clock, timeout: float) -> None:
        self.timeout = timeout
        self.token: str | None = None
        self.limits = Limits(clock)
        self._root = homeserver.rstrip("/")
        self._gate = Gate(clock)
        self.clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Make ready; nothing is called."""
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def __call__(
        self,
        method: Method,
        *path: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        puts: Puts | None = None,
        patient: bool = False,
        anonymous: bool = False,
        root: str = _ROOT,
    ) -> dict[str, Any]:
        """The object that the server answers. `path`: its parts, as they are; `puts`: what the server's limits count;
        `patient`: it waits for its turn while the server fails; `anonymous`: the token does not go with it.

        Raises Temporary, Permanent, OutcomeUnknown.
        """
        if puts is not None:
            self.limits.ask(later=MARKS_LATER if puts == "mark" else 0.0)
        await self._gate.passed(patient=patient)
        url = self._root + root + "".join(f"/{quote(part, safe='')}" for part in path)
        failure: Failure
        began = self.clock.monotonic()
        try:
            token = None if anonymous else self.token
            answer = await self._request(method, url, query, body, timeout or self.timeout, token)
        except (Temporary, Permanent, OutcomeUnknown) as error:
            failure = error
        else:
            self._gate.worked(began)
            return answer
        self._weigh(failure, puts, began)
        raise failure  # out here, so that nothing foreign is its context

    def _weigh(self, failure: Failure, puts: Puts | None, began: float) -> None:
        """What it says of the server: that it answers, that it wants less, or that it is not to be asked."""
        match failure:
            case Temporary(reason=Reason.RATE, retry_after=wait):
                self._gate.worked(began)
                if puts is not None:
                    self.limits.met(wait)
            case Permanent():
                self._gate.worked(began)
            case Temporary(reason=reason) | OutcomeUnknown(reason=reason):
                self._gate.failed(reason)

    async def _request(
        self,
        method: Method,
        url: str,
        query: Mapping[str, str] | None,
        body: Mapping[str, Any] | None,
        timeout: float,
        token: str | None,
    ) -> dict[str, Any]:
        if self._session is None:
            raise RuntimeError("the platform is used outside its context")
        limit = aiohttp.ClientTimeout(total=timeout, sock_connect=CONNECT_WITHIN)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        try:
            async with self._session.request(
                method, url, params=query, data=data, headers=headers, timeout=limit, allow_redirects=False
            ) as response:
                answer, status = await _read(response, LARGEST if method == "GET" else SMALL), response.status
                retry_after = response.headers.get("Retry-After")
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise failure_of_exception(error) from None
        if status != 200:
            raise failure_of_answer(status, answer, retry_after)
        return _object(answer)


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The whole answer. Raises OutcomeUnknown when it is larger: nothing of it is kept."""
    parts, size = [], 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > most:
            log.warning("matrix.answer_too_large", path=response.url.path[:200], more_than=most)
            response.close()
            raise OutcomeUnknown(Reason.SERVER)
        parts.append(part)
    return b"".join(parts)


def _object(answer: bytes) -> dict[str, Any]:
    """Raises OutcomeUnknown when a 200 brings none: a proxy may have answered."""
    told = read_json(answer)
    if not isinstance(told, dict):
        raise OutcomeUnknown(Reason.SERVER)
    return told
