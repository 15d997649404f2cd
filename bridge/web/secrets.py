"""Whether a callback's secret is the account's, found out in the same time whatever was given."""

import hmac
import secrets as randomness
from datetime import datetime

from bridge.domain.ids import AccountId
from bridge.ports.callbacks import Secrets

_NOBODYS = randomness.token_urlsafe(32).encode()  # compared with where there is no secret: nobody can know it


def opened(given: str, known: Secrets | None, now: datetime) -> AccountId | None:
    """The account whose current secret, or old one while it is good, was given; None for any other.

    Two comparisons over bytes are made in every case, so that neither an unknown phone nor a missing old secret
    can be told from a wrong secret by the time it takes.
    """
    offered = given.encode("utf-8", "backslashreplace")
    current = known.current.encode() if known else _NOBODYS
    old = known.old.encode() if known and known.old else _NOBODYS
    is_current = hmac.compare_digest(offered, current)
    is_old = hmac.compare_digest(offered, old)
    if known is None:
        return None
    old_is_good = known.old_until is not None and now < known.old_until
    return known.account if is_current or (is_old and old_is_good) else None
