"""Commands where no phone is for the place: a room not linked yet, one person's chat with the bot."""

from datetime import timedelta

from bridge.domain.commands import Command, Id, LinkRoom, Unknown
from bridge.domain.events import Typed
from bridge.intake.asking import Asking, answer
from bridge.intake.linking import link
from bridge.intake.rules import ChatRules
from bridge.intake.writing import Drafting
from bridge.ports.store import Tx

CODE_FOR = timedelta(hours=1)
"""How long a code links a room."""


async def take_guest(tx: Tx, command: Command, event: Typed, drafting: Drafting, rules: ChatRules) -> None:
    """Answer a known command with how the place is linked. An unknown one is for another bot."""
    if isinstance(command, Unknown):
        return
    here = event.ref.room
    at = await tx.guests.place(here, rules.language, rules.timezone)
    await tx.operations.back(here)
    asking = Asking(event, at, drafting, rules)
    match command:
        case LinkRoom():
            await link(tx, asking, command)
        case Id() if rules.private(here):
            await answer(tx, asking, "id_private", {"address": event.person.address}, once_a_minute=True)
        case Id():
            await answer(tx, asking, "id_room", {"address": str(here), "phone": None}, once_a_minute=True)
        case _ if rules.private(here):
            await answer(tx, asking, "help_private", once_a_minute=True)
        case _:
            await _tell_code(tx, asking)


async def _tell_code(tx: Tx, asking: Asking) -> None:
    """The place's address, and a code by which an operator links it."""
    now = asking.drafting.now
    code = await tx.guests.code(asking.at, asking.rules.new_code(), now, now + CODE_FOR)
    params = {"address": str(asking.event.ref.room), "code": code}
    await answer(tx, asking, "link_how", params, once_a_minute=True)
