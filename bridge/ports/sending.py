"""Rows of the outgoing lane: what passes between it and the store. All times are aware UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bridge.domain.ids import (
    AccountId,
    ChatRef,
    JobId,
    MessageId,
    OvhId,
    Person,
    PhoneId,
    RoomAddress,
    RoomId,
    SmsId,
)
from bridge.domain.marks import Status, Summary
from bridge.domain.numbers import E164
from bridge.domain.rooms import Language
from bridge.domain.sms import Found
from bridge.domain.states import JobState, SmsState
from bridge.ports.rows import Params


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
    """What a person wrote that sends, with its jobs.

    Its mark is looked at from `mark_due_at`; None: it has none, and no notices, since no chat shows it.
    """

    room_id: RoomId
    account_id: AccountId
    phone_id: PhoneId
    ref: ChatRef
    person: Person
    text: str
    written_at: datetime
    jobs: tuple[NewJob, ...]
    mark_due_at: datetime | None


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
class Standing:
    """One receiver of a message, for whoever asks. `since`: when this state came; `sent_at`: when its POST began."""

    number: E164
    name: str | None
    job: JobState
    sms: SmsState
    cause: str | None
    since: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class JobMove:
    """A guarded step of one job: it happens only from a state that domain/states.py allows, in this attempt.

    Its pending SMS follow (SMS_AFTER_JOB). `due_at` is the next thing to do (a POST, a look), None when settled.
    `look` counts answered looks; `answered_at` is when the last one was answered; `failures` exceptions of ours;
    `params` what the notice about `reason` needs; `found` ids that a look proved to be the job's, kept as `Job.ids`.
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
    found: Found | None = None


@dataclass(frozen=True, slots=True)
class Acceptance:
    """T2 for one job: its OVH ids, the receivers OVH refused, those known for an id. Reports are pulled at `pull_at`.

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


@dataclass(frozen=True, slots=True)
class MarkRow:
    """The mark of one message: what is shown on it now, and what was last worked out (None: nothing yet).

    `attempt` counts failed tries to show it, `failures` those that broke for a reason of ours; `hold` is the room's.
    """

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
    failures: int = 0
    hold: timedelta = timedelta(0)


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
    failures: int = 0
