"""What a team is offered after a failure."""

from bridge.domain.causes import Cause
from bridge.domain.failures import Refusal
from bridge.domain.states import SmsState

_OURS = frozenset({"expired", "parked"})
"""Failures of our side: nothing reached OVH, so sending again is safe."""


def may_be_retried(state: SmsState, cause: str | None) -> bool:
    """Whether the same words to the same number may arrive another time."""
    match state:
        case SmsState.EXPIRED:
            return True
        case SmsState.UNDELIVERED:
            return cause is None or Cause(cause).may_retry
        case SmsState.REFUSED:
            return cause in _OURS or cause == Refusal.SENDER
        case _:
            return False


def cause_told(state: SmsState, cause: str | None) -> str:
    """The word that a failure's sentence hangs on."""
    match state:
        case SmsState.EXPIRED:
            return "expired"
        case SmsState.STOPPED:
            return "stopped"
        case _:
            return cause or "unknown"
