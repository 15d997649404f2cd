"""Whether a bridge is heard where it listens, by whatever name that address goes."""

import socket

import pytest

from bridge.web.reach import answers
from bridge.web.server import serve
from tests.web.conftest import Behind


def is_here(host: str) -> bool:
    """Whether this machine has such an address: not every one speaks IPv6."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probing:
            probing.bind((host, 0))
    except OSError:
        return False
    return True


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "localhost", "::1", "::"])
async def test_a_bridge_is_heard_at_every_address_that_it_may_listen_on(behind: Behind, host: str) -> None:
    if not is_here(host):
        pytest.skip(f"this machine has no {host}")
    async with serve(host, 0, behind.routes()) as port:
        assert await answers(host, port)
    assert not await answers(host, port)
