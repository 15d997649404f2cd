from datetime import UTC, datetime, timedelta

from bridge.domain.failures import OutcomeUnknown, Reason, Temporary
from bridge.domain.outage import Outage, Rest

NOW = datetime(2026, 11, 22, 10, 50, tzinfo=UTC)
AWAY = OutcomeUnknown(Reason.SERVER)
REFUSED = Temporary(Reason.KEYS, scope="account")


def rests(outage: Outage, failure: Exception, times: int, every: float) -> list[Rest]:
    return [outage.after(failure, every * time, NOW + timedelta(seconds=every * time)) for time in range(times)]


def told(many: list[Rest]) -> list[str]:
    return [alarm.event_id for rest in many for alarm in rest.alarms]


def test_pauses_are_doubled_up_to_half_a_minute_and_begin_anew_when_it_was_heard() -> None:
    outage = Outage(5.5)

    assert [rest.pause for rest in rests(outage, AWAY, 5, 1)] == [5.5, 11, 22, 30, 30]
    outage.over()
    assert outage.after(AWAY, 0, NOW) == Rest(5.5, "unreachable")


def test_an_operator_is_told_after_a_quarter_of_an_hour_and_once_however_long_it_lasts() -> None:
    assert told(rests(Outage(5), AWAY, 2 * 60, 60)) == ["unreachable:2026-11-22T11"]


def test_a_second_outage_is_told_again() -> None:
    outage = Outage(5)
    rests(outage, AWAY, 20, 60)
    outage.over()
    later = NOW + timedelta(days=1)

    assert outage.after(AWAY, 90_000, later).alarms == ()
    assert [one.event_id for one in outage.after(AWAY, 91_000, later).alarms] == ["unreachable:2026-11-23T10"]


def test_a_refused_token_is_told_at_once_and_tried_ever_more_rarely() -> None:
    many = rests(Outage(0.5), REFUSED, 6, 600)

    assert [rest.pause for rest in many] == [30, 60, 120, 240, 300, 300]
    assert told(many) == ["revoked:2026-11-22T10"]


def test_a_chat_that_wants_less_is_left_alone_as_long_as_it_says_and_nobody_is_told() -> None:
    many = rests(Outage(0.5), Temporary(Reason.RATE, timedelta(seconds=77)), 40, 60)

    assert {(rest.pause, rest.trouble) for rest in many} == {(77, "rate")}
    assert told(many) == []


def test_what_keeps_nothing_away_is_told_each_hour() -> None:
    outage = Outage(0.5)

    alarms = [outage.alarm("gap", NOW + timedelta(minutes=minutes)) for minutes in (0, 5, 15, 80)]

    assert [[one.event_id for one in many] for many in alarms] == [
        ["gap:2026-11-22T10"],
        [],
        ["gap:2026-11-22T11"],
        ["gap:2026-11-22T12"],
    ]
