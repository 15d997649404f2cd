"""How many calls an account may make: as many as it likes until OVH says 429, then one a second, and slowly more."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bridge.domain.ids import AccountId
from bridge.ports.clock import Clock

_SECOND = timedelta(seconds=1)
_QUIET = timedelta(minutes=1)
_FREE = 64.0
"""Calls a second from which on a pace is none: more than OVH was ever seen to take."""


class Pace:
    """One account's pace. Source: facts gathered of OVH's rate limit, whose numbers are not published."""

    def __init__(self) -> None:
        self._rate: float | None = None
        self._quiet_since: datetime | None = None
        self._next: datetime | None = None

    def limited(self, now: datetime, retry_after: timedelta | None) -> None:
        """A 429 came: `Retry-After` is obeyed, then one call a second."""
        until = now + (retry_after or _SECOND)
        self._rate = 1.0
        # Calls that were under way at once are refused at once: the longest wait of them counts.
        self._next = until if self._next is None else max(self._next, until)
        self._quiet_since = self._next

    def allowance(self, now: datetime, most: int) -> int:
        """How many calls may begin now, at most `most`; they are counted as begun by `took`."""
        self._relax(now)
        if self._rate is None:
            return most
        if self._next is not None and now < self._next:
            return 0
        return min(most, int(self._rate))  # a second's worth: who asks looks once a second

    def took(self, now: datetime, calls: int) -> None:
        """So many calls begin now, asked for or not: the next wait for them, but a second at most beyond their turn."""
        if self._rate is not None and calls:
            turn = now if self._next is None else max(self._next, now)
            after = turn + timedelta(seconds=calls / self._rate)
            self._next = max(turn, min(after, now + _SECOND))

    def next_at(self) -> datetime | None:
        """When the next call may begin, None when at once."""
        return self._next if self._rate is not None else None

    def _relax(self, now: datetime) -> None:
        while self._rate is not None and self._quiet_since is not None and now - self._quiet_since >= _QUIET:
            self._rate *= 2
            self._quiet_since += _QUIET
            if self._rate >= _FREE:
                self._rate = self._next = self._quiet_since = None


class Paces:
    """The paces of all accounts, in memory: after a restart OVH says 429 again if it must."""

    def __init__(self, clock: Clock, accounts: Mapping[str, AccountId]) -> None:
        self._clock = clock
        self._accounts = accounts
        self._of: dict[AccountId, Pace] = {}

    def of(self, account: AccountId) -> Pace:
        """The account's pace."""
        return self._of.setdefault(account, Pace())

    def allowance(self, account: AccountId, most: int) -> int:
        """How many calls the account may begin now."""
        return self.of(account).allowance(self._clock.now(), most)

    def took(self, account: AccountId, calls: int = 1) -> None:
        """The account begins so many calls now."""
        self.of(account).took(self._clock.now(), calls)

    async def turn(self, key: str) -> None:
        """Return when one more call of the account (`endpoint/service`) may begin: every reading call waits here."""
        account = self._accounts[key]
        while self.allowance(account, 1) == 0:
            next_at = self.of(account).next_at() or self._clock.now()
            await self._clock.sleep(max(0.0, (next_at - self._clock.now()).total_seconds()))
        self.took(account)

    def limited(self, account: AccountId, retry_after: timedelta | None) -> None:
        """OVH answered 429 to a call of the account."""
        self.of(account).limited(self._clock.now(), retry_after)

    def limited_key(self, key: str) -> None:
        """The same, of an account by its key and without a time to wait."""
        self.limited(self._accounts[key], None)
