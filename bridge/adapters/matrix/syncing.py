"""Listening: one sync after the other, each on disk before the next one tells the server that it was taken."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from bridge.adapters.matrix.batch import Batch, Reading
from bridge.adapters.matrix.buttons import Buttons
from bridge.adapters.matrix.connection import Connection
from bridge.adapters.matrix.crypto import Crypto
from bridge.adapters.matrix.cursor import Cursor
from bridge.adapters.matrix.failures import Failure, TokenRefused
from bridge.adapters.matrix.fetching import Fetching
from bridge.adapters.matrix.joining import Directs, Joining, Welcome
from bridge.adapters.matrix.reading import at
from bridge.domain.events import RoomMoved
from bridge.domain.failures import OutcomeUnknown, Permanent, Temporary
from bridge.domain.outage import Outage
from bridge.ports.chat import ChatSink
from bridge.ports.clock import Clock
from bridge.ports.probe import Probe

log = structlog.get_logger(__name__)

FIRST_PAUSE = 5.5  # seconds after a sync that failed, doubled with each further one
RUSH = 0.5  # seconds after a sync that brought nothing at once
_ASKED = 20  # keys that are asked for after one sync: who sends what nobody can read must not hold it up
PERSISTED = timedelta(hours=1)
"""How often the server's token is written down while nothing happens."""


class Listening:
    """One stretch of listening. `tell`: why nothing is heard at present, in one word."""

    def __init__(
        self,
        connection: Connection,
        buttons: Buttons,
        clock: Clock,
        sink: ChatSink,
        cursor: Cursor,
        welcome: Welcome,
        directs: Directs,
        probe: Probe,
        wait: float,
        tell: Callable[[str | None], None],
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._sink = sink
        self._cursor = cursor
        self._joining = Joining(connection, directs, welcome, clock)
        self._directs = directs
        self._probe = probe
        self._wait = wait
        self._tell = tell
        self._fetching = Fetching(connection.calls, wait)
        self._reading = Reading(connection, buttons, self._fetching, clock)
        self._written: datetime | None = None
        self._outage = Outage(FIRST_PAUSE)
        self._troubled = False
        self.looked = asyncio.Event()
        """Set once it was asked what there is, and invitations that waited were followed, or it could not be."""

    async def for_ever(self) -> None:
        """Never ends by itself; what the sink raises goes on, and the same events come again later."""
        while True:
            began = self._clock.monotonic()
            try:
                crypto = await self._connection.ready()
                sync = await self._fetching.sync(crypto, self._cursor.since, at_once=self._troubled)
                await self._directs.load(self._connection.calls, self._connection.me.user)
                batch = await self._reading.batch(crypto, sync, self._cursor)
            except (Temporary, Permanent, OutcomeUnknown) as failure:
                await self._rest(failure)
                continue
            self._outage.over()
            self._tell(None)
            asked_at_once, self._troubled = self._troubled or self._fetching.at_once, False
            new = await self._take(batch)
            await self._afterwards(crypto, batch)
            self.looked.set()
            if not (new or asked_at_once) and self._clock.monotonic() - began < min(RUSH, self._wait / 2):
                await self._clock.sleep(RUSH)  # nothing, and at once: syncs would rush

    async def _take(self, batch: Batch) -> bool:
        """Hand over what came. Whether anything did."""
        now = self._clock.now()
        before, after = self._cursor, batch.cursor
        if batch.events:
            self._probe("mx.after_sync")
        kept = replace(after, since=before.since) != before
        if batch.events or kept or self._written is None or now - self._written >= PERSISTED:
            await self._sink.accept(batch.events, after.text)
            self._written = now
        self._fetching.taken()
        self._cursor = after
        return before.since != after.since

    async def _afterwards(self, crypto: Crypto, batch: Batch) -> None:
        """What others wait for, and what may be tried again with the next sync. None of it keeps the others waiting."""
        wanted = {(one.room, str(at(one.raw, "content", "session_id"))): one for one in batch.sealed}
        asks: list[Callable[[], Awaitable[None]]] = [partial(self._connection.keep_up, crypto)]
        asks += [partial(crypto.ask_for_key, one.room, one.raw) for one in list(wanted.values())[:_ASKED]]
        for ask in asks:
            try:
                await ask()
            except (Temporary, Permanent, OutcomeUnknown) as failure:
                log.info("matrix.left_for_later", why=str(failure))
        await self._joining.leave(one.room.address for one in batch.events if isinstance(one, RoomMoved))
        self._cursor = replace(self._cursor, invites=await self._joining.accept(self._cursor))

    async def _rest(self, failure: Failure) -> None:
        """Say what is wrong, and wait before asking again."""
        self._troubled = True
        self.looked.set()
        if isinstance(failure, TokenRefused) and failure.soft and await self._logged_in_again():
            return
        rest = self._outage.after(failure, self._clock.monotonic(), self._clock.now())
        self._tell(rest.trouble)
        log.info("matrix.not_heard", trouble=rest.trouble, seconds=round(rest.pause, 1))
        if rest.alarms:
            await self._sink.accept(rest.alarms, None)
        await self._clock.sleep(rest.pause)

    async def _logged_in_again(self) -> bool:
        """After a soft logout. Whether there is a new token for our device."""
        try:
            await self._connection.log_in_again()
        except (Temporary, Permanent, OutcomeUnknown) as failure:
            log.warning("matrix.no_new_token", why=str(failure))
            return False
        log.info("matrix.logged_in_again")
        return True
