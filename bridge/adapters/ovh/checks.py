"""What `check` finds out about a phone at OVH. Each finding is a wording key `check_…` and parameters."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import quote

from bridge.adapters.ovh import account as accounts
from bridge.adapters.ovh import fields
from bridge.adapters.ovh.client import OvhAccount
from bridge.adapters.ovh.translate import NotThere
from bridge.domain.failures import Permanent, Temporary
from bridge.ports.phone import Finding

_EXPIRES_SOON = timedelta(days=7)
_LOW = 20.0  # credits
_Level = Literal["ok", "warning", "error"]
_SENDER_LEVELS: dict[str, _Level] = {"enable": "ok", "waitingValidation": "warning"}


async def check(account: OvhAccount, sender: str | None) -> list[Finding]:
    """Keys, service, credits, sender, callbacks, in this order. A call that fails is a finding of its own."""
    found = await _safely("keys", lambda: _keys(account))
    if any(one.key in ("check_unreachable", "check_keys_refused") for one in found):
        return found  # all that follows would fail the same way
    found += await _safely("service", lambda: _service(account))
    if sender is not None:
        found += await _safely("sender", lambda: _sender(account, sender))
    return found


async def _safely(what: str, look: Callable[[], Awaitable[list[Finding]]]) -> list[Finding]:
    try:
        return await look()
    except Temporary as failure:
        match failure.reason.value:
            case "keys":
                key = "check_keys_refused" if what == "keys" else "check_not_granted"
            case "clock":
                key = "check_clock"
            case _:
                key = "check_unreachable"
        return [Finding("error", key, {"what": what, "why": failure.reason.value})]
    except Permanent as failure:
        return [Finding("error", "check_refused", {"what": what, "detail": failure.detail})]
    except fields.Unreadable as error:
        return [Finding("error", "check_unreadable", {"what": what, "field": str(error)})]


async def _keys(account: OvhAccount) -> list[Finding]:
    credential = fields.record(await account.get("credential", "/auth/currentCredential"))
    status = str(credential.get("status"))
    if status != "validated":
        return [Finding("error", "check_keys_status", {"status": status})]
    found = [_expiry(credential.get("expiration"), account.now())]
    rules = credential.get("rules")
    granted = [rule for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []
    for method, path in _needed(account):
        if not any(_grants(rule, method, path) for rule in granted):
            found.append(Finding("error", "check_right_missing", {"method": method, "path": path}))
    return found


def _expiry(expiration: object, now: datetime) -> Finding:
    if expiration is None:
        return Finding("ok", "check_keys_unlimited", {})
    until = fields.moment(expiration)
    if until is None:
        return Finding("warning", "check_keys_until", {"until": str(expiration)})
    level: _Level = "warning" if until - now < _EXPIRES_SOON else "ok"
    return Finding(level, "check_keys_until", {"until": until.isoformat(timespec="minutes")})


def _needed(account: OvhAccount) -> tuple[tuple[str, str], ...]:
    """The calls in use. Rights match the exact path, so each is asked for as it is called."""
    lists = ("jobs", "outgoing", "incoming")
    return (
        ("GET", account.path),
        ("PUT", account.path),
        ("POST", f"{account.path}/jobs"),
        *(("GET", f"{account.path}/{name}") for name in lists),
        *(("GET", f"{account.path}/{name}/1") for name in (*lists, "blacklists")),
    )


def _grants(rule: dict[str, object], method: str, path: str) -> bool:
    pattern = re.escape(str(rule.get("path"))).replace(r"\*", ".*")
    return rule.get("method") == method and re.fullmatch(pattern, path) is not None


async def _service(account: OvhAccount) -> list[Finding]:
    service = await accounts.service(account)
    name = {"service": account.service}
    if service.get("status", "enable") != "enable":
        return [Finding("error", "check_service_disabled", name)]
    left = fields.credits_of(service.get("creditsLeft"))
    account.credits_left = left
    found = [Finding("ok", "check_service", name), _credits(left)]
    automatic = service.get("automaticRecreditAmount")
    found.append(
        Finding("ok", "check_recharge", {"credits": str(automatic)})
        if automatic
        else Finding("warning", "check_no_recharge", {})
    )
    response = service.get("smsResponse")
    answers = response if isinstance(response, dict) else {}
    registered = {
        "report": service.get("callBack"),
        "reply": answers.get("cgiUrl") if answers.get("responseType") == "cgi" else None,
        "stop": service.get("stopCallBack"),
    }
    for which, where in registered.items():
        found.append(
            Finding("ok", "check_callback", {"which": which, "url": str(where)})
            if where
            else Finding("warning", "check_no_callback", {"which": which})
        )
    return found


def _credits(left: float | None) -> Finding:
    if left is None:
        return Finding("warning", "check_credits_unknown", {})
    level: _Level = "error" if left <= 0 else "warning" if left < _LOW else "ok"
    return Finding(level, "check_credits", {"credits": f"{left:g}"})


async def _sender(account: OvhAccount, sender: str) -> list[Finding]:
    try:
        found = fields.record(await account.get("sender", f"{account.path}/senders/{quote(sender, safe='')}"))
    except NotThere:
        return [Finding("error", "check_sender_unknown", {"sender": sender})]
    status = str(found.get("status"))
    params = {"sender": sender, "status": status, "comment": str(found.get("comment") or "")}
    return [Finding(_SENDER_LEVELS.get(status, "error"), "check_sender", params)]
