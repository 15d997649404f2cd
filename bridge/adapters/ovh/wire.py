"""One kept-open HTTP connection, in the place of the `requests` session inside the `ovh` client.

The client signs and encodes; this carries, at a quarter of the CPU `requests` takes for a call, and knows
whether a failure came before anything was sent or after.
Nothing is read from the environment (proxies, .netrc), nothing is repeated, no redirect is followed.
"""

import http.client
import select
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

IDLE_SECONDS = 10.0
"""A connection unused for longer is closed before the next call: a stale one looks like "perhaps sent"."""
LARGEST_ANSWER = 16 * 1024 * 1024
"""Bytes. Anything longer is no answer of OVH."""


class Unreachable(Exception):
    """No connection came about (DNS, refused, TLS, too slow): surely nothing was sent."""


class Cut(Exception):
    """The connection failed once the request may have left."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the bytes of the body, the header `Retry-After` as written."""

    status: int
    body: bytes
    retry_after: str | None = None


class _Connection(http.client.HTTPConnection):
    """Head and body leave in one write: half the system calls, and no packet of a head alone."""

    _unwritten = b""

    def send(self, data: object) -> None:
        """Keep what the standard library would write piece by piece."""
        if not isinstance(data, bytes):
            raise TypeError
        self._unwritten += data

    def write(self) -> None:
        """Let it go. Raises OSError."""
        data, self._unwritten = self._unwritten, b""
        self.sock.sendall(data)


class _Secure(_Connection, http.client.HTTPSConnection):
    """The same over TLS."""


class Wire:
    """One connection to `base`, used by one thread at a time. `abort` may be called from any thread.

    `timeout` is seconds for connecting (TLS included) and for each read.
    """

    def __init__(
        self,
        base: str,
        tls: ssl.SSLContext | None,
        timeout: tuple[float, float],
        monotonic: Callable[[], float],
    ) -> None:
        parts = urlsplit(base)
        self._host = parts.hostname or ""
        self._port = parts.port
        self._origin = len(f"{parts.scheme}://{parts.netloc}")
        self._tls = tls if parts.scheme == "https" else None
        self._connect_seconds, self._read_seconds = timeout
        self._monotonic = monotonic
        self._connection: _Connection | None = None
        self._used = 0.0

    def request(
        self, method: str, target: str, *, headers: dict[str, str], data: str, timeout: object = None
    ) -> Answer:
        """Send one request and read its answer. Raises Unreachable and Cut. `timeout` was given before."""
        connection = self._ready()
        headers["User-Agent"] = "bridge"
        headers["Accept"] = "application/json"
        failure: str
        try:
            connection.request(method, target[self._origin :], data.encode() if data else None, headers)
            connection.write()
            response = connection.getresponse()
            body = response.read(LARGEST_ANSWER + 1)
        except (OSError, http.client.HTTPException, ValueError) as error:
            failure = type(error).__name__  # its text may quote headers, so keys
        else:
            if response.length:  # too long for us, or the other side broke off
                self.close()
                raise Cut("IncompleteRead")
            self._used = self._monotonic()
            return Answer(response.status, body, response.headers.get("Retry-After"))
        self.close()
        raise Cut(failure)

    def _ready(self) -> _Connection:
        connection = self._connection
        if connection is not None and connection.sock is not None:
            if self._monotonic() - self._used <= IDLE_SECONDS and not _was_closed(connection.sock):
                return connection
            self.close()
        failure: str
        connection = self._new()
        try:
            connection.connect()
            connection.sock.settimeout(self._read_seconds)
        except (OSError, http.client.HTTPException, ValueError) as error:
            failure = type(error).__name__
        else:
            self._connection = connection
            return connection
        connection.close()
        raise Unreachable(failure)

    def _new(self) -> _Connection:
        if self._tls is not None:
            return _Secure(self._host, self._port, timeout=self._connect_seconds, context=self._tls)
        return _Connection(self._host, self._port, timeout=self._connect_seconds)

    def close(self) -> None:
        """Forget the connection; the next call opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def abort(self) -> None:
        """Break a call that another thread waits in: it ends there as Cut."""
        connection = self._connection
        if connection is not None and connection.sock is not None:
            try:
                connection.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it ended by itself


def _was_closed(sock: socket.socket) -> bool:
    """Whether the other side closed the idle connection, or sent what nobody asked for."""
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))
