from dataclasses import fields
from datetime import timedelta

import pytest

from bridge.domain.patience import SHORT, Patience

USUAL = Patience()


both = pytest.mark.parametrize("patience", [USUAL, SHORT], ids=["usual", "short"])


def schedule(patience: Patience) -> list[float]:
    """Seconds after the POST of every pull, until there are no more."""
    times: list[float] = []
    while (at := patience.pull_at(len(times))) is not None:
        times.append(at.total_seconds())
    return times


def test_reports_are_pulled_early_then_after_5_min_1_h_24_h_and_at_the_end_of_72_h() -> None:
    assert schedule(USUAL) == [10, 30, 90, 300, 3600, 86_400, 259_200]


@both
def test_pulls_only_go_on_and_end(patience: Patience) -> None:
    times = schedule(patience)
    assert times == sorted(set(times))
    assert times[-1] == patience.no_report.total_seconds()
    assert patience.pull_at(len(times) + 5) is None


@both
def test_looks_rise_and_there_are_four(patience: Patience) -> None:
    assert len(patience.reconcile_after) == 4
    assert list(patience.reconcile_after) == sorted(set(patience.reconcile_after))
    assert patience.reconcile_after[0] >= timedelta(seconds=1)


def test_people_are_told_when_the_house_says_so() -> None:
    told = (USUAL.told_waiting, USUAL.told_unconfirmed, USUAL.told_operations)
    assert [one.total_seconds() for one in told] == [60, 300, 900]
    assert USUAL.probe_keys == timedelta(minutes=5)
    assert USUAL.cannot_tell == timedelta(hours=24)


def test_the_demonstration_waits_for_nothing_longer_than_service_does() -> None:
    for field in fields(Patience):
        usual, short = getattr(USUAL, field.name), getattr(SHORT, field.name)
        assert (short <= usual) if isinstance(usual, timedelta) else (max(short) <= max(usual)), field.name
