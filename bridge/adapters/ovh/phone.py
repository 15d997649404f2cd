"""A sender on an OVH account, as ports.phone asks for it."""

import asyncio
from datetime import datetime

import structlog

from bridge.adapters.ovh import access, checks, find, incoming, reports, submit
from bridge.adapters.ovh import account as accounts
from bridge.adapters.ovh.client import OvhAccount
from bridge.domain.ids import OvhId
from bridge.domain.numbers import E164
from bridge.domain.sms import Absent, AccountState, CannotTell, Found, Job, Reply, Report, Submission
from bridge.ports.phone import CallbackUrls, Capabilities, Finding, KeyRequest, RegisteredUrls

_log = structlog.get_logger(__name__)


class OvhPhone:
    """One phone. Several may share an account; whoever made the account closes it.

    `sender` is a validated name, None for the short number, which alone can be answered. `prefix`: what opens its SMS.
    """

    def __init__(
        self,
        name: str,
        account: OvhAccount,
        *,
        sender: str | None = None,
        no_stop_clause: bool = True,
        prefix: str | None = None,
    ) -> None:
        self.name = name
        self.can = Capabilities(receive=sender is None)
        self._account = account
        self._sending = submit.Sending(sender, no_stop_clause)
        self._seen = checks.Sender(sender, prefix)

    def submitting(self, job: Job) -> asyncio.Future[Submission]:
        """Begin the POST and give the future of its answer, which comes whether or not anybody waits.

        Fails with Temporary, Permanent or OutcomeUnknown. Cancelling it loses the answer, not the POST.
        """
        return submit.start(self._account, job, self._sending)

    async def submit(self, job: Job) -> Submission:
        """One POST, in a thread that a cancelled task does not stop.

        Whoever is cancelled here loses the answer, though not the SMS: so delivery submits *and records* in
        one task of its own, which it shields, and waits for when it stops (up to the time it is given). A job
        whose answer is lost all the same stays submitting, and is looked up at the next start.
        Raises Temporary, Permanent, OutcomeUnknown.
        """
        future = self.submitting(job)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            _log.warning("ovh_answer_not_awaited", phone=self.name, job=job.id, tag=job.tag)
            future.add_done_callback(_noticed)  # what comes of it is found by a look: it is no error of the loop
            raise

    async def find(self, job: Job) -> Found | Absent | CannotTell:
        """One look for a job that may have been sent. Raises nothing but CancelledError."""
        return await find.find(self._account, job, stop_clause=not self._sending.no_stop_clause)

    async def reply_ids(self, since: datetime) -> tuple[datetime, list[OvhId]]:
        """OVH's time when the listing began, ids of answers created since. Raises Temporary, Permanent."""
        return await incoming.reply_ids(self._account, since)

    async def reply(self, reply_id: OvhId) -> Reply | None:
        """One answer, None when OVH does not know it. Raises Temporary; Permanent when it is unreadable."""
        return await incoming.reply(self._account, reply_id)

    async def reports(self, job: Job) -> list[Report]:
        """What became of the job's SMS. Raises Temporary, Permanent."""
        return await reports.reports(self._account, job)

    async def account(self) -> AccountState:
        """Credits left and OVH's time. Raises Temporary, Permanent."""
        return await accounts.state(self._account)

    async def check(self, urls: CallbackUrls | None) -> list[Finding]:
        """What is right and wrong with keys, service, sender and callbacks. A failed call is a finding."""
        return await checks.check(self._account, self._seen, urls)

    async def callbacks(self) -> RegisteredUrls:
        """Where OVH calls now, for the whole account. Raises Temporary, Permanent."""
        return await accounts.registered(self._account)

    async def register(self, urls: CallbackUrls) -> None:
        """Tell OVH where to call, for the whole account. Raises Temporary, Permanent."""
        await accounts.register(self._account, urls)

    async def opted_out(self, number: E164) -> bool:
        """Whether the number is on OVH's list of those who wrote STOP. Raises Temporary, Permanent."""
        return await accounts.opted_out(self._account, number)

    @property
    def token_page(self) -> str:
        """OVH's page where a person may make all three keys, with the rights that the bridge uses filled in."""
        return access.token_page(self._account)

    async def ask_for_key(self) -> KeyRequest:
        """A consumer key for the account, to be agreed to by its owner. Raises Temporary, Permanent."""
        return await access.ask(self._account)

    async def await_key(self, asked: KeyRequest) -> bool:
        """Wait up to ten minutes until it is agreed to, and use it from then on. Raises Temporary, Permanent."""
        return await access.agreed(self._account, asked)


def _noticed(future: asyncio.Future[Submission]) -> None:
    """Take notice of an outcome that nobody waits for any more."""
    if not future.cancelled():
        future.exception()
