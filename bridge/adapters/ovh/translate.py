"""OVH's answers in our own words: pure, and the only place that knows its statuses and error codes."""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from bridge.adapters.ovh.wire import Answer, Unreachable
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Refusal, Temporary

_KEYS: Final = frozenset({"INVALID_CREDENTIAL", "INVALID_KEY", "NOT_CREDENTIAL", "NOT_GRANTED_CALL"})
_CLOCK: Final = frozenset({"QUERY_TIME_OUT", "INVALID_SIGNATURE"})
_CREDIT = re.compile(r"\bcr[eé]dits?\b", re.IGNORECASE)
_SENDER = re.compile(r"\bsender\b", re.IGNORECASE)
_CONTACT = re.compile(r"contact information", re.IGNORECASE)
_SERVICE = re.compile(r"\bservice\b", re.IGNORECASE)
_NUMBERS = re.compile(r"\+?\d{5,}(\d{2})")
_LONGEST_WAIT = timedelta(hours=1)
_LONGEST_DETAIL = 200

Failure = Temporary | Permanent | OutcomeUnknown


class NotThere(Permanent):
    """OVH itself says that it does not know what was asked for (404)."""


class Refused(Temporary):
    """Keys or clock refused. `code` is OVH's errorCode; where it has none: 401, or 404 for the service itself."""

    def __init__(self, reason: Reason, code: str) -> None:
        super().__init__(reason, scope="account")
        self.code = code


class Page(Temporary):
    """Not OVH's voice but somebody's between: a page in place of JSON, with this HTTP status."""

    def __init__(self, reason: Reason, status: int) -> None:
        super().__init__(reason)
        self.status = status


class Garbage(Page):
    """A success whose body is no JSON, to a call that may be repeated."""


@dataclass(frozen=True, slots=True)
class Payload:
    """The JSON of a success."""

    value: object


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What helps to read an answer: OVH's time (UTC), credits as last told, what must never be shown."""

    now: datetime
    credits_left: float | None = None
    secrets: tuple[str, ...] = ()


def classify(method: str, met: Answer | Exception, around: Circumstances) -> Payload | Failure:
    """What a call came to. A POST may have been carried out without our knowing: nothing matters as much.

    GET and PUT are harmless to repeat: what is unknown after a POST is temporary after them.
    """
    if isinstance(met, Exception):
        return Temporary(Reason.NETWORK) if isinstance(met, Unreachable) else _unknown(method, Reason.NETWORK)
    said = _json(met.body)
    if 200 <= met.status < 300:
        if isinstance(said, _NoJson) and met.status != 204:
            return OutcomeUnknown() if method == "POST" else Garbage(Reason.NETWORK, met.status)
        return Payload(None if isinstance(said, _NoJson) else said)
    if met.status >= 500:
        return _unknown(method, Reason.SERVER, met.status if isinstance(said, _NoJson) else None)
    if met.status < 400:  # a proxy: OVH redirects nothing
        return _unknown(method, Reason.NETWORK, met.status)
    if met.status == 429:
        return Temporary(Reason.RATE, _wait(met.retry_after, around.now), "account")
    if met.status == 401:
        return Refused(Reason.KEYS, "401")
    if met.status == 408:  # the request did not arrive whole
        return Temporary(Reason.NETWORK)
    if not isinstance(said, dict):
        # Not OVH's own voice: a proxy or a firewall in between. The message is not to blame for all we know.
        return Page(Reason.SERVER, met.status)
    return _refused(method, met.status, said, around)


def _refused(method: str, status: int, said: dict[str, object], around: Circumstances) -> Failure:
    """A 4xx in OVH's own form: by its errorCode first, by its words where it has none."""
    code, message = str(said.get("errorCode") or ""), str(said.get("message") or "")
    if code in _CLOCK:
        return Refused(Reason.CLOCK, code)
    if code in _KEYS:
        return Refused(Reason.KEYS, code)
    if status == 404:
        # A service that OVH does not know is a fault of the configuration, or an unpaid bill: no message is
        # to blame, so the account waits as for revoked keys, nothing is rejected, and expiry bounds the wait.
        if method == "POST" or _SERVICE.search(message):
            return Refused(Reason.KEYS, "404")
        return NotThere(Refusal.OTHER, cleaned(message, around.secrets))
    detail = cleaned(message, around.secrets)
    if _CONTACT.search(message):
        return Permanent(Refusal.CONTACT_DETAILS, detail)
    if status == 402 or _CREDIT.search(message):
        return Temporary(Reason.CREDITS, scope="account")
    if status == 403 and _SENDER.search(message):
        return Permanent(Refusal.SENDER, detail)
    if method == "POST" and around.credits_left is not None and around.credits_left <= 0:
        return Temporary(Reason.CREDITS, scope="account")
    return Permanent(Refusal.OTHER, detail)


def _unknown(method: str, reason: Reason, page: int | None = None) -> Failure:
    """`page`: the status of an answer that was none of OVH's."""
    if method == "POST":
        return OutcomeUnknown(reason)
    return Temporary(reason) if page is None else Page(reason, page)


class _NoJson:
    """The body was no JSON."""


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return _NoJson()


def _wait(header: str | None, now: datetime) -> timedelta | None:
    """`Retry-After` in either form (RFC 9110): seconds, or a date. None when missing or meaningless."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        return None
    return min(max(until - now, timedelta()), _LONGEST_WAIT)


def cleaned(message: str, secrets: tuple[str, ...]) -> str:
    """OVH's words as they may be logged and shown: no key in them, numbers masked, at most 200 characters."""
    for secret in secrets:
        if secret:
            message = message.replace(secret, "…")
    return _NUMBERS.sub(r"…\1", " ".join(message.split()))[:_LONGEST_DETAIL]
