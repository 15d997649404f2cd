"""An operator links a room to a phone, or takes the link away."""

from datetime import timedelta

from bridge.domain.commands import LinkRoom, Mistake
from bridge.domain.linking import Linking, read_linking
from bridge.domain.rooms import Receiver
from bridge.intake.asking import Asking, InRoom, answer
from bridge.intake.first_message import dismiss, greet
from bridge.ports.rows import Link
from bridge.ports.store import Tx

HOLD = timedelta(seconds=5)
"""A linked room's hold: what the configuration's rooms have unless they say otherwise."""

_NAMED = 10


async def link(tx: Tx, asking: Asking, command: LinkRoom) -> None:
    """The place that shows the code texts these numbers from now on. By an operator, in any chat with the bot."""
    if not asking.by_operator:
        await answer(tx, asking, "link_denied", once_a_minute=True)
        return
    guest = await tx.guests.by_code(command.code, asking.drafting.now)
    if guest is None:
        await _mistake(tx, asking, command, Mistake("link_code"))
        return
    match read_linking(command.words, await tx.guests.phones()):
        case Mistake() as mistake:
            await _mistake(tx, asking, command, mistake)
        case Linking(phone=phone, numbers=numbers):
            receivers = tuple(Receiver(number) for number in numbers)
            await tx.guests.link(guest.id, Link(phone, receivers, HOLD.total_seconds()))
            people = list(numbers[:_NAMED])
            params = {"address": str(guest.address), "phone": phone, "people": people}
            await answer(tx, asking, "linked", params)
            rooms = (await tx.rooms.by_id({guest.id})).values()
            await greet(tx, rooms)
            for room in rooms:  # it may have been linked before, and answers to it wait
                await tx.replies.route_again(room.account_id)
            tx.ring("replies")


async def unlink(tx: Tx, asking: InRoom) -> None:
    """No phone is for this room any more. A room of the configuration stays linked as long as it stands there."""
    if not asking.by_operator:
        await answer(tx, asking, "link_denied")
    elif not await tx.guests.unlink(asking.room.id):
        await answer(tx, asking, "unlink_file")
    else:
        await dismiss(tx, asking.room)
        await answer(tx, asking, "unlinked")


async def _mistake(tx: Tx, asking: Asking, command: LinkRoom, mistake: Mistake) -> None:
    """What to change, in an example that has the code as it was typed."""
    await answer(tx, asking, "mistake", {"cause": mistake.cause, "code": command.code, **mistake.params})
