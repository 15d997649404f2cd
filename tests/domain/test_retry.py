from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.retry import delay


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


FULL = [
    (1, 2),
    (2, 4),
    (3, 8),
    (4, 16),
    (5, 32),
    (6, 64),
    (7, 128),
    (8, 256),
    (9, 300),
    (10, 300),
    (1000, 300),
]
attempts = st.integers(1, 10_000)
keys = st.integers() | st.text()


@pytest.mark.parametrize(("attempt", "full"), FULL)
def test_the_wait_doubles_up_to_five_minutes_less_a_quarter_at_most(attempt: int, full: float) -> None:
    waits = [delay(attempt, key=key) for key in range(200)]
    assert all(seconds(full * 0.75) <= wait <= seconds(full) for wait in waits)
    assert max(waits) - min(waits) > seconds(full / 5)


@pytest.mark.parametrize(
    ("asked", "obeyed"),
    [(0, 2), (-5, 2), (1, 2), (2, 2), (17, 17), (3599, 3599), (3600, 3600), (86_400, 3600)],
)
def test_what_the_other_side_asks_is_obeyed_up_to_an_hour(asked: float, obeyed: float) -> None:
    assert delay(1, retry_after=seconds(asked)) == seconds(obeyed)
    assert delay(12, retry_after=seconds(asked)) == seconds(obeyed)


def test_first_and_most_are_the_callers() -> None:
    assert seconds(0.75) <= delay(1, first=seconds(1), most=seconds(3)) <= seconds(1)
    assert seconds(2.25) <= delay(9, first=seconds(1), most=seconds(3)) <= seconds(3)
    assert delay(3, first=seconds(0)) == seconds(0)


@pytest.mark.parametrize("attempt", [0, -3])
def test_an_attempt_not_made_counts_as_the_first(attempt: int) -> None:
    assert seconds(1.5) <= delay(attempt) <= seconds(2)


@given(attempts, keys)
def test_the_same_question_has_the_same_answer_within_its_bounds(attempt: int, key: str | int) -> None:
    assert delay(attempt, key=key) == delay(attempt, key=key)
    assert seconds(1.5) <= delay(attempt, key=key) <= seconds(300)


@given(attempts, keys)
def test_a_later_attempt_never_waits_less_but_for_the_spread_at_the_top(attempt: int, key: str | int) -> None:
    sooner, later = delay(attempt, key=key), delay(attempt + 1, key=key)
    assert later >= sooner or later >= seconds(225)


@given(attempts, st.floats(-1e6, 1e6).map(seconds))
def test_an_asked_wait_stays_between_first_and_an_hour(attempt: int, asked: timedelta) -> None:
    wait = delay(attempt, retry_after=asked)
    assert seconds(2) <= wait <= seconds(3600)
    assert wait >= min(asked, seconds(3600))
