"""What the bridge may do at OVH: the rights it uses, and how a consumer key with just these is asked for."""

import asyncio
import re
from typing import Final, NamedTuple
from urllib.parse import quote

from bridge.adapters.ovh import fields
from bridge.adapters.ovh.client import OvhAccount
from bridge.adapters.ovh.translate import Refused
from bridge.domain.failures import OutcomeUnknown, Reason, Temporary
from bridge.ports.phone import KeyRequest

CREDENTIAL: Final = "/auth/currentCredential"
LOOK_EVERY: Final = 2.0  # seconds between two looks whether the owner agreed
PATIENCE: Final = 600.0  # seconds to open a page, sign in and agree
_PENDING: Final = "pendingValidation"  # auth.CredentialStateEnum


class Right(NamedTuple):
    """One call: OVH matches method and exact path, `*` stands for anything."""

    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def rights(path: str) -> tuple[Right, ...]:
    """Every call that the bridge makes on the service at `path`, and no other: it deletes and transfers nothing."""
    lists = ("jobs", "outgoing", "incoming")
    return (
        Right("GET", path),
        Right("PUT", path),
        Right("POST", f"{path}/jobs"),
        *(Right("GET", f"{path}/{name}") for name in lists),
        *(Right("GET", f"{path}/{name}/*") for name in (*lists, "blacklists", "senders")),
    )


def missing(path: str, rules: object) -> tuple[Right, ...]:
    """Which of these rights the rules of a credential (`auth.ApiCredential`) do not grant."""
    granted = [rule for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []
    return tuple(right for right in rights(path) if not any(_grants(rule, right) for rule in granted))


def _grants(rule: dict[str, object], right: Right) -> bool:
    pattern = re.escape(str(rule.get("path"))).replace(r"\*", ".*")
    return rule.get("method") == right.method and re.fullmatch(pattern, right.path) is not None


def token_page(account: OvhAccount) -> str:
    """OVH's page that hands out all three keys at once, with these rights filled in (OVH's guide, createToken)."""
    asked = "&".join(f"{right.method}={quote(right.path, safe='/*')}" for right in rights(account.path))
    return f"{account.base.removesuffix('/1.0')}/createToken/?{asked}"


async def ask(account: OvhAccount) -> KeyRequest:
    """POST /auth/credential: a consumer key that opens nothing before its owner agreed. Raises Temporary, Permanent.

    To ask twice does no harm: a key nobody agrees to is worth nothing.
    """
    body = {"accessRules": [right._asdict() for right in rights(account.path)]}
    try:
        said = await asyncio.shield(
            account.start(lambda: account.unsigned("POST", "key", "/auth/credential", body)),
        )
        answer = fields.record(said)
        key, page = fields.text(answer.get("consumerKey"), "key"), fields.text(answer.get("validationUrl"), "page")
    except OutcomeUnknown as unknown:
        raise Temporary(unknown.reason) from None
    except fields.Unreadable:
        raise Temporary(Reason.SERVER) from None
    return KeyRequest(key, page)


async def agreed(account: OvhAccount, asked: KeyRequest) -> bool:
    """Wait until the key is agreed to, and sign with it from then on; otherwise the key before stays in use.

    Looks every two seconds for ten minutes; a look that fails is no answer. Raises Permanent, and Temporary(CLOCK)
    when OVH refuses the signature: the application secret is another, and waiting would not help.
    """
    before, clock = account.use(asked.consumer_key), account.clock
    until, valid = clock.monotonic() + PATIENCE, False
    try:
        while (state := await _state(account)) == _PENDING and clock.monotonic() < until:
            await clock.sleep(LOOK_EVERY)
        valid = state == "validated"
    finally:
        if not valid:
            account.use(before)
    return valid


async def _state(account: OvhAccount) -> str:
    """The key's state in OVH's words. Before its owner agreed OVH may also refuse the very question."""
    try:
        return str(fields.record(await account.get("credential", CREDENTIAL)).get("status"))
    except Refused as refused:
        if refused.reason is Reason.CLOCK:
            raise
        return "validated" if refused.code == "NOT_GRANTED_CALL" else _PENDING
    except (Temporary, fields.Unreadable):
        return _PENDING
