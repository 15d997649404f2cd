"""POST /jobs: one text, at most 500 receivers."""

import asyncio
from dataclasses import dataclass

from bridge.adapters.ovh import news
from bridge.adapters.ovh.client import OvhAccount
from bridge.domain.sms import MAX_RECEIVERS, Job, Submission


@dataclass(frozen=True, slots=True)
class Sending:
    """How a phone sends: under a validated name, or (None) from the short number; with STOP clause or not."""

    sender: str | None
    no_stop_clause: bool


def body_of(job: Job, sending: Sending) -> dict[str, object]:
    """The parameters of OVH's schema. A name and `senderForResponse` together would be the short number."""
    body: dict[str, object] = {
        "message": job.text,
        "receivers": list(job.receivers),
        "tag": job.tag,
        "charset": "UTF-8",
        "noStopClause": sending.no_stop_clause,
    }
    if sending.sender is None:
        body["senderForResponse"] = True
    else:
        body["sender"] = sending.sender
    return body


def start(account: OvhAccount, job: Job, sending: Sending) -> asyncio.Future[Submission]:
    """Begin the POST in a thread; the future tells what came of it, whoever waits for it or does not.

    It fails with Temporary, Permanent or OutcomeUnknown.
    """
    if len(job.receivers) > MAX_RECEIVERS:
        raise ValueError(f"a job has at most {MAX_RECEIVERS} receivers")
    body = body_of(job, sending)

    def post() -> Submission:
        answer = account.call("POST", "submit", f"{account.path}/jobs", body)
        outcome = news.submission(answer, job.receivers)
        if not isinstance(outcome, Submission):
            raise outcome
        if outcome.credits_left is not None:
            account.credits_left = outcome.credits_left
        return outcome

    return account.start(post)
