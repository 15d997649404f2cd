"""What `check` finds out about a phone at OVH: keys, rights, clock, service, credits. Each finding is a wording key."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from bridge.adapters.ovh import access, fields
from bridge.adapters.ovh import account as accounts
from bridge.adapters.ovh.check_sending import callbacks, sender
from bridge.adapters.ovh.client import NO_KEY, OvhAccount
from bridge.adapters.ovh.translate import NotThere, Page, Refused
from bridge.domain.addresses import host
from bridge.domain.failures import Permanent, Reason, Temporary
from bridge.ports.phone import CallbackUrls, Finding

_EXPIRES_SOON: Final = timedelta(days=7)
_LOW: Final = 20.0  # credits
_CLOCK_OFF: Final = 30.0  # seconds; OVH refuses from about a minute on where a client trusts its own clock

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sender:
    """What receivers see: a validated name, or None for a short number, and what opens each SMS."""

    name: str | None
    prefix: str | None


class _Over(Exception):
    """All that follows would fail in the same way."""


async def check(account: OvhAccount, seen: Sender, urls: CallbackUrls | None) -> list[Finding]:
    """In the order in which a person mends it. A call that fails is a finding of its own; raises nothing.

    `urls`: where OVH is to call, None where it cannot reach the bridge.
    """
    found: list[Finding] = []
    try:
        await _at_ovh(account, seen, urls, found)
    except _Over:
        _log.debug("ovh_check_over", service=account.service)
    if seen.name is None:
        opening = seen.prefix and seen.prefix.strip()
        found.append(
            Finding("ok", "check_prefix", {"prefix": opening}) if opening else Finding("warning", "check_no_prefix", {})
        )
    return found


async def _at_ovh(account: OvhAccount, seen: Sender, urls: CallbackUrls | None, found: list[Finding]) -> None:
    await _keys(account, found)
    _clock(account, found)
    service = await _asked(account, found, account.path, lambda: _service(account, found))
    if service is not None:
        _credits(account, service, found)
        found += callbacks(accounts.urls_in(service), urls)
    if seen.name is not None:
        name = seen.name
        await _asked(account, found, f"{account.path}/senders/*", lambda: sender(account, name, found))


async def _asked(
    account: OvhAccount, found: list[Finding], path: str, look: Callable[[], Awaitable[dict[str, object] | None]]
) -> dict[str, object] | None:
    """What a call gave; None for one that failed, which is a finding. Raises _Over where all others fail too."""
    try:
        return await look()
    except Refused as refused:
        if refused.code == "NOT_GRANTED_CALL":
            if any(one.key == "check_rights_missing" for one in found):
                return None  # told already, with all the others
            found.append(
                Finding("error", "check_not_granted", {"call": f"GET {path}", "url": access.token_page(account)})
            )
            return None
        found.append(_refused(account, refused))
    except Temporary as failure:
        found.append(_out_of_reach(account, failure))
    except Permanent as failure:
        found.append(Finding("error", "check_refused", {"call": f"GET {path}", "detail": failure.detail}))
        return None
    except fields.Unreadable as error:
        found.append(Finding("error", "check_unreadable", {"call": f"GET {path}", "field": str(error)}))
        return None
    raise _Over


def _refused(account: OvhAccount, refused: Refused) -> Finding:
    """OVH's codes as seen in the trackers of its client libraries; an unknown one is about the consumer key."""
    match refused.code:
        case "INVALID_KEY":
            return Finding("error", "check_application_key_unknown", {"url": access.token_page(account)})
        case "INVALID_SIGNATURE":
            return Finding("error", "check_secret_wrong", {})
        case "QUERY_TIME_OUT":
            return Finding("error", "check_clock_refused", {})
        case "404":
            return Finding("error", "check_service_unknown", {"service": account.service})
        case _ if refused.code == NO_KEY:
            return Finding("error", "check_no_consumer_key", {})
        case _:
            return Finding("error", "check_consumer_key_refused", {})


