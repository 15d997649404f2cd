"""What a person typed becomes a message with its jobs, a command, a sentence that says why not, or nothing."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from bridge.domain.commands import SIGN, Command
from bridge.domain.composing import words_that_leave
from bridge.domain.events import Typed
from bridge.domain.ids import ChatRef, RoomAddress
from bridge.domain.numbers import E164
from bridge.domain.rooms import Receiver, Room
from bridge.domain.routing import Nothing, Say, Send, aim
from bridge.domain.states import RoomState
from bridge.intake.asking import InRoom
from bridge.intake.commands import take_command
from bridge.intake.guests import take_guest
from bridge.intake.moved import restore
from bridge.intake.rules import ChatRules
from bridge.intake.sending import Leaving, write_down
from bridge.intake.writing import Drafting
from bridge.ports.rows import NewPost, PostRow
from bridge.ports.store import Tx
from bridge.wording import sentence

ANSWERS = frozenset({"reply", "stranger"})
"""Posts that are a receiver's answer: replying to one writes to that person."""


async def take_typed(tx: Tx, events: Sequence[Typed], drafting: Drafting, rules: ChatRules) -> None:
    """Write down a run of typed messages, in their order, in as few statements as one needs."""
    for run in _runs(events):
        await _take_run(tx, run, drafting, rules)


def _runs(events: Sequence[Typed]) -> Iterator[list[Typed]]:
    """What may be a command stands alone: it may be about what came before it, and change what comes after."""
    run: list[Typed] = []
    for event in events:
        if not event.text.lstrip().startswith(SIGN):
            run.append(event)
            continue
        if run:
            yield run
        yield [event]
        run = []
    if run:
        yield run


async def _take_run(tx: Tx, events: Sequence[Typed], drafting: Drafting, rules: ChatRules) -> None:
    rooms = await _rooms(tx, {event.ref.room for event in events})
    refs = {ChatRef(event.ref.room, event.reply_to) for event in events if event.reply_to is not None}
    posts = await tx.posts.at(refs) if refs else {}
    leaving: list[Leaving] = []
    notices: list[NewPost] = []
    for event in events:
        room = rooms.get(event.ref.room)
        if room is None:
            await _take_foreign(tx, event, drafting, rules)
            continue
        match await _aim(tx, event, room, posts):
            case Send() as send:
                leaving.append(Leaving(event, room, send))
            case Say() as say:
                notices.append(_notice(event, room, say, drafting))
            case Nothing():
                pass
            case command:
                await take_command(tx, command, InRoom(event, room.id, drafting, rules, room))
    if leaving:
        await write_down(tx, leaving, drafting)
    if notices:
        await tx.posts.add(notices)
        tx.ring("posts")


async def _rooms(tx: Tx, addresses: Collection[RoomAddress]) -> dict[RoomAddress, Room]:
    """The rooms at these addresses. Whoever is heard in one that was shut shows that the bot is there again."""
    rooms = await tx.rooms.at(addresses)
    for at, room in rooms.items():
        if room.state is RoomState.SUSPENDED and room.address == at:
            await restore(tx, at)
            rooms[at] = replace(room, state=RoomState.ACTIVE)
    return rooms


async def _take_foreign(tx: Tx, event: Typed, drafting: Drafting, rules: ChatRules) -> None:
    """A place that no phone is for: only commands are for us there."""
    if event.kind != "text" or event.forwarded or not event.text.lstrip().startswith(SIGN):
        return
    words = words_that_leave(event.text)
    if words is not None and not isinstance(words, str):
        await take_guest(tx, words, event, drafting, rules)


async def _aim(tx: Tx, event: Typed, room: Room, posts: Mapping[ChatRef, PostRow]) -> Send | Say | Command | Nothing:
    post = None if event.reply_to is None else posts.get(ChatRef(event.ref.room, event.reply_to))
    answers = answering(post)
    if post is None and event.ours is not None:
        answers = await _recognised(tx, event.ours, room)
    return aim(event, room, answers, is_ours=post is not None or event.ours is not None)


async def _recognised(tx: Tx, said: str, room: Room) -> Receiver | None:
    """Whose answer a post of ours shows that no row knows: one that stands there twice is known by the second.

    Posts that read alike show the same number, so that it does not matter which of them it is.
    """
    for params in await tx.asked.answers(room.id):
        text = sentence(str(params["kind"]), params, room.language, room.timezone)
        if params.get("number") and text.split() == said.split():
            name = params.get("name")
            return Receiver(E164(str(params["number"])), str(name) if name else None)
    return None


def answering(post: PostRow | None) -> Receiver | None:
    """Whose answer a post is, None when it is none."""
    if post is None or post.kind not in ANSWERS or not post.params.get("number"):
        return None
    name = post.params.get("name")
    return Receiver(E164(str(post.params["number"])), str(name) if name else None)


def _notice(event: Typed, room: Room, say: Say, drafting: Drafting) -> NewPost:
    day = drafting.now.date().isoformat()
    subject = f"{day}:{say.params.get('kind', '')}" if say.once_a_day else f"event:{event.event_id}"
    return NewPost(say.kind, subject, room.id, say.params, reply_to=event.ref.id)
