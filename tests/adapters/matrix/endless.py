"""A homeserver before whose history there is always some more."""

import json
import time
from itertools import count

from aiohttp import web

from tests.adapters.matrix.raw import said
from tests.matrix.proxy import Proxy


class Endless(Proxy):
    """Each page has one message more, older than the one before, and names another page. `stands`: always the same."""

    stands = False
    _numbers = count(1)

    async def _treat(self, request: web.Request, body: bytes) -> web.StreamResponse:
        if not request.path.endswith("/messages"):
            return await super()._treat(request, body)
        number = next(self._numbers)
        page = {
            "chunk": [said(f"page {number}") | {"origin_server_ts": int(time.time() * 1000)}],
            "end": "here" if self.stands else f"before-{number}",
        }
        return web.Response(text=json.dumps(page), content_type="application/json")
