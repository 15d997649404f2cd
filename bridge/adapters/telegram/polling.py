"""Listening: one poll after the other, each batch on disk before the next poll confirms it to Telegram."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import structlog

from bridge.adapters.telegram.calls import Calls
from bridge.adapters.telegram.cursor import Cursor
from bridge.adapters.telegram.failures import Contested, Failure, Moved
from bridge.adapters.telegram.translate import ALLOWED, Batch, Me, batch_of
from bridge.domain.events import ChatEvent, Missed
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Temporary
from bridge.domain.outage import Outage, Rest
from bridge.ports.chat import ChatSink
from bridge.ports.clock import Clock
from bridge.ports.probe import Probe

log = structlog.get_logger(__name__)

FIRST_PAUSE = 0.5  # seconds after a poll that failed, doubled with each further one
CONTESTED = 30.0  # seconds before asking again while another program polls
PERSISTED = timedelta(hours=1)
"""How often the time of the last poll is written down while nothing happens."""
ANSWERED_WITHIN = 3.0  # seconds for telling Telegram that buttons were heard: the next poll waits so long at most


class Listening:
    """One stretch of listening. `trouble`: why nothing is heard at present, in one word."""

    def __init__(
        self,
        calls: Calls,
        clock: Clock,
        sink: ChatSink,
        cursor: Cursor,
        probe: Probe,
        wait: int,
        tell: Callable[[str | None], None],
    ) -> None:
        self._calls = calls
        self._clock = clock
        self._sink = sink
        self._cursor = cursor
        self._probe = probe
        self._wait = wait
        self._tell = tell
        self._me: Me | None = None
        self._written: datetime | None = None
        self._outage = Outage(FIRST_PAUSE)
        self._went_back = False
        self._troubled = False

    async def for_ever(self) -> None:
        """Never ends by itself; what the sink raises goes on, and the same events come again later."""
        while True:
            began = self._clock.monotonic()
            try:
                if self._me is None:
                    self._me = await self._introduce()
                    self._cursor = self._cursor.of(self._me.id)
                updates = await self._poll()
            except (Temporary, Permanent, OutcomeUnknown, Moved) as failure:
                await self._rest(failure)
                continue
            self._outage.over()
            self._tell(None)
            taken = await self._take(updates, self._me)
            asked_at_once, self._troubled = self._troubled, False
            if not (taken or asked_at_once) and self._clock.monotonic() - began < self._wait / 2:
                await self._clock.sleep(FIRST_PAUSE)  # nothing, and at once: polls would rush

    async def _introduce(self) -> Me:
        """Who we are. A webhook would keep every update from us; what waits for it is not dropped."""
        await self._calls("deleteWebhook", {"drop_pending_updates": False})
        return me_of(await self._calls("getMe"))

    async def _poll(self) -> list[object]:
        wait = 0 if self._troubled else self._wait  # after a trouble: that it is over is known at once
        params: dict[str, object] = {"timeout": wait, "allowed_updates": list(ALLOWED)}
        if self._cursor.next is not None:
            params["offset"] = self._cursor.next
        updates = await self._calls("getUpdates", params, timeout=self._wait + self._calls.timeout)
        if not isinstance(updates, list):
            raise OutcomeUnknown(Reason.SERVER)
        return updates

    async def _take(self, updates: list[object], me: Me) -> bool:
        """Hand over what came. Whether it brought the offset on: what has no id can never be confirmed."""
        now = self._clock.now()
        batch = batch_of(updates, me, now)
        events = [*self._missed(now), *self._gap(batch, now), *batch.events]
        cursor = self._cursor.after(batch.ids, now)
        if updates:
            self._probe("tg.after_fetch")
        if events or batch.ids or self._written is None or now - self._written >= PERSISTED:
            await self._sink.accept(events, cursor.text)
            self._written = now
        on = cursor.next != self._cursor.next
        self._went_back = bool(batch.ids) and self._cursor.next is not None and batch.ids[0] < self._cursor.next
        self._cursor = cursor
        await self._answer(batch.queries)
        return on

    def _missed(self, now: datetime) -> list[ChatEvent]:
        gone = self._cursor.missed(now)
        if gone is None:
            return []
        since, until = gone
        return [Missed(f"missed:{since.isoformat(timespec='seconds')}", since, until)]

    def _gap(self, batch: Batch, now: datetime) -> list[ChatEvent]:
        """Two that poll with one token take updates from each other, and neither need be told so."""
        if not batch.ids or self._went_back:
            return []
        holes = any(later > earlier + 1 for earlier, later in pairwise(batch.ids))
        if not (holes or self._cursor.jumped(batch.ids[0], now)):
            return []
        log.warning("telegram.gap", expected=self._cursor.next, first=batch.ids[0])
        return [*self._outage.alarm("gap", self._clock.now())]

    async def _rest(self, failure: Failure | Moved) -> None:
        """Say what is wrong, and wait before asking again."""
        self._troubled = True
        rest = self._judged(failure)
        self._tell(rest.trouble)
        log.info("telegram.not_heard", trouble=rest.trouble, seconds=round(rest.pause, 1))
        if rest.alarms:
            await self._sink.accept(rest.alarms, None)
        await self._clock.sleep(rest.pause)

    def _judged(self, failure: Failure | Moved) -> Rest:
        now = self._clock.now()
        if isinstance(failure, Contested):  # Telegram was reached: another program is listening
            self._outage.reached()
            return Rest(CONTESTED, "conflict", self._outage.alarm("conflict", now))
        return self._outage.after(failure, self._clock.monotonic(), now)

    async def _answer(self, queries: tuple[str, ...]) -> None:
        """Every press is answered, so that its button stops turning. It is on disk already: this may fail."""
        try:
            async with asyncio.timeout(ANSWERED_WITHIN):
                for query in queries:
                    await self._answer_one(query)
        except TimeoutError:
            log.info("telegram.presses_not_answered", presses=len(queries))

    async def _answer_one(self, query: str) -> None:
        try:
            await self._calls("answerCallbackQuery", {"callback_query_id": query})
        except (Temporary, Permanent, OutcomeUnknown, Moved) as failure:
            log.info("telegram.press_not_answered", why=str(failure))


def me_of(told: object) -> Me:
    """Read getMe's answer. Raises OutcomeUnknown when it is none."""
    match told:
        case {"id": int(my_id), "username": str(username), **more}:
            return Me(my_id, username, more.get("can_read_all_group_messages") is True)
        case _:
            raise OutcomeUnknown(Reason.SERVER)
