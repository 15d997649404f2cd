"""The library's transport on aiohttp: a fifth of the CPU of its own, and it knows what was surely not sent.

What aiohttp says never goes on: its exceptions and their tracebacks may carry the address, and in it the token.
"""

import json
import ssl
from collections.abc import Mapping
from datetime import timedelta

import aiohttp
import certifi
from telegram._utils.types import ODVInput
from telegram.error import TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bridge.adapters.telegram.failures import Lost, NotSent, Slow
from bridge.domain.failures import Reason

CONNECT_WITHIN = 5.0  # seconds for one of its addresses
_OF_A_CALL = 2 / 3  # of its time: so long it may take to look the name up and connect, before "surely not sent" is lost
_REFUSALS = (400, 401, 403, 404, 409, 429)  # what the library tells apart; any other 3xx and 4xx it takes for a 5xx
_LONGEST_WAIT = 86400.0  # seconds
IDLE = 10.0  # seconds: a connection unused for longer is closed, a stale one looks like "perhaps sent"
MOST = 32 << 20  # octets of an answer, unpacked: Telegram's own are far smaller


class AiohttpRequest(BaseRequest):
    """One session for all calls. `timeout` is seconds for a whole call, unless it names its own.

    Nothing is read from the environment, nothing is repeated, no redirect is followed.
    """

    __slots__ = ("_secure", "_session", "_timeout")

    def __init__(self, timeout: float, *, secure: bool) -> None:
        self._timeout = timeout
        self._secure = secure
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds for a whole call."""
        return self._timeout

    @property
    def is_open(self) -> bool:
        """Whether calls can be made."""
        return self._session is not None

    async def initialize(self) -> None:
        """Open the session; no connection yet."""
        tls = _trusted_certificates() if self._secure else True
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE, ssl=tls),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"Content-Type": "application/json"},
        )

    async def shutdown(self) -> None:
        """Close it."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One request: the status and the body. Raises NotSent, Slow, TimedOut or Lost."""
        if self._session is None:
            raise NotSent(Reason.NETWORK)
        seconds = read_timeout if isinstance(read_timeout, int | float) else self._timeout
        body = json.dumps(request_data.parameters if request_data else {}).encode()
        connect = min(self._timeout, seconds) * _OF_A_CALL
        limit = aiohttp.ClientTimeout(total=seconds, connect=connect, sock_connect=CONNECT_WITHIN)
        failure: TelegramError
        try:
            async with self._session.request(method, url, data=body, timeout=limit, allow_redirects=False) as response:
                status, payload = response.status, await _body(response)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL):
            failure = NotSent(Reason.NETWORK)
        except TimeoutError:
            failure = TimedOut()
        except (aiohttp.ClientError, OSError):
            failure = Lost("no answer")
        else:
            if 300 <= status < 500:
                _told_by_telegram(status, payload)
            return status, payload
        raise failure  # out here, so that what aiohttp said is not its context

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, object]:
        """The object in an answer. Raises TelegramError without logging it, as the library would: it holds texts."""
        value = _object(payload)
        if value is None:
            raise TelegramError("Invalid server response")
        return value


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """The whole body. Raises ClientPayloadError when it is larger than any of Telegram's."""
    body = bytearray()
    async for part in response.content.iter_any():
        body += part
        if len(body) > MOST:
            raise aiohttp.ClientPayloadError("too large")
    return bytes(body)


def _trusted_certificates() -> ssl.SSLContext:
    """The machine's certificate authorities and Mozilla's."""
    context = ssl.create_default_context()
    context.load_verify_locations(cafile=certifi.where())
    return context


def _object(payload: bytes) -> dict[str, object] | None:
    try:
        value = json.loads(payload.decode(errors="replace"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _told_by_telegram(status: int, payload: bytes) -> None:
    """Raises NotSent when a 3xx or 4xx is none of Telegram's (a proxy's page) or says nothing of what was asked.

    Raises Slow when it asks to wait.
    """
    value = _object(payload)
    if value is None or value.get("ok") is not False or status not in _REFUSALS:
        raise NotSent(Reason.SERVER)
    parameters = value.get("parameters")
    asked = parameters.get("retry_after") if isinstance(parameters, Mapping) else None
    if status == 429:
        raise Slow(_seconds(asked))


def _seconds(value: object) -> timedelta | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return timedelta(seconds=min(value, _LONGEST_WAIT))
    return None
