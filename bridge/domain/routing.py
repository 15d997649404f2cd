"""Who receives what is typed, and which room gets an answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol, TypeVar

from bridge.domain.composing import Command, words_that_leave
from bridge.domain.events import Typed
from bridge.domain.rooms import Receiver, Room
from bridge.domain.states import RoomState

ANSWER_WINDOW = timedelta(hours=48)
"""How long the receiver of an SMS from a short number can answer (OVH's guide on SMS with reply)."""


@dataclass(frozen=True, slots=True)
class Send:
    """These words go to these people."""

    text: str
    receivers: tuple[Receiver, ...]


@dataclass(frozen=True, slots=True)
class Say:
    """Nothing leaves, and the room is told why: a notice's key, its parameters, and how often it is told."""

    kind: str
    params: dict[str, object] = field(default_factory=dict)
    once_a_day: bool = False


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing leaves, and nobody needs to be told."""


def aim(event: Typed, room: Room, answers: Receiver | None, is_ours: bool) -> Send | Say | Nothing:
    """What becomes of a typed message.

    `answers`: whom the post replied to came from; `is_ours`: whether the message replied to is a post of the bridge.
    """
    if room.state is not RoomState.ACTIVE or event.forwarded:
        return Nothing()
    if event.kind != "text":
        if room.sends == "commands" and answers is None:
            return Nothing()  # what is shown there is meant for colleagues
        return Say("not_sent_media", {"kind": event.kind}, once_a_day=True)
    words = words_that_leave(event.text)
    if words is None:
        return Nothing()
    if isinstance(words, Command):
        return Say("not_sent_command", {"word": words.word})
    if event.reply_to is not None:
        return _aim_reply(words, answers, is_ours)
    if room.sends == "commands":
        return Nothing()
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
