"""An SMS that an operator sends by hand is written down like one from a room: same checks, one message, one job."""

from dataclasses import replace

from bridge.domain.ids import ChatRef, MessageId, Person
from bridge.domain.rooms import Language, Receiver
from bridge.domain.routing import Send
from bridge.intake.writing import Drafting, Written, message
from bridge.ports.by_hand import PROOF, ByHand, Unwritten
from bridge.ports.store import Tx

OPERATOR = Person("console", "operator", "")
"""Whoever may read the configuration: nobody is asked for a name."""


async def take_by_hand(
    tx: Tx, what: ByHand, drafting: Drafting, language: Language, timezone: str, *, alone: bool
) -> MessageId | Unwritten:
    """Write it down, due at once; or tell why nothing was written.

    `alone`: no bridge runs that would settle an earlier one to the same number first. What may not leave (a link, too
    long, STOP …) is written down as rejected, with its reason.
    """
    room = await tx.consoles.of(what.phone.name, what.phone.account, language, timezone)
    if room is None:
        return Unwritten.NO_PHONE
    if alone and await tx.consoles.unsettled(room.id, what.number):
        return Unwritten.UNSETTLED
    room = replace(room, rules=what.phone.rules)  # the file's, which a bridge that runs may not have read yet
    opted_out = {number for _, number in await tx.optouts.among({(room.account_id, what.number)})}
    send = Send(what.text, (Receiver(what.number),), anyway=what.anyway)
    own = f"{PROOF if what.proof else ''}{drafting.new_tag()}"
    written = Written(ChatRef(room.address, own), OPERATOR, drafting.now)
    new = replace(message(send, room, written, opted_out, drafting), mark_due_at=None)
    (written_down,) = await tx.messages.add([new])
    tx.ring("jobs")
    return written_down
