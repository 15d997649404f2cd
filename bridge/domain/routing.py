"""Who receives what is typed, and which room gets an answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol, TypeVar

from bridge.domain.commands import Command
from bridge.domain.composing import words_that_leave
from bridge.domain.events import Typed
from bridge.domain.rooms import Receiver, Room
from bridge.domain.states import RoomState

ANSWER_WINDOW = timedelta(hours=48)
"""How long the receiver of an SMS from a short number can answer (OVH's guide on SMS with reply)."""


TAKES_PART = frozenset({RoomState.ACTIVE, RoomState.MUTED})
"""Rooms whose words leave: where the bot may not write, it still reads, and what became of them stands in its rows."""


@dataclass(frozen=True, slots=True)
class Send:
    """These words go to these people; `by_command`: a command named them, not the room.

    `anyway`: the author was warned that OVH may refuse them.
    """

    text: str
    receivers: tuple[Receiver, ...]
    by_command: bool = False
    anyway: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """Nothing leaves, and the room is told why: a notice's key, its parameters, and how often it is told."""

    kind: str
    params: dict[str, object] = field(default_factory=dict)
    once_a_day: bool = False


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing leaves, and nobody needs to be told."""


def aim(event: Typed, room: Room, answers: Receiver | None, is_ours: bool) -> Send | Say | Command | Nothing:
    """What becomes of a typed message. A command is one in every room, also as a reply.

    `answers`: whom the post replied to came from; `is_ours`: whether the message replied to is a post of the bridge.
    """
    if room.state not in TAKES_PART or event.forwarded:
        return Nothing()
    for_colleagues = answers is None and (room.sends == "commands" or event.commons)
    if event.kind != "text":
        if for_colleagues:
            return Nothing()  # what is shown there is meant for them
        return Say("not_sent_media", {"kind": event.kind}, once_a_day=True)
    words = words_that_leave(event.text)
    if words is None:
        return Nothing()
    if not isinstance(words, str):
        return words
    if event.reply_to is not None:
        return _aim_reply(words, answers, is_ours)
    if room.sends == "commands":
        return Nothing()
    if event.commons:
        return Say("not_sent_general", once_a_day=True)
    if room.is_desk:
        return Say("desk_needs_reply")
    return Send(words, room.receivers)


def _aim_reply(words: str, answers: Receiver | None, is_ours: bool) -> Send | Say | Nothing:
    if answers is not None:
        return Send(words, (answers,))
    return Say("not_sent_reply", once_a_day=True) if is_ours else Nothing()


class Candidate(Protocol):
    """An SMS that an answer may belong to."""

    @property
    def room_active(self) -> bool:
        """Whether its room can be shown anything."""
        ...


C = TypeVar("C", bound=Candidate)


def room_for(tagged: Sequence[C], newest: Sequence[C]) -> C | None:
    """By tag; else the latest SMS to that number within 48 h; rooms that are suspended or retired are passed over."""
    return next((sent for sent in (*tagged, *newest) if sent.room_active), None)
