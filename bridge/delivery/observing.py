"""Every call to OVH is counted, and a 429 to any of them slows its account down."""

import asyncio
from collections.abc import Callable, Mapping

from bridge.delivery.pace import Paces
from bridge.domain.failures import Reason
from bridge.metrics import Figures


def observer(figures: Figures, paces: Paces, phones: Mapping[str, str]) -> Callable[[str, str, str, float], None]:
    """What the phones' threads tell of each call: account, what was asked, outcome, seconds.

    `phones`: the name an account's figures go by.
    """
    loop = asyncio.get_running_loop()

    def observe(account: str, what: str, outcome: str, seconds: float) -> None:
        figures.api_call(phones[account], what, outcome, seconds)
        if outcome == Reason.RATE:
            loop.call_soon_threadsafe(paces.limited_key, account)

    return observe
