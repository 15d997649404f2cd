"""What belongs to the whole account: credits, callbacks, those who wrote STOP."""

from urllib.parse import quote

from bridge.adapters.ovh import fields
from bridge.adapters.ovh.client import OvhAccount
from bridge.adapters.ovh.translate import NotThere
from bridge.domain.failures import Reason, Temporary
from bridge.domain.numbers import E164
from bridge.domain.sms import AccountState
from bridge.ports.phone import CallbackUrls, RegisteredUrls


async def service(account: OvhAccount) -> dict[str, object]:
    """`sms.Account` (OVH's schema sms.json). Raises Temporary, Permanent."""
    try:
        return fields.record(await account.get("account", account.path))
    except fields.Unreadable:
        raise Temporary(Reason.SERVER) from None


async def state(account: OvhAccount) -> AccountState:
    """Credits left, and OVH's time (UTC). Raises Temporary, Permanent."""
    credits_left = fields.credits_of((await service(account)).get("creditsLeft"))
    account.credits_left = credits_left
    return AccountState(credits_left, account.now())


async def registered(account: OvhAccount) -> RegisteredUrls:
    """Where OVH calls. Raises Temporary, Permanent."""
    return urls_in(await service(account))


def urls_in(service: dict[str, object]) -> RegisteredUrls:
    """The addresses in an `sms.Account`; answers are called out only where `responseType` is cgi."""
    response = service.get("smsResponse")
    answers = response if isinstance(response, dict) else {}
    reply = answers.get("cgiUrl") if answers.get("responseType") == "cgi" else None
    found = (service.get("callBack"), reply, service.get("stopCallBack"))
    return RegisteredUrls(*(str(url) if url else None for url in found))


async def register(account: OvhAccount, urls: CallbackUrls) -> None:
    """Read, change, write: the answer's text and the tracking options that somebody set survive.

    A partial body is enough, but an object in it replaces the whole object. Raises Temporary, Permanent.
    """
    response = (await service(account)).get("smsResponse")
    kept = response if isinstance(response, dict) else {}
    body = {
        "callBack": urls.report,
        "stopCallBack": urls.stop,
        "smsResponse": {**kept, "responseType": "cgi", "cgiUrl": urls.reply},
    }
    await account.put("register", account.path, body)


async def opted_out(account: OvhAccount, number: E164) -> bool:
    """Whether the number wrote STOP to this account. Raises Temporary, Permanent."""
    try:
        await account.get("blacklist", f"{account.path}/blacklists/{quote(number, safe='')}")
    except NotThere:
        return False
    return True
