"""The OVH phone on a real socket against the simulated OVH, with one clock for both."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bridge.adapters.ovh.client import OvhAccount
from bridge.adapters.ovh.phone import OvhPhone
from bridge.adapters.ovh.signer import Keys
from bridge.domain.ids import AccountId, JobId, MessageId, OvhId, PhoneId, RoomId
from bridge.domain.numbers import E164
from bridge.domain.sms import Job
from bridge.sandbox.ovh.simulator import SimulatedOvh
from bridge.sandbox.ovh.values import SmsAccount

DURAND, PETIT, DIALLO = E164("+33612345678"), E164("+33623456789"), E164("+33634567890")
TAG = "babcdefghijklmnop"
KEYS = Keys("application-key", "application-secret", "consumer-key")
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


class HandClock:
    """Time that only moves when told."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self._monotonic = 1000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing in the adapter sleeps")

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def set_back(self, seconds: float) -> None:
        """Somebody sets the wall clock; the monotonic one goes on."""
        self._now -= timedelta(seconds=seconds)


@dataclass
class World:
    ovh: SimulatedOvh
    account: OvhAccount
    phone: OvhPhone
    clock: HandClock
    calls: list[tuple[str, str]] = field(default_factory=list)
    """(what was asked, outcome), as the account told them."""

    def asked(self, what: str) -> int:
        return sum(1 for call, _ in self.calls if call == what)


@asynccontextmanager
async def world(
    *,
    sender: str | None = None,
    no_stop_clause: bool = True,
    prefix: str | None = None,
    keys: Keys = KEYS,
    read: float = 5.0,
    **simulated: object,
) -> AsyncIterator[World]:
    clock = HandClock()
    simulated.setdefault("accounts", (SmsAccount(senders=("Cabinet",)),))
    async with SimulatedOvh(clock=clock.now, **simulated) as ovh:
        calls: list[tuple[str, str]] = []
        account = OvhAccount(
            ovh.url,
            "sms-ab12345-1",
            keys,
            clock=clock,
            observe=lambda what, outcome, _: calls.append((what, outcome)),
            timeout=(2.0, read),
        )
        phone = OvhPhone("accueil", account, sender=sender, no_stop_clause=no_stop_clause, prefix=prefix)
        try:
            yield World(ovh, account, phone, clock, calls)
        finally:
            await account.aclose(grace=0.5)


def job(
    *receivers: E164,
    text: str = "Votre RDV est annulé",
    tag: str = TAG,
    submitted_at: datetime | None = NOON,
    hints: tuple[int, ...] = (),
    ids: tuple[int, ...] = (),
) -> Job:
    return Job(
        id=JobId(1),
        account_id=AccountId(1),
        phone_id=PhoneId(1),
        phone="accueil",
        room_id=RoomId(1),
        message_id=MessageId(1),
        seq=1,
        tag=tag,
        text=text,
        receivers=receivers or (DURAND,),
        attempt=1,
        written_at=NOON,
        expires_at=NOON + timedelta(hours=12),
        submitted_at=submitted_at,
        hints=tuple(map(OvhId, hints)),
        ids=tuple(map(OvhId, ids)),
    )
