"""`bridge setup`: tells OVH where to call, and asks OVH for a key where there is none that works."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bridge.commands.asking_key import new_key, wants_key
from bridge.commands.terminal import Terminal
from bridge.domain.addresses import differ_in_secret, host, masked
from bridge.domain.failures import Permanent, Temporary
from bridge.domain.ids import AccountId
from bridge.ports.clock import Clock
from bridge.ports.phone import CallbackUrls, KeyAsker, Phone, RegisteredUrls
from bridge.ports.rows import Account
from bridge.ports.store import Store

OLD_SECRET_LASTS: Final = timedelta(hours=24)
_AT_OVH: Final = (("report", "callBack"), ("reply", "smsResponse"), ("stop", "stopCallBack"))

Ask = Callable[[str], bool]
"""Puts a question to the person; True: yes."""

Rotate = Callable[[AccountId], Awaitable[str]]
"""Makes a new secret for an account's callbacks and gives it."""


@dataclass(frozen=True, slots=True)
class ToSetUp:
    """One account of the configuration. `phone` is its first one, which can also ask for `keys`.

    `account`: its row, None before the first start; `urls`: where OVH is to call, from the secret, None where OVH
    cannot reach the bridge.
    """

    account: Account | None
    phone: Phone
    keys: KeyAsker
    urls: Callable[[str], CallbackUrls] | None

    @property
    def wanted(self) -> CallbackUrls | None:
        """Where OVH is to call as things stand."""
        return None if self.account is None or self.urls is None else self.urls(self.account.secret)


def rotating(store: Store, clock: Clock) -> Rotate:
    """A new secret in the store; the one before opens the callbacks for another day."""

    async def rotate(account: AccountId) -> str:
        until = clock.now() + OLD_SECRET_LASTS
        return await store.write(lambda tx: tx.accounts.rotate(account, until))

    return rotate


async def setup(
    terminal: Terminal, accounts: Sequence[ToSetUp], *, ask: Ask, yes: bool = False, rotate: Rotate | None = None
) -> int:
    """Set up each account, one after the other; one that fails holds up no other.

    `yes`: nothing is asked. `rotate`: with a new secret. Gives the exit code: 1 where something is not as it should be,
    0 else, also where the person said no.
    """
    agreed: Ask = (lambda question: True) if yes else ask
    done = [await _account(terminal, one, agreed, rotate) for one in accounts]
    return 0 if all(done) else 1


async def _account(terminal: Terminal, one: ToSetUp, ask: Ask, rotate: Rotate | None) -> bool:
    terminal.heading("check_phone", phone=one.phone.name)
    findings = wants_key(await one.phone.check(one.wanted), registers=one.urls is not None)
    for finding in findings:
        terminal.finding(finding)
    if findings and not await new_key(terminal, one.keys, ask):
        return False
    if one.urls is None:
        terminal.say("setup_polled")
        return True
    if one.account is None:
        terminal.say("setup_not_started")
        return False
    try:
        return await _callbacks(terminal, one, one.account, one.urls, ask, rotate)
    except (Temporary, Permanent):
        terminal.say("setup_failed")
        for finding in await one.phone.check(one.wanted):
            if finding.level == "error":
                terminal.finding(finding)
        return False


async def _callbacks(
    terminal: Terminal,
    one: ToSetUp,
    account: Account,
    urls: Callable[[str], CallbackUrls],
    ask: Ask,
    rotate: Rotate | None,
) -> bool:
    """Show what changes, ask, register, read back. Raises Temporary, Permanent."""
    there, wanted = await one.phone.callbacks(), urls(account.secret)
    if rotate and account.old_secret and there == _as_registered(urls(account.old_secret)):
        terminal.say("setup_rotation_unfinished")  # OVH was never told of the last one: another would shut it out
        rotate = None
    if there == _as_registered(wanted) and rotate is None:
        terminal.say("setup_nothing_to_do", url=masked(wanted.report))
        return True
    _show(terminal, there, wanted, new_secret=rotate is not None)
    if not ask(terminal.words("setup_register_ask")):
        terminal.say("setup_unchanged")
        return True
    if rotate is not None:
        wanted = urls(await rotate(account.id))
        terminal.say("setup_rotated")
    await one.phone.register(wanted)
    if await one.phone.callbacks() != _as_registered(wanted):
        terminal.say("setup_not_taken")
        return False
    terminal.say("setup_registered")
    return True


def _as_registered(urls: CallbackUrls) -> RegisteredUrls:
    return RegisteredUrls(urls.report, urls.reply, urls.stop)


def _show(terminal: Terminal, there: RegisteredUrls, wanted: CallbackUrls, *, new_secret: bool) -> None:
    """By OVH's own names, without any secret: what stands there, and what it becomes."""
    terminal.say("setup_changes")
    others: dict[str, None] = {}
    for which, name in _AT_OVH:
        now: str | None = getattr(there, which)
        then: str = getattr(wanted, which)
        if now == then and not new_secret:
            continue
        if now is None:
            before = terminal.words("setup_nowhere")
        elif now == then or differ_in_secret(now, then):
            before = terminal.words("setup_old_secret")
        else:
            before = host(now)
            others[before] = None
        terminal.echo(f"    {name}: {before} → {masked(then)}")
    if others:
        terminal.say("setup_replaces", hosts=", ".join(others))
