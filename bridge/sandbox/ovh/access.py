"""Who may call: keys, signatures, the clock, and rights that match the exact path."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from bridge.sandbox.ovh import errors
from bridge.sandbox.ovh.times import as_ovh_writes
from bridge.sandbox.ovh.values import Clock, SmsAccount


@dataclass(slots=True)
class Credential:
    """A consumer key: whose services it opens, with which rights, until when (UTC, None: for ever).

    `token` stands in the address of the page where its owner agrees, `redirection` is where that page leads then.
    """

    id: int
    consumer_key: str
    application_key: str
    application_secret: str
    rules: tuple[tuple[str, str], ...]
    created: datetime
    expires: datetime | None = None
    status: str = "validated"
    services: set[str] = field(default_factory=set)
    token: str = ""
    redirection: str | None = None
    last_use: datetime | None = None
    _patterns: tuple[re.Pattern[str], ...] = ()

    def grants(self, method: str, path: str) -> bool:
        """Whether a right matches this method and this very path: `/sms/*/jobs/` does not grant `…/jobs`."""
        if not self._patterns:
            self._patterns = tuple(
                re.compile(re.escape(f"{verb} {where}").replace(r"\*", ".*")) for verb, where in self.rules
            )
        call = f"{method} {path}"
        return any(pattern.fullmatch(call) for pattern in self._patterns)

    def told(self) -> dict[str, Any]:
        """`auth.ApiCredential` of OVH's schema."""
        return {
            "credentialId": self.id,
            "applicationId": 1,
            "status": self.status,
            "rules": [{"method": method, "path": path} for method, path in self.rules],
            "creation": as_ovh_writes(self.created),
            "expiration": None if self.expires is None else as_ovh_writes(self.expires),
            "lastUse": None if self.last_use is None else as_ovh_writes(self.last_use),
            "allowedIPs": None,
            "ovhSupport": False,
        }


class Access:
    """The keys of all accounts, and the checks every signed call passes in OVH's order.

    `window` is how many seconds a timestamp may be off OVH's clock, None for any.
    """

    def __init__(self, accounts: Iterable[SmsAccount], now: Clock, window: float | None, random: Random) -> None:
        self._now = now
        self._window = window
        self._random = random
        self._secrets: dict[str, str] = {}
        self.credentials: dict[str, Credential] = {}
        for account in accounts:
            self._open(account)

    def _open(self, account: SmsAccount) -> None:
        self._secrets[account.application_key] = account.application_secret
        if account.consumer_key not in self.credentials:
            rules = tuple((grant.split(" ", 1)[0], grant.split(" ", 1)[1]) for grant in account.grants)
            self._add(account.application_key, account.consumer_key, rules).expires = account.expires
        self.credentials[account.consumer_key].services.add(account.service_name)

    def _add(self, application_key: str, consumer_key: str, rules: tuple[tuple[str, str], ...]) -> Credential:
        credential = Credential(
            id=len(self.credentials) + 1,
            consumer_key=consumer_key,
            application_key=application_key,
            application_secret=self._secrets[application_key],
            rules=rules,
            created=self._now(),
        )
        self.credentials[consumer_key] = credential
        return credential

    def check(self, method: str, path: str, urls: Iterable[str], headers: Mapping[str, str], body: str) -> Credential:
        """The credential that signed this call for this path. Raises RefusalError."""
        credential = self._signed_by(method, urls, headers, body)
        # assumption: /auth/currentCredential needs a valid key and no right of its own.
        if path != "/auth/currentCredential" and not credential.grants(method, path):
            raise errors.not_granted()
        return credential

    def _signed_by(self, method: str, urls: Iterable[str], headers: Mapping[str, str], body: str) -> Credential:
        consumer_key = headers.get("X-Ovh-Consumer")
        timestamp = headers.get("X-Ovh-Timestamp", "")
        signature = headers.get("X-Ovh-Signature")
        self._known_application(headers)
        if not consumer_key or not signature or not timestamp.isdigit():
            raise errors.not_credential()
        now = self._now()
        if self._window is not None and abs(now.timestamp() - int(timestamp)) > self._window:
            raise errors.query_time_out()
        credential = self.credentials.get(consumer_key)
        if credential is None or credential.application_key != headers["X-Ovh-Application"]:
            raise errors.invalid_credential()
        signable = [credential.application_secret, consumer_key, method, "", body, timestamp]
        if not any(_signature(signable, url) == signature for url in urls):
            raise errors.invalid_signature()
        if credential.expires is not None and credential.expires <= now:
            credential.status = "expired"
        # assumption: a key that nobody agreed to yet may not even ask about itself.
        if credential.status != "validated":
            raise errors.invalid_credential()
        credential.last_use = now
        return credential

    def _known_application(self, headers: Mapping[str, str]) -> str:
        application_key = headers.get("X-Ovh-Application")
        if application_key not in self._secrets:
            raise errors.invalid_key()
        return application_key

    def request_credential(self, headers: Mapping[str, str], wanted: object, origin: str) -> dict[str, Any]:
        """POST /auth/credential: a consumer key that nobody has validated yet. Raises RefusalError.

        `origin`: scheme and host under which the caller found this OVH; the page to agree on stands there too.
        """
        application_key = self._known_application(headers)
        asked = wanted.get("accessRules") if isinstance(wanted, dict) else None
        if not isinstance(asked, list) or not all(isinstance(rule, dict) for rule in asked):
            raise errors.bad_parameter("[accessRules] This parameter is required")
        rules = tuple((str(rule.get("method")), str(rule.get("path"))) for rule in asked)
        consumer_key, token = (f"{self._random.getrandbits(128):032x}" for _ in range(2))
        credential = self._add(application_key, consumer_key, rules)
        credential.status, credential.token = "pendingValidation", token
        redirection = wanted.get("redirection") if isinstance(wanted, dict) else None
        credential.redirection = redirection if isinstance(redirection, str) else None
        # assumption: whoever agrees owns all services of the accounts that use this application.
        for other in self.credentials.values():
            if other.application_key == application_key:
                credential.services |= other.services
        return {
            "consumerKey": consumer_key,
            "state": credential.status,
            "validationUrl": f"{origin}/auth/?credentialToken={token}",
        }

    def asked_for(self, token: str) -> Credential | None:
        """The consumer key behind the address of a page to agree on."""
        return next((one for one in self.credentials.values() if one.token and one.token == token), None)


def _signature(signable: list[str], url: str) -> str:
    signable[3] = url
    digest = hashlib.sha1("+".join(signable).encode(), usedforsecurity=False)  # OVH's own choice
    return "$1$" + digest.hexdigest()
