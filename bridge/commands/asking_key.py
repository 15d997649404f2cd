"""The part of `bridge setup` that asks OVH for a consumer key."""

from collections.abc import Callable, Iterable
from typing import Final

from bridge.commands.terminal import Terminal
from bridge.domain.failures import Permanent, Reason, Temporary
from bridge.ports.phone import Finding, KeyAsker

_MENDED_BY_A_KEY: Final = frozenset(
    {
        "check_no_consumer_key",
        "check_consumer_key_refused",
        "check_consumer_key_pending",
        "check_not_granted",
        "check_rights_missing",
    }
)


def wants_key(findings: Iterable[Finding], *, registers: bool) -> list[Finding]:
    """Those of `check` that another consumer key mends. Who does not register needs no right to."""
    return [one for one in findings if one.key in _MENDED_BY_A_KEY and (registers or one.level == "error")]


async def new_key(terminal: Terminal, keys: KeyAsker, ask: Callable[[str], bool]) -> bool:
    """Ask for a key, say what to do, wait, and show it: here alone, once. False: there is none."""
    if not ask(terminal.words("setup_key_ask")):
        terminal.say("setup_key_declined", url=keys.token_page)
        return False
    try:
        asked = await keys.ask_for_key()
        terminal.say("setup_key_open")
        terminal.echo(f"    {asked.validation_url}")
        terminal.say("setup_key_waiting")
        agreed = await keys.await_key(asked)
    except (Temporary, Permanent) as failure:
        match failure.reason:
            case Reason.KEYS:
                terminal.say("setup_key_application", url=keys.token_page)
            case Reason.CLOCK:
                terminal.say("setup_key_secret")
            case _:
                terminal.say("setup_key_no_answer")
        return False
    if not agreed:
        terminal.say("setup_key_not_agreed")
        return False
    terminal.say("setup_key_given")
    terminal.echo(f"    consumer_key: {asked.consumer_key}")
    return True
