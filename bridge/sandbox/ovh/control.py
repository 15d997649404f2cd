"""The simulated OVH as a process: its telephones and its faults, moved over HTTP instead of by a test."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bridge.sandbox.ovh.simulator import SimulatedOvh
from bridge.sandbox.ovh.telephones import Telephone

Body = dict[str, Any]


class Control:
    """GET /telephones; POST /telephones/NUMBER/answer (text), /off, /on; POST /mode (mode), /credits (credits).

    Bodies are JSON objects; answers too. Whoever reaches the port may do all of it.
    """

    def __init__(self, ovh: SimulatedOvh) -> None:
        self._ovh = ovh
        self._verbs: dict[str, Callable[[str, Body], Awaitable[Body]]] = {
            "answer": self._answer,
            "off": self._off,
            "on": self._on,
        }
        self._switches: dict[str, Callable[[Body], Body]] = {"mode": self._mode, "credits": self._credits}

    async def respond(self, request: web.BaseRequest) -> web.StreamResponse | None:
        """The answer, None for addresses that are not these."""
        parts = request.path.strip("/").split("/")
        if parts[0] != "telephones" and request.path.strip("/") not in self._switches:
            return None
        try:
            return web.json_response(await self._done(request, parts))
        except LookupError:
            return web.json_response({"error": Control.__doc__}, status=404)
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)

    async def _done(self, request: web.BaseRequest, parts: list[str]) -> object:
        """Raises LookupError for an address that is none, ValueError for a body that is none."""
        match request.method, parts:
            case "GET", ["telephones"]:
                return [_told(one) for one in self._ovh.telephones.values()]
            case "POST", ["telephones", number, verb]:
                return await self._verbs[verb](number, await _body(request))
            case "POST", [switch]:
                return self._switches[switch](await _body(request))
            case _:
                raise LookupError

    async def _answer(self, number: str, body: Body) -> Body:
        answer = await self._ovh.answer(number, _text(body, "text"))
        return {"arrived": answer is not None, "id": answer.id if answer else None}

    async def _off(self, number: str, body: Body) -> Body:
        self._ovh.switch_off(number)
        return _told(self._ovh.telephone(number))

    async def _on(self, number: str, body: Body) -> Body:
        await self._ovh.switch_on(number)
        return _told(self._ovh.telephone(number))

    def _mode(self, body: Body) -> Body:
        self._ovh.set_mode(_text(body, "mode"))
        return {"mode": self._ovh.mode.value}

    def _credits(self, body: Body) -> Body:
        credits = body.get("credits")
        if not isinstance(credits, int | float) or isinstance(credits, bool) or credits < 0:
            raise ValueError('the body must say credits, such as {"credits": 5}')
        self._ovh.books().top_up(float(credits))
        return {"credits": self._ovh.books().credits}


async def _body(request: web.BaseRequest) -> Body:
    raw = await request.text()
    body = json.loads(raw) if raw else {}
    if not isinstance(body, dict):
        raise ValueError("the body must be a JSON object")  # noqa: TRY004 - a caller's mistake, told as one
    return body


def _text(body: Body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise ValueError(f'the body must say {name}, such as {{"{name}": "…"}}')  # noqa: TRY004
    return value


def _told(telephone: Telephone) -> Body:
    return {
        "number": telephone.number,
        "on": telephone.on,
        "exists": telephone.exists,
        "inbox": [{"sender": one.sender, "text": one.text, "at": one.at.isoformat()} for one in telephone.inbox],
        "written": [{"text": one.text, "at": one.at.isoformat(), "lost": one.lost} for one in telephone.written],
    }
