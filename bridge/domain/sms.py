"""Jobs and what OVH says of them, in our own words."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bridge.domain.causes import Cause
from bridge.domain.ids import AccountId, JobId, MessageId, OvhId, PhoneId, RoomId
from bridge.domain.numbers import E164
from bridge.domain.states import SmsState

MAX_RECEIVERS = 500
"""Receivers of one POST: what OVH's FAQ asks for."""


def new_tag(random_bytes: Callable[[int], bytes]) -> str:
    """A job's label at OVH for all its life: `b` and 16 lower-case base32 characters of 80 random bits."""
    return "b" + base64.b32encode(random_bytes(10)).decode("ascii").lower()


def is_ours(tag: str) -> bool:
    """Whether a tag has the form of ours: OVH makes others for SMS that bear none."""
    return re.fullmatch(r"b[a-z2-7]{16}", tag) is not None


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed job: one text to at most 500 receivers in one POST. Times are UTC.

    `submitted_at` is when its last POST began, `answered_at` when a look for it was last answered, `look` counts those;
    `hints` are OVH ids of early reports that may turn out to be its own; `ids` those it is known to have; `others` the
    latest ones to the same person that are known to be other jobs'. `failures` counts exceptions of our own while
    working on it.
    """

    id: JobId
    account_id: AccountId
    phone_id: PhoneId
    phone: str
    room_id: RoomId
    message_id: MessageId
    seq: int
    tag: str
    text: str
    receivers: tuple[E164, ...]
    attempt: int
    written_at: datetime
    expires_at: datetime
    submitted_at: datetime | None = None
    look: int = 0
    on_uncertain: Literal["resend", "ask"] = "resend"
    answered_at: datetime | None = None
    hints: tuple[OvhId, ...] = ()
    ids: tuple[OvhId, ...] = ()
    others: frozenset[OvhId] = frozenset()
    failures: int = 0
    unconfirmed: bool = False


@dataclass(frozen=True, slots=True)
class Submission:
    """OVH accepted a job: its ids, the receivers it refused, credits taken and left (None: not told)."""

    ids: tuple[OvhId, ...]
    refused: tuple[E164, ...] = ()
    credits_removed: float = 0.0
    credits_left: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A look proved that OVH accepted the job. Receivers are known for those ids that had to be read."""

    ids: tuple[OvhId, ...]
    receivers: dict[OvhId, E164] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Absent:
    """Every list of OVH answered, and none shows the job."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """A look that was not answered, or not wholly: it does not count as one.

    `other_text`: OVH shows another text under the job's own tag. That cannot be, so an operator must look.
    """

    why: str
    other_text: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one SMS at the operator. `receiver` is None where only the id is known."""

    id: OvhId
    state: SmsState
    cause: Cause | None = None
    receiver: E164 | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An SMS that came in, as the signed API tells it. `tag` names the job it answers, "" when OVH does not say."""

    id: OvhId
    sender: E164 | None
    sender_text: str
    text: str
    tag: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class AccountState:
    """What OVH says of an account now: credits left, and its clock (UTC)."""

    credits: float | None
    at: datetime
