"""What can go wrong between a bot and its chat, written down in advance for the calls to come."""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Call = Literal["events", "post", "edit", "mark", "me"]


class Trouble(StrEnum):
    """How one call of the bot goes wrong. "After": what it asked was done, and only the answer is lost."""

    RATE = "rate"  # 429
    ERROR_BEFORE = "error_before"  # 503
    ERROR_AFTER = "error_after"  # 500
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    HANG_BEFORE = "hang_before"  # never answers
    HANG_AFTER = "hang_after"
    GARBAGE = "garbage"  # done, and a proxy's HTML with status 200 is the answer
    UNAUTHORIZED = "unauthorized"  # 401: the token is not taken
    REPEATED = "repeated"  # the poll answers with events that were confirmed already
    SHUFFLED = "shuffled"  # the poll answers in another order
    POISON = "poison"  # the poll brings events that nobody can read, in front of the others


AFTER = frozenset({Trouble.ERROR_AFTER, Trouble.RESET_AFTER, Trouble.HANG_AFTER, Trouble.GARBAGE})
IN_EVENTS = frozenset({Trouble.REPEATED, Trouble.SHUFFLED, Trouble.POISON})


@dataclass(frozen=True, slots=True)
class Planned:
    """One trouble to come; `retry_after` in seconds, None: the answer does not say."""

    trouble: Trouble
    retry_after: float | None = None


class Mischief:
    """The troubles to come, first in first out for each kind of call."""

    def __init__(self) -> None:
        self._plans: dict[Call, deque[Planned]] = {}

    def plan(self, on: Call, trouble: Trouble, times: int = 1, retry_after: float | None = None) -> None:
        """The next `times` calls of this kind go wrong in this way."""
        self._plans.setdefault(on, deque()).extend([Planned(trouble, retry_after)] * times)

    def take(self, on: Call) -> Planned | None:
        """What happens to this call; None: all is well."""
        plans = self._plans.get(on)
        return plans.popleft() if plans else None

    def relent(self) -> None:
        """Nothing more goes wrong."""
        self._plans.clear()
