"""Whether a bridge is heard where it listens, by whatever name that address goes."""

import pytest

from bridge.web.reach import answers
from bridge.web.server import serve
from tests.web.conftest import Behind


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "localhost", "::1", "::"])
async def test_a_bridge_is_heard_at_every_address_that_it_may_listen_on(behind: Behind, host: str) -> None:
    async with serve(host, 0, behind.routes()) as port:
        assert await answers(host, port)
    assert not await answers(host, port)
