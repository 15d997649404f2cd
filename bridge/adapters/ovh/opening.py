"""Opening every phone of the configuration: one account for all phones that share a service."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from bridge.adapters.ovh.client import OvhAccount
from bridge.adapters.ovh.phone import OvhPhone
from bridge.adapters.ovh.signer import Keys
from bridge.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class PhoneSettings:
    """One phone; those of the same `account` carry the same keys. `sender`: None for the short number.

    `prefix` opens its SMS, None for none.
    """

    name: str
    account: str
    endpoint: str
    service: str
    keys: Keys
    sender: str | None
    no_stop_clause: bool
    prefix: str | None = None


@asynccontextmanager
async def open_phones(
    settings: Iterable[PhoneSettings],
    *,
    clock: Clock,
    observe: Callable[[str, str, str, float], None],
    turn: Callable[[str], Awaitable[None]],
) -> AsyncIterator[dict[str, OvhPhone]]:
    """The phones by name, open for the block; at its end calls in flight are given a few seconds.

    `observe(account, what, outcome, seconds)` is told of each call, in a thread; `turn(account)` is awaited before
    each one that reads.
    """
    accounts: dict[str, OvhAccount] = {}
    phones: dict[str, OvhPhone] = {}
    async with AsyncExitStack() as open_accounts:
        for one in settings:
            if one.account not in accounts:
                accounts[one.account] = OvhAccount(
                    one.endpoint,
                    one.service,
                    one.keys,
                    clock=clock,
                    observe=partial(observe, one.account),
                    pace=partial(turn, one.account),
                )
                open_accounts.push_async_callback(accounts[one.account].aclose)
            account = accounts[one.account]
            phones[one.name] = OvhPhone(
                one.name, account, sender=one.sender, no_stop_clause=one.no_stop_clause, prefix=one.prefix
            )
        yield phones
