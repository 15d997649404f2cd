"""When to try again: a pure function of attempt, failure and time. The waiting is the database's."""

import zlib
from datetime import timedelta
from typing import Final

FIRST: Final = timedelta(seconds=2)
MOST: Final = timedelta(minutes=5)
LONGEST_OBEYED: Final = timedelta(hours=1)
"""A `Retry-After` beyond this is taken for a mistake: what waits longer would expire unsent."""

_ENOUGH_DOUBLINGS: Final = 40  # two to this power seconds exceed any `most`, and no timedelta overflows


def doubled(first: float, most: float, times: int) -> float:
    """Seconds to wait after so many failures in a row (from 1), where nothing else must be told apart by it."""
    return min(most, first * 2.0 ** min(times - 1, _ENOUGH_DOUBLINGS))


def delay(
    attempt: int,
    *,
    key: str | int = "",
    first: timedelta = FIRST,
    most: timedelta = MOST,
    retry_after: timedelta | None = None,
) -> timedelta:
    """How long to wait after the failed `attempt` (1 is the first; less counts as 1) before the next.

    `first`, doubled each time, up to `most`; less up to a quarter, by `key` (a row's id) and attempt, so that
    what failed together does not come back together, and yet the same question has the same answer.
    What the other side asked for (`retry_after`) is obeyed instead, from `first` up to an hour.
    """
    if retry_after is not None:
        return max(first, min(retry_after, LONGEST_OBEYED))
    doublings = min(max(attempt, 1) - 1, _ENOUGH_DOUBLINGS)
    full = most if first.total_seconds() * 2**doublings >= most.total_seconds() else first * 2**doublings
    spread = zlib.crc32(f"{key}/{attempt}".encode()) / 2**32  # from 0 up to 1
    return full * (1 - spread / 4)
