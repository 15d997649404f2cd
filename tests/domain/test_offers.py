import pytest

from bridge.domain.causes import Cause
from bridge.domain.failures import Refusal
from bridge.domain.offers import may_be_retried
from bridge.domain.states import SmsState

S = SmsState
NEVER = set(S) - {S.EXPIRED, S.UNDELIVERED, S.REFUSED}


def test_what_expired_never_left_and_may_be_sent_again() -> None:
    assert may_be_retried(S.EXPIRED, None)


@pytest.mark.parametrize("cause", Cause)
def test_what_was_not_delivered_may_be_tried_again_when_its_cause_may_pass(cause: Cause) -> None:
    assert may_be_retried(S.UNDELIVERED, cause.value) is cause.may_retry


def test_a_wrong_number_is_not_used_again_and_a_phone_that_was_off_is() -> None:
    assert not may_be_retried(S.UNDELIVERED, "wrong_number")
    assert may_be_retried(S.UNDELIVERED, "phone_off")


def test_without_a_cause_it_may_be_tried_again() -> None:
    assert may_be_retried(S.UNDELIVERED, None)


@pytest.mark.parametrize("cause", ["expired", Refusal.SENDER.value])
def test_what_was_refused_for_a_fault_of_ours_may_be_sent_again(cause: str) -> None:
    assert may_be_retried(S.REFUSED, cause)


@pytest.mark.parametrize("cause", [None, *(one.value for one in Refusal if one is not Refusal.SENDER)])
def test_what_was_refused_otherwise_would_be_refused_again(cause: str | None) -> None:
    assert not may_be_retried(S.REFUSED, cause)


@pytest.mark.parametrize("cause", [None, "phone_off", "parked"])
@pytest.mark.parametrize("state", sorted(NEVER))
def test_nothing_else_is_offered_again_whoever_stopped_or_may_have_got_it_least_of_all(
    state: SmsState, cause: str | None
) -> None:
    assert not may_be_retried(state, cause)
