"""Rows and values for tests: each complete, so that a test says only what it is about."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bridge.domain.events import Typed
from bridge.domain.ids import AccountId, ChatRef, JobId, MessageId, Person, PhoneId, RoomAddress, RoomId, SmsId
from bridge.domain.marks import Status
from bridge.domain.numbers import E164
from bridge.domain.rooms import Receiver, Room, SendingRules
from bridge.domain.sms import Job
from bridge.domain.states import JobState, RoomState, SmsState
from bridge.ports.sending import JobRow, MarkRow, Message, SmsRow

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ROOM = RoomAddress("web", "demo")
CLAIRE = Person("web", "1", "Claire")
DURAND = Receiver(E164("+33612345678"), "Mme Durand")
PETIT = Receiver(E164("+33612345679"), "M. Petit")
DIALLO = Receiver(E164("+33712345680"))


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def numbers(count: int) -> tuple[E164, ...]:
    """Mobiles of metropolitan France."""
    return tuple(E164(f"+336{10_000_000 + index:08}") for index in range(count))


def rules(**changed: Any) -> SendingRules:
    usual: dict[str, Any] = {
        "phone": "accueil",
        "short_number": True,
        "prefix": "",
        "plain_text": True,
        "on_uncertain": "resend",
        "expires_after": timedelta(hours=12),
    }
    return SendingRules(**{**usual, **changed})


def room(receivers: Sequence[Receiver] = (DURAND,), phone: SendingRules | None = None, **changed: Any) -> Room:
    usual: dict[str, Any] = {
        "id": RoomId(1),
        "address": ROOM,
        "account_id": AccountId(1),
        "phone_id": PhoneId(1),
        "phone": "accueil",
        "state": RoomState.ACTIVE,
        "sends": "everything",
        "hold": timedelta(seconds=5),
        "language": "fr",
        "timezone": "Europe/Paris",
        "prefix": None,
        "receivers": tuple(receivers),
        "rules": phone or rules(),
    }
    return Room(**{**usual, **changed})


def typed(text: str = "Bonjour", **changed: Any) -> Typed:
    usual: dict[str, Any] = {
        "event_id": "e1",
        "ref": ChatRef(ROOM, "m1"),
        "person": CLAIRE,
        "text": text,
        "wrote_at": NOW,
    }
    return Typed(**{**usual, **changed})


def job(receivers: int = 1, **changed: Any) -> Job:
    """A job whose first POST began at NOW."""
    usual: dict[str, Any] = {
        "id": JobId(1),
        "account_id": AccountId(1),
        "phone_id": PhoneId(1),
        "phone": "accueil",
        "room_id": RoomId(1),
        "message_id": MessageId(1),
        "seq": 1,
        "tag": "babcdefghijklmnop",
        "text": "Bonjour",
        "receivers": numbers(receivers),
        "attempt": 1,
        "written_at": ago(5),
        "expires_at": ago(5) + timedelta(hours=12),
        "submitted_at": NOW,
    }
    return Job(**{**usual, **changed})


def message(**changed: Any) -> Message:
    usual: dict[str, Any] = {
        "id": MessageId(1),
        "room_id": RoomId(1),
        "account_id": AccountId(1),
        "ref": ChatRef(ROOM, "m1"),
        "person": CLAIRE,
        "text": "Bonjour",
        "written_at": NOW,
        "round": 1,
        "round_at": NOW,
    }
    return Message(**{**usual, **changed})


def mark_row(wanted: Status | None = None, *, of: Message | None = None, is_list: bool = False) -> MarkRow:
    of = of or message()
    return MarkRow(of, ROOM, "fr", "Europe/Paris", is_list, of.round, wanted, None, None, None, 0)


def job_row(state: JobState, **changed: Any) -> JobRow:
    params: Mapping[str, object] = {}
    usual: dict[str, Any] = {
        "id": JobId(1),
        "message_id": MessageId(1),
        "round": 1,
        "state": state,
        "attempt": 1,
        "reason": None,
        "params": params,
        "due_at": None,
        "expires_at": NOW + timedelta(hours=12),
        "submitted_at": None,
        "text": "Bonjour",
    }
    return JobRow(**{**usual, **changed})


def sms_row(state: SmsState, cause: str | None = None, **changed: Any) -> SmsRow:
    usual: dict[str, Any] = {
        "id": SmsId(1),
        "job_id": JobId(1),
        "message_id": MessageId(1),
        "number": DURAND.number,
        "name": DURAND.name,
        "state": state,
        "cause": cause,
        "changed_at": NOW,
    }
    return SmsRow(**{**usual, **changed})
