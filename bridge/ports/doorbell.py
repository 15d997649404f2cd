"""A commit rings; whoever waits for that lane wakes."""

import asyncio
from collections import defaultdict


class Doorbell:
    """One event a lane. Ringing is remembered until the lane's worker looks."""

    def __init__(self) -> None:
        self._events: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def ring(self, lane: str) -> None:
        """Wake the lane's worker, now or when it waits next."""
        self._events[lane].set()

    def of(self, lane: str) -> asyncio.Event:
        """The lane's event, for its worker to wait on and to clear before it looks."""
        return self._events[lane]
