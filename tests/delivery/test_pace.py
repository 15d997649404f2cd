"""How many calls an account may begin: as many as it likes, until OVH says 429."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.delivery.pace import Pace, Paces
from bridge.domain.ids import AccountId
from tests.clock import LeapingClock
from tests.making import NOW, after

MANY = 16


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


@dataclass
class Account:
    """Takes every call that its pace allows, looking ten times a second."""

    pace: Pace = field(default_factory=Pace)
    now: datetime = NOW

    def take(self, most: int = MANY) -> int:
        calls = self.pace.allowance(self.now, most)
        for _ in range(calls):
            self.pace.took(self.now, 1)
        return calls

    def calls_within(self, duration: float) -> int:
        """Calls begun from now on, within so many seconds."""
        end, calls = self.now + seconds(duration), 0
        while self.now < end:
            calls += self.take()
            self.now += seconds(0.1)
        return calls


def limited(retry_after: float | None = None) -> Account:
    account = Account()
    account.pace.limited(NOW, None if retry_after is None else seconds(retry_after))
    return account


def test_there_is_no_pace_until_the_first_429() -> None:
    account = Account()
    assert [account.take() for _ in range(5)] == [MANY] * 5
    assert account.pace.next_at() is None


@pytest.mark.parametrize(("asked", "wait"), [(None, 1), (0, 1), (7, 7), (120, 120)])
def test_after_a_429_nothing_begins_before_retry_after_or_a_second(asked: float | None, wait: float) -> None:
    account = limited(asked)
    account.now = after(wait - 0.01)
    assert account.take() == 0
    account.now = after(wait)
    assert account.take() == 1


def test_then_one_call_a_second_begins() -> None:
    account = limited()
    account.now = after(1)
    assert account.calls_within(10) == 10


@pytest.mark.parametrize("asked", [1, 120])
def test_the_pace_doubles_with_each_quiet_minute_and_is_none_in_the_end(asked: float) -> None:
    account = limited(asked)
    account.now = after(asked)
    begun = [account.calls_within(60) for _ in range(8)]
    for minute, calls in enumerate(begun[:6]):
        assert 60 * 2**minute * 0.9 <= calls <= 60 * 2**minute + 2**minute
    assert account.pace.next_at() is None
    assert begun[7] == 600 * MANY


def test_the_minute_of_quiet_begins_when_retry_after_is_over() -> None:
    account = limited(120)
    account.now = after(120)
    assert account.calls_within(30) == 30


def test_another_429_begins_anew() -> None:
    account = limited()
    account.now = after(200)
    assert account.calls_within(10) > 30
    account.pace.limited(account.now, None)
    account.now += seconds(1)
    assert account.calls_within(30) == 30


def test_of_several_429_the_longest_wait_is_obeyed() -> None:
    account = limited(60)
    account.pace.limited(after(1), None)
    account.now = after(59)
    assert account.take() == 0
    account.now = after(60)
    assert account.take() == 1


def test_calls_that_do_not_ask_push_the_others_back_and_never_shorten_a_wait() -> None:
    account = limited(60)
    for second in range(3):
        account.pace.took(after(second), 1)  # looks and pulls go on beside
    account.now = after(59)
    assert account.take() == 0


def test_never_more_than_asked_for_begins() -> None:
    account = Account()
    assert account.take(3) == 3
    account.pace.limited(NOW, None)
    account.now = after(300)
    assert account.take(2) == 2
    assert account.take(0) == 0


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 90), st.sampled_from([None, 2.0, 30.0]), st.booleans()), max_size=30))
def test_within_a_minute_of_a_429_no_second_has_two_calls(script: list[tuple[float, float | None, bool]]) -> None:
    account = Account()
    last: datetime | None = None
    begun: list[datetime] = []
    for wait, asked, refused in script:
        account.now += seconds(wait)
        if refused:
            account.pace.limited(account.now, None if asked is None else seconds(asked))
            last = max(last or NOW, account.now + seconds(asked or 1))
            begun = []
        calls = account.take()
        if last is not None and account.now < last + seconds(60):
            assert calls <= 1
            assert calls == 0 or account.now >= last
            assert not begun or calls == 0 or account.now - begun[-1] >= seconds(1)
            begun += [account.now] * calls


def test_each_account_has_a_pace_of_its_own() -> None:
    paces = Paces(LeapingClock(NOW), {})
    paces.limited(AccountId(1), None)
    assert (paces.allowance(AccountId(1), MANY), paces.allowance(AccountId(2), MANY)) == (0, MANY)
    paces.took(AccountId(2))
    assert paces.allowance(AccountId(2), MANY) == MANY
