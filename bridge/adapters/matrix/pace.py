"""How often the homeserver is asked: once in five seconds while it fails, and not before the time it named."""

from datetime import timedelta

from bridge.domain.failures import Reason, Temporary
from bridge.ports.clock import Clock

EVERY = 5.2
"""Seconds between two requests while the last one failed, whoever makes them: five, and what a network adds."""
REMEMBERED = 600.0
"""Seconds after a 429 in which the server's limits are taken to be near."""
MARKS_LATER = 5.0
"""Seconds that marks wait longer than posts: at Synapse's own limits, the time until it takes one more."""


class Gate:
    """Shut by a failure, opened by any answer. Shut, it lets one request through at once, then one in five seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._reason: Reason | None = None
        self._next = self._failed_at = 0.0

    async def passed(self, *, patient: bool) -> None:
        """Return when a request may be made. Raises Temporary when it would have to wait, unless it is `patient`."""
        while self._reason is not None:
            now = self._clock.monotonic()
            wait = self._next - now
            if wait <= 0:
                self._next = now + EVERY  # counted from when it goes, however late it woke
                return
            if not patient:
                raise Temporary(self._reason, timedelta(seconds=wait))
            await self._clock.sleep(wait)

    def failed(self, reason: Reason) -> None:
        """The request that was just made got no answer, or none that is one."""
        now = self._clock.monotonic()
        if self._reason is None:
            self._next = now
        self._reason, self._failed_at = reason, now

    def worked(self, began: float) -> None:
        """A request that was made then was answered: the server is back, if it failed before that."""
        if began >= self._failed_at:
            self._reason = None


class Limits:
    """The server's limits on what is put into rooms: they count for the whole account."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until = 0.0
        self._met: float | None = None

    def ask(self, *, later: float = 0.0) -> None:
        """Raises Temporary while the server wants nothing, and `later` seconds longer."""
        now = self._clock.monotonic()
        if self._until and now < self._until + later:
            raise Temporary(Reason.RATE, timedelta(seconds=self._until + later - now))

    def met(self, wait: timedelta | None) -> None:
        """It answered 429, and named this time or none."""
        self._met = self._clock.monotonic()
        if wait is not None:
            self._until = max(self._until, self._met + wait.total_seconds())

    @property
    def near(self) -> bool:
        """Whether what can be left out should be."""
        return self._met is not None and self._clock.monotonic() - self._met < REMEMBERED
