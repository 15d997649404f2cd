"""The outgoing lane's parts of a transaction: messages, jobs, sms. SQL stays in adapters/database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bridge.domain.ids import (
    AccountId,
    ChatRef,
    JobId,
    MessageId,
)
from bridge.domain.marks import Tally
from bridge.domain.numbers import E164
from bridge.domain.sms import Job, Report
from bridge.ports.sending import Acceptance, JobMove, JobRow, Message, NewMessage, SentSms, SmsRow


class Messages(Protocol):
    """What people wrote that sends."""

    async def add(self, messages: Sequence[NewMessage]) -> list[MessageId]:
        """T0: messages, jobs, sms and marks, in order, each job given its place (`seq`)."""
        ...

    async def add_round(self, message: MessageId, new: NewMessage) -> int:
        """A new round of jobs under a message; sms of earlier rounds to the same numbers are superseded."""
        ...

    async def at(self, refs: Collection[ChatRef]) -> dict[ChatRef, Message]:
        """The messages that stand there."""
        ...

    async def by_id(self, ids: Collection[MessageId]) -> dict[MessageId, Message]:
        """These messages."""
        ...

    async def tallies(self, ids: Collection[MessageId]) -> dict[MessageId, list[Tally]]:
        """How their sms stand, superseded ones left out; ids of a list not yet bound to a receiver count as one."""
        ...

    async def sms_of(self, ids: Collection[MessageId]) -> list[SmsRow]:
        """Their sms that failed or are not confirmed, superseded ones left out."""
        ...

    async def pending_of(self, jobs: Collection[JobId]) -> list[SmsRow]:
        """Sms of these jobs that nobody knows anything of yet."""
        ...

    async def jobs_of(self, ids: Collection[MessageId]) -> list[JobRow]:
        """Their jobs in the latest round."""
        ...


class Jobs(Protocol):
    """The way of a job from queued to settled."""

    async def claim(
        self,
        now: datetime,
        owner: str,
        lease_until: datetime,
        allowance: Mapping[AccountId, int],
        only: JobId | None = None,
    ) -> list[Job]:
        """T1: up to `allowance` due jobs an account go to submitting, oldest first; a paused account's stay.

        A job is claimable when no earlier open job of its room shares a receiver. Expired ones are not claimed.
        `only`: this job or none, by the same rules.
        """
        ...

    async def accept(self, acceptances: Sequence[Acceptance]) -> set[JobId]:
        """T2: ids stored and bound, early reports of them applied. Tells which jobs moved."""
        ...

    async def move(self, moves: Sequence[JobMove]) -> set[JobId]:
        """Guarded steps. Tells which were taken; others had moved on."""
        ...

    async def claim_looks(
        self, now: datetime, lease_until: datetime, limit: int, only: JobId | None = None
    ) -> list[Job]:
        """Reconciling jobs, and unconfirmed ones, whose next look is due, with the ids of early reports as hints.

        `only`: this job or none.
        """
        ...

    async def adopt_orphans(self, owner: str, first_look: timedelta) -> list[JobId]:
        """Jobs in submitting of another owner, who is surely gone, go to reconciling, never to a POST.

        They are looked for `first_look` after their POST may have begun.
        """
        ...

    async def expire(self, now: datetime, limit: int) -> list[MessageId]:
        """Queued and held jobs whose time is over. Tells whose."""
        ...

    async def replace_text(self, message: MessageId, typed: str, text: str) -> bool:
        """An edit within `hold`, of what was typed and what leaves: False when a job was ever submitted."""
        ...


class Sms(Protocol):
    """Receivers: what was sent to whom, and what the operators say of it."""

    async def report(self, account: AccountId, reports: Sequence[Report], now: datetime) -> set[MessageId]:
        """Apply reports by rank; unknown ids are kept (at most 10,000, 72 h). Tells which messages changed.

        One that is kept makes the account's latest jobs in doubt due to be looked for.
        """
        ...

    async def claim_pulls(
        self, now: datetime, lease_until: datetime, limit: int, only: JobId | None = None
    ) -> list[tuple[Job, int]]:
        """Accepted jobs whose reports are to be fetched, with the step (0, 1, …) of their schedule.

        `only`: this job or none.
        """
        ...

    async def next_pull(self, job: JobId, step: int, at: datetime | None) -> None:
        """When the reports of a job are fetched again; None: never."""
        ...

    async def give_up_reports(self, job: JobId, now: datetime) -> MessageId | None:
        """After 72 h without a final report: no_report. Tells whose, if any changed."""
        ...

    async def stop(self, account: AccountId, numbers: Collection[E164]) -> set[MessageId]:
        """Pending sms of queued and held jobs to these numbers are stopped; a job with none left is rejected."""
        ...

    async def by_tags(self, account: AccountId, tags: Collection[str]) -> dict[str, list[SentSms]]:
        """What was sent under these tags."""
        ...

    async def newest_to(self, account: AccountId, number: E164, since: datetime, until: datetime) -> list[SentSms]:
        """What was submitted in that time and may have reached that number, newest first (by seq), at most 20."""
        ...
