"""A failure before the connection differs from one after it, and no old connection is trusted."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

import pytest

from bridge.adapters.ovh.wire import Answer, Cut, Unreachable, Wire
from tests.adapters.ovh.world import HandClock

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\nnull"


class Peer:
    """A server that gives each request on each connection the next of its answers, then closes."""

    def __init__(self, *connections: list[bytes]) -> None:
        self._left = list(connections)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._socket.getsockname()[1]}/1.0"
        self.connections = 0
        self.requests: list[bytes] = []
        self.closed = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        for answers in self._left:
            with contextlib.suppress(OSError):
                connection, _ = self._socket.accept()
                self.connections += 1
                with connection:
                    for answer in answers:
                        request = connection.recv(65536)
                        if not request:
                            break
                        self.requests.append(request)
                        connection.sendall(answer)
                self.closed.set()

    def stop(self) -> None:
        self._socket.close()


@pytest.fixture
def peer() -> Iterator[Callable[..., Peer]]:
    made: list[Peer] = []

    def make(*connections: list[bytes]) -> Peer:
        made.append(Peer(*connections))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def wire_to(base: str, clock: HandClock | None = None, read: float = 2.0) -> Wire:
    return Wire(base, None, (1.0, read), (clock or HandClock()).monotonic)


def ask(wire: Wire, base: str) -> Answer:
    return wire.request("GET", f"{base}/sms?a=b", headers={}, data="")


def test_one_connection_serves_many_calls(peer: Callable[..., Peer]) -> None:
    server = peer([OK, OK])
    wire = wire_to(server.base)
    assert ask(wire, server.base) == ask(wire, server.base) == Answer(200, b"null")
    assert server.connections == 1
    assert server.requests[0].startswith(b"GET /1.0/sms?a=b HTTP/1.1\r\n")
    wire.close()


def test_a_connection_idle_for_over_ten_seconds_is_replaced(peer: Callable[..., Peer]) -> None:
    clock = HandClock()
    server = peer([OK, OK], [OK])
    wire = wire_to(server.base, clock)
    ask(wire, server.base)
    clock.advance(10.1)
    ask(wire, server.base)
    assert server.connections == 2
    wire.close()


def test_a_connection_the_other_side_closed_is_replaced(peer: Callable[..., Peer]) -> None:
    server = peer([OK], [OK])
    wire = wire_to(server.base)
    ask(wire, server.base)
    assert server.closed.wait(2)
    assert ask(wire, server.base).status == 200
    assert server.connections == 2
    wire.close()


def test_nobody_listening_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        base = f"http://127.0.0.1:{taken.getsockname()[1]}/1.0"
    with pytest.raises(Unreachable, match="ConnectionRefusedError"):
        ask(wire_to(base), base)


def test_a_name_that_does_not_resolve_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        ask(wire_to("http://ovh.invalid/1.0"), "http://ovh.invalid/1.0")


def test_a_failed_handshake_is_unreachable(peer: Callable[..., Peer]) -> None:
    server = peer([b"this is no TLS"])
    base = server.base.replace("http:", "https:")
    with pytest.raises(Unreachable):
        ask(Wire(base, ssl.create_default_context(), (1.0, 1.0), HandClock().monotonic), base)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnull",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nnull\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\nnull\r\n",
    ],
)
def test_an_answer_that_breaks_off_is_cut(peer: Callable[..., Peer], answer: bytes) -> None:
    server = peer([answer])
    with pytest.raises(Cut):
        ask(wire_to(server.base), server.base)


def test_no_answer_in_time_is_cut(peer: Callable[..., Peer]) -> None:
    server = peer([b"HTTP/1.1 200 OK\r\n", OK])
    wire = wire_to(server.base, read=0.05)
    with pytest.raises(Cut, match="TimeoutError"):
        ask(wire, server.base)
    wire.close()


def test_after_a_cut_the_next_call_has_a_connection_of_its_own(peer: Callable[..., Peer]) -> None:
    server = peer([b""], [OK])
    wire = wire_to(server.base)
    with pytest.raises(Cut):
        ask(wire, server.base)
    assert ask(wire, server.base).status == 200
    wire.close()


def test_a_redirect_is_not_followed(peer: Callable[..., Peer]) -> None:
    server = peer([b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"])
    wire = wire_to(server.base)
    assert ask(wire, server.base).status == 302
    wire.close()


def test_an_aborted_call_ends_as_cut(peer: Callable[..., Peer]) -> None:
    server = peer([b"", b""])
    wire = wire_to(server.base, read=30.0)
    ended: list[str] = []

    def call() -> None:
        try:
            ask(wire, server.base)
        except Cut as cut:
            ended.append(str(cut))

    thread = threading.Thread(target=call)
    thread.start()
    while not server.requests:
        thread.join(0.01)
    wire.abort()
    thread.join(5)
    assert len(ended) == 1
    wire.close()


def test_failures_quote_no_header(peer: Callable[..., Peer]) -> None:
    server = peer([OK])
    wire = wire_to(server.base)
    with pytest.raises(Cut) as failure:
        wire.request("GET", f"{server.base}/sms", headers={"X-Ovh-Consumer": "s3cr3t\n"}, data="")
    assert "s3cr3t" not in str(failure.value)
    assert failure.value.__context__ is None
    wire.close()
