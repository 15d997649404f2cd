"""A sender on an OVH account, as the relay uses it."""

from dataclasses import dataclass
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
    params: dict[str, str]


@dataclass(frozen=True, slots=True)
class CallbackUrls:
    """Where OVH is to call: delivery reports, answers, STOP."""

    report: str
    reply: str
    stop: str

    @classmethod
    def under(cls, root: str) -> Self:
        """The three under one address, which holds the account's secret."""
        return cls(f"{root}/report", f"{root}/reply", f"{root}/stop")


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

    async def check(self) -> list[Finding]:
        """Whether keys, service and sender are right."""
        ...

    async def register(self, urls: CallbackUrls) -> None:
        """Tell OVH where to call."""
        ...

    async def opted_out(self, number: E164) -> bool:
        """Whether the number is on the account's list of those who wrote STOP."""
        ...
