"""From where each list of answers begins. That the poll finds every answer is held to by the whole relay's tests."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.intake.polling import OVERLAP, watermark
from tests.making import NOW, after

MINUTE = 60.0


def test_an_account_s_first_watermark_is_ovh_s_time_when_it_was_first_polled() -> None:
    assert watermark(None, NOW) == NOW


def test_later_ones_overlap_with_the_last_list_by_ten_minutes() -> None:
    assert timedelta(minutes=10) == OVERLAP
    assert watermark(after(-11 * MINUTE), NOW) == after(-10 * MINUTE)
    assert watermark(after(-20_000 * MINUTE), NOW) == after(-10 * MINUTE)


@pytest.mark.parametrize("polled", [0.0, 1.0, 5 * MINUTE, 10 * MINUTE])
def test_what_came_before_the_first_poll_is_not_fetched_by_the_next_ones_either(polled: float) -> None:
    assert watermark(NOW, after(polled)) == NOW


def test_a_clock_of_ovh_that_was_ahead_for_once_is_not_followed_for_long() -> None:
    ahead = watermark(NOW, after(3600))
    assert watermark(ahead, after(60)) == after(60) - OVERLAP


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=50))
def test_no_moment_after_the_first_poll_is_left_out_between_two_lists(pauses: list[int]) -> None:
    at, since = NOW, watermark(None, NOW)
    for pause in pauses:
        listed, at = at, at + timedelta(seconds=pause)
        assert since <= listed, "the list that is made now begins before the last one was made"
        since = watermark(since, at)
        assert since >= NOW
        assert at - since >= min(OVERLAP, at - NOW)
