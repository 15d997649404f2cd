"""The three ways in which the outside fails. Adapters raise these and nothing else."""

from datetime import timedelta
from enum import StrEnum
from typing import Literal


class Reason(StrEnum):
    """Why something did not happen for now."""

    NETWORK = "network"
    RATE = "rate"
    KEYS = "keys"
    CREDITS = "credits"
    CLOCK = "clock"
    SERVER = "server"


class Refusal(StrEnum):
    """Why something will never happen as it was asked."""

    EMPTY = "empty"
    LINK = "link"
    CONTACT_DETAILS = "contact_details"  # OVH's "cannot send contact information with shortcode"
    MAY_BE_REFUSED = "may_be_refused"  # contact details that OVH refuses sometimes: the author decides
    TOO_LONG = "too_long"
    NO_RECEIVER = "no_receiver"
    UNREACHABLE = "unreachable"  # a number the short number cannot reach
    INVALID_NUMBER = "invalid_number"  # OVH took none of the numbers
    STOPPED = "stopped"
    SENDER = "sender"
    SERVICE = "service"
    OTHER = "other"
    ROOM_GONE = "room_gone"  # removed from the room, or it does not exist
    MAY_NOT_WRITE = "may_not_write"


class Temporary(Exception):
    """Surely did not happen; may be tried again after `retry_after`, the whole account waiting or this job alone."""

    def __init__(
        self,
        reason: Reason,
        retry_after: timedelta | None = None,
        scope: Literal["job", "account"] = "job",
    ) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.retry_after = retry_after
        self.scope = scope


class Permanent(Exception):
    """Surely did not happen, and trying again will not help."""

    def __init__(self, reason: Refusal, detail: str = "") -> None:
        super().__init__(f"{reason.value} {detail}".rstrip())
        self.reason = reason
        self.detail = detail


class OutcomeUnknown(Exception):
    """May have happened. `server` says that the other side answered with an error of its own (5xx)."""

    def __init__(self, reason: Reason = Reason.NETWORK) -> None:
        super().__init__(reason.value)
        self.reason = reason

    @property
    def server(self) -> bool:
        """Whether the account should post nothing more until a GET of it succeeds."""
        return self.reason is Reason.SERVER
