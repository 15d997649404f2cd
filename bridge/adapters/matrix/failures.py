"""What a homeserver's refusals and aiohttp's exceptions mean in our words. Nothing foreign leaves this adapter."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import aiohttp

from bridge.adapters.matrix.json_text import read_json
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Refusal, Temporary

Failure = Temporary | Permanent | OutcomeUnknown

_DETAIL: Final = 120  # characters of the server's own sentence, for the logs
_MEANINGS: Final[Mapping[str, Refusal]] = {
    "M_TOO_LARGE": Refusal.TOO_LONG,
    "M_GUEST_ACCESS_FORBIDDEN": Refusal.ROOM_GONE,
}
_TOKENS: Final = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED", "M_USER_LOCKED"})
_ACCOUNT: Final = frozenset({"M_RESOURCE_LIMIT_EXCEEDED", "M_CONSENT_NOT_GIVEN", "M_USER_SUSPENDED"})
"""What stands in the way of all that the account does, until somebody does something about it."""
_ELSEWHERE: Final = frozenset({"", "M_UNRECOGNIZED"})
"""Something in between answered in the server's place, or passed it on to a wrong one, which knows no such path."""


class Refused(Permanent):
    """The server understood and said no. `code` is the specification's own word: `M_FORBIDDEN`."""

    def __init__(self, reason: Refusal, status: int, code: str, said: str) -> None:
        super().__init__(reason, f"{status} {code} {said}"[:_DETAIL])
        self.status = status
        self.code = code

    @property
    def forbidden(self) -> bool:
        """Whether rights are missing, or we are not in the room: the server says the same of both."""
        return self.code == "M_FORBIDDEN"

    @property
    def nothing_there(self) -> bool:
        """Whether there is no such thing, in the specification's own words: a 404 alone may be anybody's."""
        return self.status == 404 and self.code == "M_NOT_FOUND"


class WhoAsked(Refused):
    """The server wants the account's owner to prove who they are first. `session`: under which it asks.

    `password`: whether a password alone would do.
    """

    def __init__(self, session: str, password: bool) -> None:
        super().__init__(Refusal.OTHER, 401, "", "asks who we are")
        self.session = session
        self.password = password


class TokenRefused(Temporary):
    """Our token is not taken. `soft`: it has run out, and who logs in again keeps the device with its keys."""

    def __init__(self, soft: bool) -> None:
        super().__init__(Reason.KEYS, scope="account")
        self.soft = soft


def failure_of_answer(status: int, body: bytes, retry_after: str | None) -> Failure:
    """What an answer other than 200 says. `retry_after`: the header, seconds."""
    told = _told(body)
    code, said = str(told.get("errcode", "")), str(told.get("error", ""))
    if status == 429 or code == "M_LIMIT_EXCEEDED":
        return Temporary(Reason.RATE, _wait(told.get("retry_after_ms"), retry_after))
    if code in _TOKENS:
        return TokenRefused(told.get("soft_logout") is True)
    if code in _ACCOUNT:
        return Temporary(Reason.SERVER, scope="account")
    if status >= 500:
        return OutcomeUnknown(Reason.SERVER)
    if status == 413:
        return Refused(Refusal.TOO_LONG, status, code, said)
    if status == 401 and not code and isinstance(flows := told.get("flows"), list):
        alone = any(isinstance(flow, Mapping) and flow.get("stages") == ["m.login.password"] for flow in flows)
        return WhoAsked(str(told.get("session", "")), alone)
    if code in _ELSEWHERE:
        return Temporary(Reason.KEYS, scope="account") if status == 401 else Temporary(Reason.SERVER)
    return Refused(_MEANINGS.get(code, Refusal.OTHER), status, code, said)


def may_be_its_own(failure: Temporary | OutcomeUnknown) -> bool:
    """Whether the thing was asked for, and what came, or did not come, may be its own fault and no other's.

    Something in between may refuse one path for ever. Who names a time was not asked, or stands in the way of all.
    """
    match failure:
        case OutcomeUnknown():
            return True
        case Temporary(reason=Reason.SERVER, retry_after=None, scope="job"):
            return True
        case _:
            return False


def failure_of_exception(error: Exception) -> Failure:
    """Without a connection nothing was sent; all others leave it open."""
    match error:
        case aiohttp.InvalidURL():
            return Temporary(Reason.NETWORK)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return Temporary(Reason.NETWORK)
        case _:
            return OutcomeUnknown(Reason.NETWORK)


def _told(body: bytes) -> Mapping[str, Any]:
    told = read_json(body)
    return told if isinstance(told, Mapping) else {}


def _wait(milliseconds: object, seconds: str | None) -> timedelta | None:
    """How long the server asks to wait, a day at most; None when it does not say."""
    if isinstance(milliseconds, int | float) and not isinstance(milliseconds, bool) and 0 <= milliseconds <= 86_400_000:
        return timedelta(milliseconds=milliseconds)
    if seconds is not None and seconds.isascii() and seconds.isdigit() and len(seconds) < 6:
        return timedelta(seconds=int(seconds))
    return None
