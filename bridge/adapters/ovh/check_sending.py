"""What `check` finds out about the sender's name and about where OVH calls."""

from urllib.parse import quote

from bridge.adapters.ovh import fields
from bridge.adapters.ovh.client import OvhAccount
from bridge.adapters.ovh.translate import NotThere
from bridge.domain.addresses import differ_in_secret, host, masked
from bridge.ports.phone import CallbackUrls, Finding, RegisteredUrls


async def sender(account: OvhAccount, name: str, found: list[Finding]) -> None:
    """Whether OVH has validated this name (`sms.Sender`). Raises Temporary, Permanent, Unreadable."""
    try:
        told = fields.record(await account.get("sender", f"{account.path}/senders/{quote(name, safe='')}"))
    except NotThere:
        found.append(Finding("error", "check_sender_unknown", {"sender": name}))
        return
    params = {"sender": name}
    comment = " ".join(str(told.get("comment") or "").split())[:200]
    match told.get("status"):
        case "enable":
            found.append(Finding("ok", "check_sender", params))
        case "waitingValidation":
            found.append(Finding("warning", "check_sender_waiting", params))
        case "refused":
            found.append(
                Finding("error", "check_sender_refused", {**params, **({"comment": comment} if comment else {})})
            )
        case _:
            found.append(Finding("error", "check_sender_disabled", params))


def callbacks(registered: RegisteredUrls, urls: CallbackUrls | None) -> list[Finding]:
    """Where OVH calls against where it should. Another program's address holds secrets: its host alone is told."""
    if urls is None:
        return _unasked(registered)
    found = []
    for which in ("report", "reply", "stop"):
        there: str | None = getattr(registered, which)
        wanted: str = getattr(urls, which)
        params = {"which": which, "url": masked(wanted)}
        if there == wanted:
            found.append(Finding("ok", "check_callback", params))
        elif there is None:
            found.append(Finding("warning", "check_callback_missing", params))
        elif differ_in_secret(there, wanted):
            found.append(Finding("warning", "check_callback_old", params))
        else:
            found.append(Finding("warning", "check_callback_elsewhere", {**params, "host": host(there)}))
    return found


def _unasked(registered: RegisteredUrls) -> list[Finding]:
    """OVH cannot reach the bridge, which asks for everything; whom it calls besides is not the bridge's affair."""
    polled = Finding("ok", "check_polled", {})
    there = (registered.report, registered.reply, registered.stop)
    hosts = dict.fromkeys(host(url) for url in there if url is not None)
    if not hosts:
        return [polled]
    return [polled, Finding("ok", "check_callback_unasked", {"hosts": ", ".join(hosts)})]
