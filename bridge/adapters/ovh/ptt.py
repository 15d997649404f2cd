"""OVH's ptt codes, read once into our own causes; nobody else knows them.

A ptt only explains: the outcome stands in the DLR id (`deliveryReceipt`). A delivered SMS was seen with ptt 0
as well as 4, so no code here says "delivered".
Source: OVH's table of ptt codes (`GET /sms/ptts?ptt=N`). 10 and 53, met elsewhere, are SMPP's, hence unknown.
"""

from collections.abc import Mapping
from typing import Final

from bridge.domain.causes import Cause

_CAUSES: Final[Mapping[int, Cause]] = {
    1: Cause.PHONE_OFF,  # "being retried, phone related": the phone is what must come back
    2: Cause.UNREACHABLE_NETWORK,  # "being retried, operator related"
    3: Cause.UNKNOWN,  # accepted by the operator: explains no failure
    4: Cause.UNKNOWN,  # delivered: explains no failure
    5: Cause.UNKNOWN,  # undelivered, cause unknown
    6: Cause.UNKNOWN,  # undeterminable
    8: Cause.EXPIRED_AT_OPERATOR,
    20: Cause.CONTENT_REFUSED,  # "cannot be delivered in its current form": another text may
    21: Cause.NO_CREDIT_RECEIVER,
    23: Cause.WRONG_NUMBER,  # invalid, barred or blacklisted: "do not use it again"
    24: Cause.PHONE_OFF,  # absent
    25: Cause.UNREACHABLE_NETWORK,  # temporary
    26: Cause.PHONE_FULL,  # temporary
    27: Cause.CANNOT_RECEIVE,  # permanent
    28: Cause.SPAM_SUSPECTED,
    29: Cause.CONTENT_REFUSED,  # not permitted on this network or short number
    33: Cause.PARENTAL_LOCK,
    39: Cause.UNREACHABLE_NETWORK,  # the new operator failed
    73: Cause.PORTED,
    74: Cause.ROAMING,
    76: Cause.BLOCKED,
    202: Cause.BLOCKED,
}


def cause_of(ptt: int) -> Cause:
    """Why the SMS failed, if the report says that it did. A code that OVH adds later is unknown, no error."""
    return _CAUSES.get(ptt, Cause.UNKNOWN)