def _out_of_reach(account: OvhAccount, failure: Temporary) -> Finding:
    """Nothing that OVH said of the keys or the phone: it was not heard, or had no time."""
    if isinstance(failure, Page):
        params = {"status": str(failure.status), "url": f"{account.base}/auth/time"}
        return Finding("error", "check_page", params)
    match failure.reason:
        case Reason.RATE:
            return Finding("error", "check_rate", {})
        case Reason.SERVER:
            return Finding("error", "check_ovh_down", {})
        case _:
            return Finding("error", "check_unreachable", {"host": host(account.base)})


async def _keys(account: OvhAccount, found: list[Finding]) -> None:
    """Whether the keys are accepted, until when, for what. Raises _Over when they are not."""
    credential = await _asked(account, found, access.CREDENTIAL, lambda: _credential(account))
    if credential is None:
        if found and found[-1].key == "check_not_granted":  # the keys are good, though they may not ask this
            found[-1] = Finding("warning", "check_rights_untold", {})
        return
    status = str(credential.get("status"))
    if status == "pendingValidation":
        found.append(Finding("error", "check_consumer_key_pending", {}))
        raise _Over
    if status != "validated":
        found.append(Finding("error", "check_consumer_key_refused", {"status": status}))
        raise _Over
    found.append(_expiry(credential.get("expiration"), account.now()))
    lacking = access.missing(account.path, credential.get("rules"))
    if lacking:
        only_registering = all(right.method == "PUT" for right in lacking)
        params = {"rights": ", ".join(map(str, lacking)), "url": access.token_page(account)}
        found.append(Finding("warning" if only_registering else "error", "check_rights_missing", params))
        return
    found.append(Finding("ok", "check_rights", {}))


async def _credential(account: OvhAccount) -> dict[str, object]:
    return fields.record(await account.get("credential", access.CREDENTIAL))


def _expiry(expiration: object, now: datetime) -> Finding:
    if expiration is None:
        return Finding("ok", "check_keys_unlimited", {})
    try:
        until = fields.moment(expiration)
    except fields.Unreadable:
        until = None
    if until is None:
        return Finding("warning", "check_keys_end_unread", {})
    date = {"date": f"{until:%Y-%m-%d %H:%M} UTC"}
    if until - now < _EXPIRES_SOON:
        return Finding("warning", "check_keys_end_soon", date)
    return Finding("ok", "check_keys_until", date)


def _clock(account: OvhAccount, found: list[Finding]) -> None:
    """The bridge signs with OVH's time, so a wrong clock is no error; expiry, holds and hours suffer from it."""
    ahead = account.ahead or 0.0
    if abs(ahead) > _CLOCK_OFF:
        found.append(Finding("warning", "check_clock_off", {"behind" if ahead > 0 else "fast": f"{abs(ahead):.0f}"}))


async def _service(account: OvhAccount, found: list[Finding]) -> dict[str, object] | None:
    name = {"service": account.service}
    try:
        service = fields.record(await account.get("account", account.path))
    except NotThere:
        found.append(Finding("error", "check_service_unknown", name))
        return None
    if service.get("status", "enable") != "enable":
        found.append(Finding("error", "check_service_disabled", name))
        return None
    found.append(Finding("ok", "check_service", name))
    return service


def _credits(account: OvhAccount, service: dict[str, object], found: list[Finding]) -> None:
    left = account.credits_left = fields.credits_of(service.get("creditsLeft"))
    automatic = service.get("automaticRecreditAmount")
    if left is None:
        found.append(Finding("warning", "check_credits_unknown", {}))
    elif left <= 0:
        found.append(Finding("error", "check_credits_none", {}))
    else:
        low = left < _LOW
        key = "check_credits_low" if low else "check_credits"
        found.append(Finding("warning" if low else "ok", key, {"left": left}))
    if automatic:
        below = fields.credits_of(service.get("creditThresholdForAutomaticRecredit")) or 0.0
        found.append(Finding("ok", "check_recharge", {"credits": str(automatic), "below": f"{below:g}"}))
    else:
        found.append(Finding("warning", "check_no_recharge", {}))
