"""The browser's rooms as a ChatPlatform: an HTTP client of the chat server."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import aiohttp

from bridge.adapters.browser.translate import (
    PLATFORM,
    Batch,
    answer_of,
    batch_of,
    failure_of_answer,
    failure_of_exception,
    mark_body,
    post_body,
    posted_of,
)
from bridge.domain.failures import OutcomeUnknown, Permanent, Refusal, Temporary
from bridge.domain.ids import RoomAddress
from bridge.domain.retry import doubled
from bridge.domain.rooms import Language
from bridge.ports.chat import ChatSink, Mark, MarkRef, MenuEntry, Post, PostedRef
from bridge.ports.clock import Clock
from bridge.ports.phone import Finding

POLL_WAIT = 25.0  # seconds the chat server may keep a poll open
CONNECT_WITHIN = 5.0  # seconds
FIRST_PAUSE = 0.5  # seconds after a poll that failed, doubled with each further one
LONGEST_PAUSE = 30.0  # seconds


class BrowserPlatform:
    """One bot at one chat server. Posts are one each by our row's id; marks need no reference to be replaced.

    `marks_after`: how long after its hold a message may wait unmarked. `timeout`: seconds for a call, polls apart;
    `poll_wait`: seconds that a poll may stay open.
    """

    name = PLATFORM
    idempotent = True
    sign = "/"

    def __init__(
        self,
        url: str,
        token: str,
        clock: Clock,
        *,
        marks_after: timedelta = timedelta(0),
        timeout: float = 10.0,
        poll_wait: float = POLL_WAIT,
    ) -> None:
        self.marks_after = marks_after
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}
        self._clock = clock
        self._timeout = timeout
        self._poll_wait = poll_wait
        self._session: aiohttp.ClientSession | None = None
        self.trouble: str | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=self._timeout, sock_connect=CONNECT_WITHIN),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def listen(self, sink: ChatSink, cursor: str | None) -> None:
        """Hand over events for ever. What the sink raises goes on, and the events come again later.

        Raises ValueError when the cursor is none of ours.
        """
        after = int(cursor) if cursor else 0
        failures = 0
        while True:
            try:
                batch = await self._poll(after)
            except (Temporary, Permanent, OutcomeUnknown) as failure:
                failures += 1
                self.trouble = failure.reason.value
                await self._clock.sleep(_pause(failures, failure))
                continue
            failures, self.trouble = 0, None
            if batch.events:
                await sink.accept(batch.events, str(batch.cursor))
            after = batch.cursor

    async def post(self, post: Post) -> PostedRef:
        """Put it into its room; a repeat finds what is there."""
        return posted_of(await self._call("POST", "/bot/posts", post_body(post)))

    async def edit(self, ref: PostedRef, post: Post) -> None:
        """Replace text, buttons and pin."""
        await self._call("PUT", f"/bot/posts/{quote(ref.id, safe='')}", post_body(post))

    async def mark(self, mark: Mark, previous: MarkRef | None) -> MarkRef:
        """Show the mark; the chat server keeps one an entry."""
        await self._call("PUT", f"/bot/marks/{quote(mark.on.id, safe='')}", mark_body(mark, previous))
        return ""

    async def open_conversation(self, desk: RoomAddress, title: str) -> RoomAddress:
        """Raises Permanent: the browser has no places within a room, a desk's answers stand in it."""
        raise Permanent(Refusal.OTHER, "the browser has no conversations of their own")

    async def offer(self, menu: Mapping[Language, Sequence[MenuEntry]]) -> None:
        """The chat server has no menu."""

    def private(self, room: RoomAddress) -> bool:
        """No: there are rooms alone."""
        return False

    async def check(self, rooms: Mapping[RoomAddress, bool]) -> list[Finding]:
        """Whether the chat server answers and takes the token; all its rooms may be written to."""
        try:
            await self._call("GET", "/bot/me")
        except (Temporary, Permanent, OutcomeUnknown) as failure:
            reason = failure.reason.value
            return [Finding("error", "chat_unreachable", {"platform": PLATFORM, "reason": reason})]
        return [Finding("ok", "chat_ready", {"platform": PLATFORM})]

    async def _poll(self, after: int) -> Batch:
        """One long poll. An empty answer that came at once counts as a failure: else polls would rush."""
        began = self._clock.monotonic()
        path = f"/bot/events?after={after}&wait={self._poll_wait:g}"
        answer = await self._call("GET", path, timeout=self._poll_wait + self._timeout)
        batch = batch_of(answer, after)
        if not batch.events and self._clock.monotonic() - began < self._poll_wait / 2:
            raise OutcomeUnknown
        return batch

    async def _call(
        self, method: str, path: str, body: dict[str, Any] | None = None, timeout: float | None = None
    ) -> dict[str, Any]:
        if self._session is None:
            raise RuntimeError("the platform is used outside its context")
        limit = aiohttp.ClientTimeout(total=timeout or self._timeout, sock_connect=CONNECT_WITHIN)
        try:
            async with self._session.request(
                method, self._url + path, json=body, timeout=limit, allow_redirects=False
            ) as response:
                answer = await response.read()
                status = response.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise failure_of_exception(error) from error
        if status != 200:
            raise failure_of_answer(status, answer)
        return answer_of(answer)


def _pause(failures: int, failure: Temporary | Permanent | OutcomeUnknown) -> float:
    """Seconds until the next poll: longer with each failure, and never shorter than what the server asks."""
    pause = doubled(FIRST_PAUSE, LONGEST_PAUSE, failures)
    asked = failure.retry_after if isinstance(failure, Temporary) else None
    return pause if asked is None else max(pause, asked.total_seconds())
