import pytest

from bridge.domain.causes import Advice, Cause, advice


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_its_advice(cause: Cause) -> None:
    assert advice(cause) in Advice


def test_a_phone_that_is_off_may_be_tried_again() -> None:
    assert advice(Cause.PHONE_OFF) is Advice.RETRY
    assert Cause.PHONE_OFF.may_retry
    assert not Cause.PHONE_OFF.never_again


def test_a_wrong_number_is_not_used_again() -> None:
    assert {c for c in Cause if c.never_again} == {Cause.WRONG_NUMBER, Cause.CANNOT_RECEIVE}
    assert not Cause.WRONG_NUMBER.may_retry


def test_only_a_blocked_account_is_our_side() -> None:
    assert [c for c in Cause if c.our_side] == [Cause.BLOCKED]


def test_a_refused_text_is_to_be_said_otherwise() -> None:
    assert {c for c in Cause if advice(c) is Advice.REWORD} == {Cause.SPAM_SUSPECTED, Cause.CONTENT_REFUSED}
