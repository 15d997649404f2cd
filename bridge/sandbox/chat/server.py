"""The chat server on a port of its own of this machine."""

import secrets
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bridge.ports.clock import Clock, SystemClock
from bridge.sandbox.chat.bot_api import BotApi
from bridge.sandbox.chat.conversations import Conversations
from bridge.sandbox.chat.mischief import Mischief

CALLS_KEPT = 1000
GRACE = 0.2  # seconds for calls under way when the server stops: polls end at once by themselves


@dataclass(frozen=True, slots=True)
class BotCall:
    """One request of the bot as it was answered; `path` with its query, never its token."""

    at: datetime
    method: str
    path: str
    status: int
    answer: dict[str, Any]


class ChatServer(Conversations):
    """Rooms for people of this process, and an HTTP API for one bot that bears `bot_token`."""

    def __init__(self, clock: Clock | None = None, port: int = 0) -> None:
        super().__init__(clock or SystemClock())
        self._port = port
        self.bot_token = secrets.token_urlsafe(24)
        self.mischief = Mischief()
        self.calls: deque[BotCall] = deque(maxlen=CALLS_KEPT)
        """The bot's latest requests, polls that brought nothing left out."""
        self._api = BotApi(self, self.bot_token, self.mischief, self._seen)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Where the bot finds its API: `http://127.0.0.1:PORT`. Known while the server runs."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self._api.app(), access_log=None, shutdown_timeout=GRACE)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _seen(self, request: web.Request, status: int, answer: dict[str, Any]) -> None:
        if request.path == "/bot/events" and not answer.get("events"):
            return
        self.calls.append(BotCall(self._clock.now(), request.method, request.path_qs, status, answer))
        self._changed()
