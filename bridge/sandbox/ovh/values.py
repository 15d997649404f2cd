"""What the simulated OVH is told and what it tells: descriptions, records, changes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

Clock = Callable[[], datetime]
"""Gives an aware UTC time."""
Sleep = Callable[[float], Awaitable[object]]
"""Waits for some seconds; tests pass one that they move by hand."""

EVERYTHING = ("GET /sms", "GET /sms/*", "POST /sms/*", "PUT /sms/*", "DELETE /sms/*")
"""The rights that OVH's page for keys grants for SMS, written METHOD PATH; `*` stands for anything."""


@dataclass(frozen=True, slots=True)
class SmsAccount:
    """One SMS service of OVH with the keys that open it.

    `credits` are what is left at the start. `senders` are validated names. `grants` are the rights of the
    consumer key. `expires` is when the consumer key ends (UTC), None for never.
    """

    service_name: str = "sms-ab12345-1"
    application_key: str = "application-key"
    application_secret: str = "application-secret"  # noqa: S105 - opens nothing but this simulator
    consumer_key: str = "consumer-key"
    credits: float = 100.0
    senders: tuple[str, ...] = ()
    grants: tuple[str, ...] = EVERYTHING
    expires: datetime | None = None


class Mode(StrEnum):
    """How OVH behaves as a whole: what the demonstration's drawer of faults chooses from."""

    OK = "ok"
    SILENT = "silent"
    """A POST of jobs is never answered, and nothing of it is accepted."""
    UNCONFIRMED = "unconfirmed"
    """A POST of jobs ends in a reset connection, and nothing of it is accepted; so do the lists that would tell."""
    NO_CREDITS = "no_credits"
    REVOKED = "revoked"
    """Every signed call is answered 403 INVALID_CREDENTIAL."""


@dataclass(slots=True)
class SeenRequest:
    """One HTTP request that reached the server, whatever came of it.

    `path` is without /1.0. `body` is the decoded JSON, or the text where it is none. `headers` are without
    keys and signature. `status` stays None while it is being answered, and when no answer left.
    """

    at: datetime
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any = None
    status: int | None = None
    connection_lost: bool = False
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class AcceptedPost:
    """A POST /jobs that OVH took: from now on its SMS leave and its credits are gone."""

    at: datetime
    service_name: str
    tag: str
    text: str
    receivers: tuple[str, ...]
    ids: tuple[int, ...]
    credits: float


@dataclass(slots=True)
class OutgoingSms:
    """One SMS to one receiver, as `sms.Outgoing` of OVH's schema tells it.

    `differed` is in minutes, `length` in characters; `receipt` is the DLR id. `answerable` is whether the
    receiver sees a short number that takes answers.
    """

    id: int
    service_name: str
    receiver: str
    sender: str
    message: str
    tag: str
    created: datetime
    parts: int
    length: int
    credits: float
    answerable: bool
    differed: int = 0
    receipt: int = 0
    ptt: int = 0
    sent: datetime | None = None
    delivered: datetime | None = None


@dataclass(frozen=True, slots=True)
class IncomingSms:
    """One answer, as `sms.Incoming` of OVH's schema tells it. `sender` is in the form that OVH shows."""

    id: int
    service_name: str
    sender: str
    message: str
    tag: str
    created: datetime
    credits: float
    short_number: str = ""


@dataclass(slots=True)
class Push:
    """One call of OVH to a registered URL. `status` is None until answered; `error` names what failed."""

    kind: str
    method: str
    url: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, str] | bytes | None = None
    at: datetime | None = None
    status: int | None = None
    error: str | None = None


class Happened(StrEnum):
    """The kinds of change that a subscriber is told."""

    REQUEST = "request"
    ACCEPTED = "accepted"
    REPORT = "report"
    REPLY = "reply"
    LOST = "lost"
    STOP = "stop"
    TELEPHONE = "telephone"
    PUSH = "push"
    MODE = "mode"


@dataclass(frozen=True, slots=True)
class Change:
    """Something changed: `number` is the telephone concerned (E.164), `subject` the record or row."""

    what: Happened
    number: str | None = None
    subject: object = None


Subscriber = Callable[[Change], None]
