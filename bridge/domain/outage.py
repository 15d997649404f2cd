"""While a chat cannot be heard: how long it is left alone, and what an operator is told of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.domain.events import Alarm, Trouble
from bridge.domain.failures import Reason, Temporary
from bridge.domain.retry import doubled

LONGEST_PAUSE = 30.0  # seconds
REVOKED = (30.0, 300.0)  # seconds between two tries with a token that is refused: at first, at most
UNREACHABLE = timedelta(minutes=15)
"""How long a chat is silent before an operator is told."""
_KEEP_AWAY: frozenset[Trouble] = frozenset({"unreachable", "revoked"})


@dataclass(frozen=True, slots=True)
class Rest:
    """What to do after a failure: `pause` is seconds, `trouble` one word for `/readyz`."""

    pause: float
    trouble: str
    alarms: tuple[Alarm, ...] = ()


class Outage:
    """One chat's troubles, one after the other. `first_pause`: seconds after a failure, doubled with each further one.

    Times are given with each call: `monotonic` in seconds, `now` in UTC.
    """

    def __init__(self, first_pause: float) -> None:
        self._first_pause = first_pause
        self._failures = self._refused = 0
        self._silent_since: float | None = None
        self._away_since: datetime | None = None
        self._told: set[str] = set()

    def over(self) -> None:
        """The chat was heard."""
        self._failures = self._refused = 0
        self._silent_since = self._away_since = None

    def reached(self) -> None:
        """It answered, though not with what was asked for."""
        self._silent_since = None

    def after(self, failure: Exception, monotonic: float, now: datetime) -> Rest:
        """How long to wait after this one."""
        match failure:
            case Temporary(reason=Reason.KEYS):
                self.reached()
                self._refused += 1
                return Rest(doubled(*REVOKED, self._refused), "revoked", self.alarm("revoked", now))
            case Temporary(reason=Reason.RATE, retry_after=asked):
                self._failures += 1
                return Rest(max(self._pause(), asked.total_seconds() if asked else 0.0), "rate")
            case _:
                self._failures += 1
                if self._silent_since is None:
                    self._silent_since = monotonic
                silent = monotonic - self._silent_since >= UNREACHABLE.total_seconds()
                return Rest(self._pause(), "unreachable", self.alarm("unreachable", now) if silent else ())

    def _pause(self) -> float:
        return doubled(self._first_pause, LONGEST_PAUSE, self._failures)

    def alarm(self, trouble: Trouble, now: datetime) -> tuple[Alarm, ...]:
        """Once an hour, after a restart too: its id is the hour's. One that keeps everything away is told once.

        What is told of it waits all that time, and would come all at once, and stale.
        """
        if trouble in _KEEP_AWAY:
            now = self._away_since = self._away_since or now
        event_id = f"{trouble}:{now:%Y-%m-%dT%H}"
        if event_id in self._told:
            return ()
        self._told = {event_id, *(one for one in self._told if not one.startswith(f"{trouble}:"))}
        return (Alarm(event_id, trouble),)
