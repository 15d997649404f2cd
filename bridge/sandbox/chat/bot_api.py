"""The chat server's API for its bot: JSON, a bearer token, and whatever mischief is planned."""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bridge.sandbox.chat.conversations import Conversations
from bridge.sandbox.chat.entries import Button, Mark
from bridge.sandbox.chat.mischief import AFTER, IN_EVENTS, Call, Mischief, Planned, Trouble
from bridge.sandbox.chat.refusals import BotMuted, BotNotInRoom, Malformed, NoSuchEntry, NoSuchRoom

MAX_BODY = 1024 * 1024  # bytes
MAX_EVENTS = 500  # in one answer
MAX_WAIT = 60.0  # seconds

_HTML = "<html><head><title>Welcome</title></head><body>Please log in.</body></html>"
_REFUSALS: dict[type[Exception], tuple[int, str]] = {
    NoSuchRoom: (404, "no_room"),
    NoSuchEntry: (404, "no_entry"),
    BotNotInRoom: (403, "bot_removed"),
    BotMuted: (403, "muted"),
}

Answer = tuple[int, dict[str, Any]]
Seen = Callable[[web.Request, int, dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class _Fields:
    values: dict[str, Any]

    def text(self, key: str) -> str:
        value = self.values.get(key)
        if not isinstance(value, str):
            raise Malformed(f"{key} must be a text")
        return value

    def optional(self, key: str) -> str | None:
        return None if self.values.get(key) is None else self.text(key)

    def buttons(self) -> list[Button]:
        value = self.values.get("buttons", [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise Malformed("buttons must be a list")
        return [Button(_Fields(item).text("data"), _Fields(item).text("label")) for item in value]

    def summary(self) -> dict[str, int] | None:
        value = self.values.get("summary")
        if value is None:
            return None
        if not isinstance(value, dict) or not all(type(figure) is int for figure in value.values()):
            raise Malformed("summary must hold whole numbers")
        return dict(value)


class BotApi:
    """The routes under /bot. `seen` is called with each request, its status and what it carried."""

    def __init__(self, conversations: Conversations, token: str, mischief: Mischief, seen: Seen) -> None:
        self._conversations = conversations
        self._token = f"Bearer {token}".encode()
        self._mischief = mischief
        self._seen = seen
        self._closing = asyncio.Event()

    def app(self) -> web.Application:
        """The routes. Polls and hanging calls end when the app shuts down."""
        app = web.Application(client_max_size=MAX_BODY)
        app.router.add_get("/bot/me", self._route("me", self._me))
        app.router.add_get("/bot/events", self._route("events", self._events))
        app.router.add_post("/bot/posts", self._route("post", self._post))
        app.router.add_put("/bot/posts/{id}", self._route("edit", self._edit))
        app.router.add_put("/bot/marks/{id}", self._route("mark", self._mark))
        app.on_shutdown.append(self._close)
        return app

    async def _close(self, _: web.Application) -> None:
        self._closing.set()
        self._conversations.log.wake()

    def _route(
        self, call: Call, act: Callable[[web.Request], Awaitable[Answer]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def route(request: web.Request) -> web.Response:
            given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
            planned = self._mischief.take(call)
            refused = planned is not None and planned.trouble is Trouble.UNAUTHORIZED
            if refused or not hmac.compare_digest(given, self._token):
                return web.json_response({"error": "unauthorized"}, status=401)
            if planned is None or planned.trouble in IN_EVENTS:
                return await self._answer(request, act, planned)
            return await self._spoil(request, act, planned)

        return route

    async def _answer(
        self,
        request: web.Request,
        act: Callable[[web.Request], Awaitable[Answer]],
        planned: Planned | None = None,
    ) -> web.Response:
        try:
            status, body = await act(request)
        except Malformed as malformed:
            status, body = 400, {"error": "malformed", "detail": str(malformed)}
        except tuple(_REFUSALS) as refusal:
            status, code = _REFUSALS[type(refusal)]
            body = {"error": code}
        if planned is not None:
            body = self._with_mischief(body, planned.trouble)
        self._seen(request, status, body)
        return web.json_response(body, status=status)

    async def _spoil(
        self, request: web.Request, act: Callable[[web.Request], Awaitable[Answer]], planned: Planned
    ) -> web.Response:
        if planned.trouble in AFTER:
            await self._answer(request, act)
        match planned.trouble:
            case Trouble.RATE:
                wait = {} if planned.retry_after is None else {"retry_after": planned.retry_after}
                return web.json_response({"error": "too_many", **wait}, status=429)
            case Trouble.RESET_BEFORE | Trouble.RESET_AFTER:
                if request.transport is not None:
                    request.transport.abort()
                return web.Response()
            case Trouble.HANG_BEFORE | Trouble.HANG_AFTER:
                await self._closing.wait()
                return web.Response(status=503)
            case Trouble.GARBAGE:
                return web.Response(text=_HTML, content_type="text/html")
            case trouble:
                return web.Response(text=_HTML, status=500 if trouble is Trouble.ERROR_AFTER else 503)

    async def _me(self, _: web.Request) -> Answer:
        return 200, {"name": "bridge", "rooms": len(self._conversations.rooms())}

    async def _events(self, request: web.Request) -> Answer:
        try:
            after, wait = int(request.query.get("after", "0")), float(request.query.get("wait", "0"))
        except ValueError:
            raise Malformed("after and wait must be numbers") from None
        log = self._conversations.log
        self._conversations.confirm(after)
        if not self._closing.is_set():
            await log.wait(after, min(max(wait, 0.0), MAX_WAIT))
        events = [event.body for event in log.after(after, MAX_EVENTS)]
        return 200, {"events": events, "cursor": events[-1]["number"] if events else after}

    async def _post(self, request: web.Request) -> Answer:
        fields = await _read(request)
        entry = self._conversations.put_post(
            key=fields.text("key"),
            room=fields.text("room"),
            text=fields.text("text"),
            reply_to=fields.optional("reply_to"),
            buttons=fields.buttons(),
            pinned=fields.values.get("pinned") is True,
        )
        return 200, {"id": entry.id, "room": entry.room}

    async def _edit(self, request: web.Request) -> Answer:
        fields = await _read(request)
        self._conversations.edit_post(
            request.match_info["id"],
            fields.text("text"),
            fields.buttons(),
            fields.values.get("pinned") is True,
        )
        return 200, {}

    async def _mark(self, request: web.Request) -> Answer:
        fields = await _read(request)
        mark = Mark(fields.text("status"), fields.text("word"), fields.summary())
        self._conversations.put_mark(request.match_info["id"], mark)
        return 200, {}

    def _with_mischief(self, body: dict[str, Any], trouble: Trouble) -> dict[str, Any]:
        events = list(body.get("events", []))
        match trouble:
            case Trouble.REPEATED:
                events = [event.body for event in self._conversations.log.after(0, MAX_EVENTS)]
            case Trouble.SHUFFLED:
                events.reverse()
            case _:
                events = [*_poison(self._conversations.log.last), *events]
        return {**body, "events": events}


def _poison(number: int) -> list[object]:
    typed = {"kind": "typed", "room": "nowhere", "person": {"id": "claire", "name": "Claire"}}
    return [
        "not an event",
        {"number": f"{number}-and-a-half", "kind": "typed"},
        {"kind": "typed", "room": "nowhere"},
        {"number": number, "kind": "danced", "room": 7, "at": "today"},
        {**typed, "number": number, "entry": None, "at": "2026-02-30"},
    ]


async def _read(request: web.Request) -> _Fields:
    """The JSON object in the body; aiohttp answers 413 when it is longer than MAX_BODY."""
    try:
        value = json.loads(await request.read())
    except ValueError:
        raise Malformed("the body must be JSON") from None
    if not isinstance(value, dict):
        raise Malformed("the body must be an object")
    return _Fields(value)
