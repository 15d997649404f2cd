"""What passes between the lanes and the store: frozen rows in our own words. All times are aware UTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bridge.domain.failures import Reason
from bridge.domain.ids import (
    AccountId,
    MessageId,
    OvhId,
    PostId,
    ReplyId,
    RoomAddress,
    RoomId,
)
from bridge.domain.numbers import E164
from bridge.domain.rooms import Language, Receiver, SendingRules
from bridge.domain.states import ReplyState

Params = Mapping[str, object]
"""A notice's parameters: JSON values only, never a finished sentence."""


@dataclass(frozen=True, slots=True)
class FilePhone:
    """A phone of the configuration. `account` is `endpoint/service_name`; `was` are its earlier names."""

    name: str
    account: str
    rules: SendingRules
    was: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileRoom:
    """A room of the configuration. None: the file leaves it out."""

    address: RoomAddress
    phone: str
    receivers: tuple[Receiver, ...]
    sends: Literal["everything", "commands"]
    hold_seconds: float
    team: str
    prefix: str | None
    language: Language
    timezone: str


@dataclass(frozen=True, slots=True)
class Guest:
    """A place that no phone is for."""

    id: RoomId
    address: RoomAddress


@dataclass(frozen=True, slots=True)
class Link:
    """What an operator made of such a place: which phone, whom it texts, the seconds each message is held."""

    phone: str
    receivers: tuple[Receiver, ...]
    hold_seconds: float


@dataclass(frozen=True, slots=True)
class Account:
    """One OVH SMS service. `pause` says why nothing is posted; `pauses` counts them, so that each is told once.

    `probe_at` is when OVH is next asked how the account stands; `watermark` is OVH's time up to which answers are known
    (None: never polled); `secret` opens its callbacks, `old_secret` too until `old_until`.
    """

    id: AccountId
    key: str
    secret: str
    old_secret: str | None
    old_until: datetime | None
    pause: Reason | None
    pauses: int
    probe_at: datetime | None
    watermark: datetime | None
    credits: float | None
    polled_at: datetime | None
    called_back_at: datetime | None


@dataclass(frozen=True, slots=True)
class NamedReply:
    """An answer of which only the id is known, claimed to be fetched. `tries`: how often OVH did not know it."""

    id: ReplyId
    account_id: AccountId
    ovh_id: OvhId
    tries: int
    state: ReplyState
    named_at: datetime


@dataclass(frozen=True, slots=True)
class FetchedReply:
    """An answer as it is stored: to which room it went (None: it waits) and which message it answers."""

    id: ReplyId
    state: ReplyState
    number: E164 | None
    sender_text: str
    text: str
    tag: str
    received_at: datetime
    room_id: RoomId | None
    message_id: MessageId | None


@dataclass(frozen=True, slots=True)
class NewPost:
    """A notice (key and parameters) or an answer. Unique by (kind, subject, room, round): a repeat changes nothing.

    `buttons` are `action:subject` words; `reply_to` is the platform's id of the message it answers.
    """

    kind: str
    subject: str
    room_id: RoomId
    params: Params
    round: int = 1
    reply_to: str | None = None
    buttons: tuple[str, ...] = ()
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post as stored. `remote` is where it stands once posted; posted and claimed again, it is an edit.

    `attempt` counts earlier tries, `failures` those that broke for a reason of ours; `uncertain`: one of them may
    have put it there.
    """

    id: PostId
    kind: str
    subject: str
    room_id: RoomId
    room: RoomAddress
    language: Language
    timezone: str
    params: Params
    round: int
    reply_to: str | None
    buttons: tuple[str, ...]
    pinned: bool
    remote: str | None
    attempt: int
    revision: int
    created_at: datetime
    uncertain: bool = False
    failures: int = 0
