import pytest

from bridge.adapters.ovh.ptt import cause_of
from bridge.domain.causes import Cause

TABLE = [
    (1, "phone_off"),
    (2, "unreachable_network"),
    (3, "unknown"),
    (4, "unknown"),
    (5, "unknown"),
    (6, "unknown"),
    (8, "expired_at_operator"),
    (20, "content_refused"),
    (21, "no_credit_receiver"),
    (23, "wrong_number"),
    (24, "phone_off"),
    (25, "unreachable_network"),
    (26, "phone_full"),
    (27, "cannot_receive"),
    (28, "spam_suspected"),
    (29, "content_refused"),
    (33, "parental_lock"),
    (39, "unreachable_network"),
    (73, "ported"),
    (74, "roaming"),
    (76, "blocked"),
    (202, "blocked"),
]


@pytest.mark.parametrize(("ptt", "cause"), TABLE)
def test_each_code_of_ovh_has_its_cause(ptt: int, cause: str) -> None:
    assert cause_of(ptt) is Cause(cause)


@pytest.mark.parametrize("ptt", [0, 7, 10, 53, 999, -1])
def test_a_code_nobody_explained_is_unknown_and_no_error(ptt: int) -> None:
    assert cause_of(ptt) is Cause.UNKNOWN


def test_every_cause_is_met_by_some_code() -> None:
    assert {cause_of(ptt) for ptt, _ in TABLE} == set(Cause)
