"""The Bot API's methods, called by name and waited with: after a 429 nothing leaves before its time.

The library's `Bot` is not used: at DEBUG it logs its address, and in it the token, and the text of every message.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from telegram.error import TelegramError
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter  # the library is pinned

from bridge.adapters.telegram.failures import Failure, Moved, failure_of
from bridge.adapters.telegram.request import AiohttpRequest
from bridge.domain.failures import OutcomeUnknown, Reason, Temporary
from bridge.ports.clock import Clock

_MANY = 1000  # pauses that are remembered before those that are over are forgotten


class Pauses:
    """Until when Telegram wants nothing of a kind: its 429 counts for the chat that was named, else for the method.

    Who fills the menu in at each of many starts is asked to wait for a quarter of an hour, and may write all the while.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[int | str, float] = {}

    def ask(self, of: int | str) -> None:
        """Raises Temporary while a pause lasts that a call of this chat, or method, would break."""
        now = self._clock.monotonic()
        until = self._until.get(of, now)
        if until > now:
            raise Temporary(Reason.RATE, timedelta(seconds=until - now))

    def begin(self, of: int | str, length: timedelta) -> None:
        """From now on."""
        now = self._clock.monotonic()
        if len(self._until) >= _MANY:
            self._until = {one: until for one, until in self._until.items() if until > now}
        self._until[of] = max(self._until.get(of, now), now + length.total_seconds())


class Calls:
    """All calls to one bot's address. `timeout` is seconds for a whole call."""

    def __init__(self, token: str, api_url: str, clock: Clock, timeout: float) -> None:
        root = api_url.rstrip("/")
        self.timeout = timeout
        self._root = f"{root}/bot{token}"
        self._request = AiohttpRequest(timeout, secure=root.startswith("https"))
        self._pauses = Pauses(clock)

    async def open(self) -> None:
        """Make ready; nothing is called."""
        await self._request.initialize()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._request.shutdown()

    async def __call__(
        self, method: str, params: Mapping[str, object] | None = None, *, timeout: float | None = None
    ) -> Any:
        """What the method gives. A `chat_id` among the parameters is what a 429 counts for.

        Raises Temporary, Permanent, OutcomeUnknown, or Moved when the chat has another id.
        """
        if not self._request.is_open:
            raise RuntimeError("the platform is used outside its context")
        given = params or {}
        chat = given.get("chat_id")
        named = chat if isinstance(chat, int) else method
        if method != "getUpdates":  # which may be polled while nothing may be sent
            self._pauses.ask(named)
        data = RequestData([RequestParameter(name, value, None) for name, value in given.items()])
        failure: Failure | Moved
        try:
            return await self._request.post(f"{self._root}/{method}", data, read_timeout=timeout)
        except TelegramError as error:
            failure = failure_of(error)
        except (KeyError, TypeError, AttributeError):  # the library's, at an answer of another shape
            failure = OutcomeUnknown(Reason.SERVER)
        asked = failure.retry_after if isinstance(failure, Temporary) else None
        if asked and method != "getUpdates":
            self._pauses.begin(named, asked)
        raise failure  # out here, so that nothing foreign is its context
