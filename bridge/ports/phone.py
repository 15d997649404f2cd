"""A sender on an OVH account, as the relay uses it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, Self

from bridge.domain.ids import OvhId
from bridge.domain.numbers import E164
from bridge.domain.sms import Absent, AccountState, CannotTell, Found, Job, Reply, Report, Submission


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a phone can do. Answers come only to a short number."""

    send: bool = True
    receive: bool = True
    reports: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `check`: how bad, what was found (a wording key and its parameters)."""

    level: Literal["ok", "warning", "error"]
    key: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CallbackUrls:
    """Where OVH is to call: delivery reports, answers, STOP. They hold a secret, which no repr shows."""

    report: str = field(repr=False)
    reply: str = field(repr=False)
    stop: str = field(repr=False)

    @classmethod
    def under(cls, root: str) -> Self:
        """The three under one address, which holds the account's secret."""
        return cls(f"{root}/report", f"{root}/reply", f"{root}/stop")


@dataclass(frozen=True, slots=True)
class RegisteredUrls:
    """Where OVH calls now, whoever told it so; None: it does not. They may hold another program's secrets."""

    report: str | None = field(default=None, repr=False)
    reply: str | None = field(default=None, repr=False)
    stop: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class KeyRequest:
    """A consumer key that opens nothing until the account's owner agreed on the page `validation_url`."""

    consumer_key: str = field(repr=False)
    validation_url: str = field(repr=False)


class Phone(Protocol):
    """One sender. Every method raises Temporary, Permanent or OutcomeUnknown (submit alone), and nothing foreign."""

    name: str
    can: Capabilities

    async def submit(self, job: Job) -> Submission:
        """One POST. Its answer is awaited even when the caller is cancelled: see `delivery.sms`."""
        ...

    async def find(self, job: Job) -> Found | Absent | CannotTell:
        """One look for a job that may have been sent. Never raises what a look may meet: it is CannotTell."""
        ...

    async def reply_ids(self, since: datetime) -> tuple[datetime, list[OvhId]]:
        """The ids of answers created since (UTC), with OVH's time when the listing began."""
        ...

    async def reply(self, reply_id: OvhId) -> Reply | None:
        """One answer, None when OVH does not know it. Raises Permanent when it can be had but not read."""
        ...

    async def reports(self, job: Job) -> list[Report]:
        """What became of the job's SMS: for one receiver by its id, for several by three lists and the failed ones."""
        ...

    async def account(self) -> AccountState:
        """Credits and time at OVH."""
        ...

    async def check(self, urls: CallbackUrls | None) -> list[Finding]:
        """Whether keys, service, sender and the callbacks are right; never raises.

        `urls`: where OVH is to call, None where it cannot reach the bridge.
        """
        ...

    async def callbacks(self) -> RegisteredUrls:
        """Where OVH calls now, for the whole account."""
        ...

    async def register(self, urls: CallbackUrls) -> None:
        """Tell OVH where to call, for the whole account."""
        ...

    async def opted_out(self, number: E164) -> bool:
        """Whether the number is on the account's list of those who wrote STOP."""
        ...


class KeyAsker(Protocol):
    """A phone whose consumer key is missing or refused. Methods raise Temporary or Permanent."""

    @property
    def token_page(self) -> str:
        """Where a person may make all three keys by hand, with exactly the rights that the bridge uses."""
        ...

    async def ask_for_key(self) -> KeyRequest:
        """A new consumer key with exactly those rights, to be agreed to by the account's owner."""
        ...

    async def await_key(self, asked: KeyRequest) -> bool:
        """Wait until it is agreed to and use it from then on. False: refused, or ten minutes have passed."""
        ...
