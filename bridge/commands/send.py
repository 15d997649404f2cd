"""`bridge send`: one SMS by hand, followed until it is known whether OVH took it."""

from collections.abc import Sequence
from contextlib import AsyncExitStack

from bridge.commands.following import Following, Sending, tell_end
from bridge.commands.terminal import Terminal
from bridge.domain.numbers import E164, NotANumber, parse
from bridge.ports.by_hand import ByHand


async def send(sending: Sending, what: ByHand) -> int:
    """Write it down, see it to its end, and tell that. Gives the exit code: 0 when OVH accepted it, else 1."""
    async with AsyncExitStack() as ours:
        following = Following(sending, what, ours)
        message = await following.write()
        if message is None:
            return 1
        await following.until_settled(message)
    return 0 if await tell_end(sending, message, what.number) else 1


def chosen_phone(terminal: Terminal, names: Sequence[str], wanted: str | None) -> str | None:
    """The phone that was named, or the only one. None, and the names are told, when that is none."""
    if wanted in names:
        return wanted
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted is None:
        terminal.say("send_which_phone", phones=list(names))
    else:
        terminal.say("send_unknown_phone", phones=list(names), phone=wanted)
    return None


def read_number(terminal: Terminal, typed: str) -> E164 | None:
    """A number in any usual form. None, and told, when it is none."""
    try:
        return parse(typed)
    except NotANumber:
        terminal.say("send_no_number", text=typed)
        return None
