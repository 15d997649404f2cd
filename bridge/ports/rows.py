"""What passes between the lanes and the store: frozen rows in our own words. All times are aware UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bridge.domain.failures import Reason
from bridge.domain.ids import (
    AccountId,
    ChatRef,
    JobId,
    MessageId,
    OvhId,
    Person,
    PhoneId,
    PostId,
    ReplyId,
    RoomAddress,
    RoomId,
    SmsId,
)
from bridge.domain.marks import Status, Summary
from bridge.domain.numbers import E164
from bridge.domain.rooms import Language, Receiver, SendingRules
from bridge.domain.states import JobState, ReplyState, SmsState

Params = Mapping[str, object]
"""A notice's parameters: JSON values only, never a finished sentence."""


# --- what the configuration says ---------------------------------------------------------------------------------
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


# --- accounts ------------------------------------------------------------------------------------------------------
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


# --- the outgoing lane ---------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class NewSms:
    """One receiver as it was when the person wrote. `cause` says why it is refused or stopped from the start."""

    number: E164
    name: str | None
    state: SmsState = SmsState.PENDING
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class NewJob:
    """One POST to be, or (rejected) the one that may not be."""

    tag: str
    text: str
    state: JobState
    due_at: datetime
    expires_at: datetime
    sms: tuple[NewSms, ...]
    reason: str | None = None
    params: Params = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What a person wrote that sends, with its jobs. Its mark is looked at from `mark_due_at`."""

    room_id: RoomId
    account_id: AccountId
    phone_id: PhoneId
    ref: ChatRef
    person: Person
    text: str
    written_at: datetime
    jobs: tuple[NewJob, ...]
    mark_due_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """A message as stored: the words that leave, notes taken out.

    `round` counts its sends: a retry is a new round under the same message; `round_at` is when it was written down.
    """

    id: MessageId
    room_id: RoomId
    account_id: AccountId
    ref: ChatRef
    person: Person
    text: str
    written_at: datetime
    round: int
    round_at: datetime


@dataclass(frozen=True, slots=True)
class JobMove:
    """A guarded step of one job: it happens only from a state that domain/states.py allows, in this attempt.

    Its pending SMS follow (SMS_AFTER_JOB). `due_at` is the next thing to do (a POST, a look), None when settled.
    `look` counts answered looks; `answered_at` is when the last one was answered; `failures` exceptions of ours;
    `params` what the notice about `reason` needs.
    """

    id: JobId
    attempt: int
    to: JobState
    due_at: datetime | None = None
    reason: str | None = None
    look: int | None = None
    answered_at: datetime | None = None
    failures: int | None = None
    params: Params | None = None


@dataclass(frozen=True, slots=True)
class Acceptance:
    """T2 for one job: its OVH ids, the receivers OVH refused, those known for an id. Pulls of reports start at `pull_at`.

    `missing`: receivers that no id was found for after the last look; they become unconfirmed.
    """

    id: JobId
    attempt: int
    ids: tuple[OvhId, ...]
    pull_at: datetime
    refused: tuple[E164, ...] = ()
    receivers: Mapping[OvhId, E164] = field(default_factory=dict)
    missing: tuple[E164, ...] = ()


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job of one message as the conversation with the team needs it."""

    id: JobId
    message_id: MessageId
    round: int
    state: JobState
    attempt: int
    reason: str | None
    params: Params
    due_at: datetime | None
    expires_at: datetime
    submitted_at: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class SmsRow:
    """One receiver of one message, in its latest round."""

    id: SmsId
    job_id: JobId
    message_id: MessageId
    number: E164
    name: str | None
    state: SmsState
    cause: str | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class SentSms:
    """An SMS that an answer may belong to."""

    message_id: MessageId
    room_id: RoomId
    room_active: bool
    number: E164
    name: str | None
    ref: ChatRef


# --- the incoming lane ---------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class NamedReply:
    """An answer of which only the id is known, claimed to be fetched."""

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


# --- what is put into rooms ----------------------------------------------------------------------------------------
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

    `attempt` counts earlier tries; `uncertain`: one of them may have put it there.
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


@dataclass(frozen=True, slots=True)
class MarkRow:
    """The mark of one message: what is shown on it now, and what was last worked out (None: nothing yet)."""

    message: Message
    room_address: RoomAddress
    language: Language
    timezone: str
    is_list: bool
    round: int
    wanted: Status | None
    shown: Status | None
    shown_summary: Summary | None
    ref: str | None
    attempt: int


@dataclass(frozen=True, slots=True)
class MarkUpdate:
    """What becomes of a mark row. `due_at` is when it is looked at next; None: only when something changes."""

    message_id: MessageId
    round: int
    wanted: Status
    due_at: datetime | None
    shown: Status | None = None
    shown_summary: Summary | None = None
    ref: str | None = None
    attempt: int = 0
