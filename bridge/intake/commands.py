"""A command typed in a room that has a phone is carried out, and answered where it needs an answer."""

from collections.abc import Awaitable, Callable, Mapping

from bridge.domain.commands import (
    Cancel,
    Command,
    Credits,
    Help,
    Id,
    LinkRoom,
    Mistake,
    Retry,
    Sms,
    Status,
    Unknown,
    Unlink,
)
from bridge.domain.rooms import Receiver
from bridge.domain.routing import Send
from bridge.domain.states import RoomState
from bridge.intake.asked import tell_credits, tell_help, tell_id, tell_status
from bridge.intake.asking import InRoom, answer
from bridge.intake.linking import link, unlink
from bridge.intake.meant import meant
from bridge.intake.moved import restore
from bridge.intake.second_thoughts import cancel, may_decide, retry
from bridge.intake.sending import Leaving, write_down
from bridge.ports.sending import Message
from bridge.ports.store import Tx

_SHOWN = 40
"""Characters of a message by which its author knows it again."""

_QUESTIONS: Mapping[type[Help | Credits | Id], Callable[[Tx, InRoom], Awaitable[None]]] = {
    Help: tell_help,
    Credits: tell_credits,
    Id: tell_id,
}


async def take_command(tx: Tx, command: Command, asking: InRoom) -> None:
    """Carry it out. Whoever asks where the bot may not write has it try again: else no answer would ever tell."""
    if asking.room.state is RoomState.MUTED:
        await restore(tx, asking.event.ref.room)
    match command:
        case Sms():
            await write_down(tx, [Leaving(asking.event, asking.room, _send(command, asking))], asking.drafting)
        case Status() | Cancel() | Retry():
            await _about_a_message(tx, command, asking)
        case LinkRoom():
            await link(tx, asking, command)
        case Unlink():
            await unlink(tx, asking)
        case Mistake():
            await answer(tx, asking, "mistake", {"cause": command.cause, **command.params})
        case Unknown():
            await answer(tx, asking, "not_sent_command", {"word": command.word})
        case _:
            await _QUESTIONS[type(command)](tx, asking)


def _send(command: Sms, asking: InRoom) -> Send:
    """Whom the room knows is told of by name."""
    known = {one.number: one for one in asking.room.receivers}
    return Send(command.text, (known.get(command.who, Receiver(command.who)),), by_command=True)


async def _about_a_message(tx: Tx, command: Status | Cancel | Retry, asking: InRoom) -> None:
    about = await meant(tx, asking)
    if isinstance(about, str):
        await answer(tx, asking, about)
    elif isinstance(command, Status):
        await tell_status(tx, asking, about)
    elif not may_decide(asking.event.person, about, asking.rules.operators):
        await answer(tx, asking, "button_denied")
    elif isinstance(command, Cancel):
        await _cancel(tx, asking, about)
    else:
        await _retry(tx, asking, about)


async def _cancel(tx: Tx, asking: InRoom, about: Message) -> None:
    """The mark goes away by itself, and mostly there was none yet: so the answer says what became of which words."""
    done = await cancel(tx, about)
    await _changed(tx, asking, about)
    await answer(tx, asking, "cancel_told", {"why": done, "text": _beginning(about.text)})


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1].rstrip()}…"


async def _retry(tx: Tx, asking: InRoom, about: Message) -> None:
    """The mark begins anew; the notice of the failure says that it was asked for."""
    if not await retry(tx, about, asking.drafting):
        await answer(tx, asking, "retry_nothing")
        return
    await tx.posts.finish("failed", f"message:{about.id}", about.room_id, about.round, "retried")
    await _changed(tx, asking, about)


async def _changed(tx: Tx, asking: InRoom, about: Message) -> None:
    await tx.marks.touch({about.id}, asking.drafting.now)
    tx.ring("jobs", "marks", "posts")
