"""Why an SMS was not delivered, in our own words, and what a person can do about it.

A cause only explains: whether the SMS arrived is told by the report's outcome alone.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Advice(StrEnum):
    """What to do after a failure; telephoning always helps, so it is what remains where nothing else does."""

    RETRY = "retry"  # the same SMS may arrive later
    CHECK_NUMBER = "check_number"  # no use retrying: check the number, or call
    REWORD = "reword"  # the text is what was refused: say it otherwise, or call
    CALL = "call"


class Cause(StrEnum):
    """Why an SMS did not arrive."""

    WRONG_NUMBER = "wrong_number"
    PHONE_OFF = "phone_off"  # or out of coverage
    PHONE_FULL = "phone_full"
    UNREACHABLE_NETWORK = "unreachable_network"
    CANNOT_RECEIVE = "cannot_receive"
    SPAM_SUSPECTED = "spam_suspected"
    CONTENT_REFUSED = "content_refused"
    PARENTAL_LOCK = "parental_lock"
    ROAMING = "roaming"
    PORTED = "ported"
    BLOCKED = "blocked"  # for this account, at the operator or at OVH
    NO_CREDIT_RECEIVER = "no_credit_receiver"
    EXPIRED_AT_OPERATOR = "expired_at_operator"
    UNKNOWN = "unknown"

    @property
    def may_retry(self) -> bool:
        """Whether the same SMS to the same number may arrive another time: the room is offered [Retry]."""
        return advice(self) is Advice.RETRY

    @property
    def never_again(self) -> bool:
        """Whether the number should not be used again: it does not exist or cannot get SMS."""
        return advice(self) is Advice.CHECK_NUMBER

    @property
    def our_side(self) -> bool:
        """Whether the receiver has nothing to do with it: the operator turned the sending account away."""
        return self is Cause.BLOCKED


_ADVICE: Final[Mapping[Cause, Advice]] = {
    Cause.WRONG_NUMBER: Advice.CHECK_NUMBER,
    Cause.PHONE_OFF: Advice.RETRY,
    Cause.PHONE_FULL: Advice.RETRY,
    Cause.UNREACHABLE_NETWORK: Advice.RETRY,
    Cause.CANNOT_RECEIVE: Advice.CHECK_NUMBER,
    Cause.SPAM_SUSPECTED: Advice.REWORD,
    Cause.CONTENT_REFUSED: Advice.REWORD,
    Cause.PARENTAL_LOCK: Advice.CALL,
    Cause.ROAMING: Advice.RETRY,
    Cause.PORTED: Advice.CALL,
    Cause.BLOCKED: Advice.CALL,
    Cause.NO_CREDIT_RECEIVER: Advice.CALL,
    Cause.EXPIRED_AT_OPERATOR: Advice.RETRY,
    Cause.UNKNOWN: Advice.RETRY,
}


def advice(cause: Cause) -> Advice:
    """What the room is told to do."""
    return _ADVICE[cause]
