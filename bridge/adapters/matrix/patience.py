"""How long one thing that the server cannot do may hold up all others: until it was tried often and all else works."""

from collections import Counter
from typing import Final

import structlog

from bridge.adapters.matrix.calls import Calls
from bridge.adapters.matrix.failures import may_be_its_own
from bridge.domain.failures import OutcomeUnknown, Temporary

log = structlog.get_logger(__name__)

TRIES: Final = 12
"""How often it may fail while the server answers all else: about five minutes, and what each try waits."""


class Patience:
    """Counts, in memory, how often a thing has failed. A room or an event may be broken on a server for ever."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._failed: Counter[str] = Counter()
        self._alone: set[str] = set()
        self._over: set[str] = set()

    def is_over(self, thing: str) -> bool:
        """Whether to go on without it, and without asking."""
        return thing in self._over

    async def failed(self, thing: str, failure: Temporary | OutcomeUnknown, among: str = "") -> None:
        """Return when it is over. Raises the failure, or another one, while the thing is to be tried again.

        All else must have worked before its last try as well: the server may have come back only just now, or the
        network, which fails for a room alone where the server takes too long over it. `among`: what it is part of. The
        parts share the tries: many that are broken hold up no longer than one, and those that are not are still heard.
        """
        if not may_be_its_own(failure):
            raise failure
        whole = among or thing
        self._failed[whole] += 1
        if self._failed[whole] < TRIES:
            raise failure
        await self._calls("GET", "account", "whoami", patient=True)
        if whole not in self._alone:
            self._alone.add(whole)
            raise failure
        self._over.add(thing)
        log.warning("matrix.given_up", thing=thing, tries=self._failed[whole])

    def forget(self) -> None:
        """What was asked for is settled: what comes next is tried anew."""
        self._over.clear()
        self._alone.clear()
        self._failed.clear()
