"""What a room is told of a message: when, with what, and each thing once."""

from dataclasses import replace
from typing import Any

import pytest

from bridge.delivery.telling import (
    NAMED,
    known_after_all,
    notices,
)
from bridge.domain.failures import Reason
from bridge.domain.ids import JobId, SmsId
from bridge.domain.marks import Status, Summary
from bridge.domain.offers import cause_told
from bridge.domain.patience import Patience
from bridge.domain.states import JobState, SmsState
from bridge.ports.rows import NewPost
from bridge.ports.sending import SmsRow
from tests.delivery.situations import WAITS, situation
from tests.making import DIALLO, NOW, after, job_row, numbers, sms_row

J, S = JobState, SmsState
USUAL = Patience()


def told(*of: Any, **more: Any) -> dict[str, NewPost]:
    posts = notices(situation(*of, **more), USUAL)
    by_kind = {post.kind: post for post in posts}
    assert len(by_kind) == len(posts)
    return by_kind


def only(*of: Any, **more: Any) -> NewPost:
    posts = told(*of, **more)
    assert len(posts) == 1, posts
    return next(iter(posts.values()))


# --- every notice --------------------------------------------------------------------------------------------------
def test_a_notice_answers_the_message_it_is_about_in_its_room_and_round() -> None:
    post = only([job_row(J.REJECTED)], round_=3)
    assert (post.room_id, post.reply_to, post.subject, post.round) == (1, "m1", "message:1", 3)


def test_nothing_is_told_of_what_goes_well() -> None:
    assert told([job_row(J.ACCEPTED)], at=after(100_000), status=Status.DELIVERED) == {}
    assert told([job_row(J.QUEUED, due_at=after(5))]) == {}


# --- waiting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "tells"), [(0, False), (59, False), (60, True), (3600, True)])
def test_a_minute_without_leaving_is_told_with_until_when_it_is_tried_and_how_to_stop_it(
    seconds: float, tells: bool
) -> None:
    posts = told([WAITS], at=after(seconds))
    assert ("waiting" in posts) is tells
    if tells:
        assert posts["waiting"].params == {"until": WAITS.expires_at.isoformat(), "reason": "network", "done": None}
        assert posts["waiting"].buttons == ("cancel:1",)


def test_what_is_too_late_already_is_not_told_as_being_tried_still() -> None:
    late = job_row(J.QUEUED, due_at=NOW, expires_at=after(60))
    assert told([late], at=after(60)) == {}


def test_the_room_s_own_hold_is_no_waiting() -> None:
    held = job_row(J.QUEUED, due_at=after(300))
    assert told([held], at=after(359)) == {}
    assert "waiting" in told([held], at=after(360))


def test_what_is_being_posted_is_not_told_as_not_sent() -> None:
    assert told([job_row(J.SUBMITTING, submitted_at=NOW)], at=after(90), status=Status.SUBMITTING) == {}


def test_what_was_just_proven_absent_leaves_at_once_and_is_told_a_minute_later() -> None:
    absent = job_row(J.QUEUED, due_at=after(600), reason="absent", submitted_at=NOW)
    assert told([absent], at=after(659)) == {}
    assert told([absent], at=after(660))["waiting"].params["reason"] == "network"


@pytest.mark.parametrize("pause", list(Reason))
def test_while_the_account_is_paused_the_pause_is_the_reason(pause: Reason) -> None:
    assert told([WAITS], at=after(60), pause=(pause, 4))["waiting"].params["reason"] == pause.value


# --- a pause -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("reason", [Reason.KEYS, Reason.CLOCK, Reason.CREDITS])
def test_revoked_keys_a_wrong_clock_and_no_credits_are_told_at_once_and_once_a_room_and_pause(reason: Reason) -> None:
    first = only([WAITS], pause=(reason, 4))
    assert (first.kind, first.subject, first.round, first.reply_to) == ("paused", "pause:4", 1, None)
    assert first.params == {"reason": reason.value, "done": None}
    again = only([WAITS], pause=(reason, 4), round_=2)
    assert (again.subject, again.round) == (first.subject, first.round)
    assert only([WAITS], pause=(reason, 5)).subject != first.subject


@pytest.mark.parametrize("reason", [Reason.SERVER, Reason.NETWORK, Reason.RATE])
def test_other_pauses_are_told_only_when_the_waiting_grows_long(reason: Reason) -> None:
    assert told([WAITS], pause=(reason, 4)) == {}


def test_a_pause_is_no_news_for_what_left_before_it() -> None:
    assert told([job_row(J.ACCEPTED)], pause=(Reason.KEYS, 4), status=Status.ACCEPTED) == {}


# --- not confirmed ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("seconds", "tells"), [(299, False), (300, True)])
def test_five_minutes_without_knowing_are_told_without_a_button(seconds: float, tells: bool) -> None:
    looking = job_row(J.RECONCILING, submitted_at=after(10))
    posts = told([looking], at=after(10 + seconds), status=Status.RECONCILING)
    assert set(posts) == ({"not_confirmed_yet"} if tells else set())
    assert not any(post.buttons for post in posts.values())


def test_when_nobody_can_tell_a_person_decides() -> None:
    unsure = sms_row(S.UNCONFIRMED)
    post = only([job_row(J.UNCONFIRMED)], [unsure], status=Status.UNCONFIRMED)
    assert (post.kind, post.params) == ("may_have_been_sent", {"people": ["Mme Durand"]})
    assert post.buttons == ("resend:1", "leave:1")


@pytest.mark.parametrize(
    ("wanted", "round_", "sms", "known"),
    [
        (Status.UNCONFIRMED, 1, [], True),
        (Status.UNCONFIRMED, 1, [sms_row(S.UNCONFIRMED)], False),
        (Status.UNCONFIRMED, 2, [], False),  # resent: that was the answer
        (Status.NO_REPORT, 1, [], False),  # nothing had been asked
        (Status.RECONCILING, 1, [], False),
        (None, 1, [], False),
    ],
)
def test_late_news_answers_the_question_only_where_one_was_asked(
    wanted: Status | None, round_: int, sms: list[SmsRow], known: bool
) -> None:
    at = situation([job_row(J.ACCEPTED)], sms, wanted=wanted, round_=round_, status=Status.DELIVERED)
    assert known_after_all(at) is known
    assert ("may_have_been_sent" in {post.kind for post in notices(at, USUAL)}) is bool(sms)


def test_no_report_after_all_is_told_by_the_mark_alone() -> None:
    assert told([job_row(J.ACCEPTED)], wanted=Status.NO_REPORT, status=Status.DELIVERED) == {}


def test_late_news_answers_the_question_about_one_of_a_list_while_others_are_on_their_way() -> None:
    one_unsure = Summary(3, 0, 0, 1, 2)
    at = situation([job_row(J.ACCEPTED)], wanted=Status.ACCEPTED, status=Status.ACCEPTED)
    assert not known_after_all(at)
    at = replace(at, row=replace(at.row, shown_summary=one_unsure))
    assert known_after_all(at)
    assert not known_after_all(replace(at, sms=[sms_row(S.UNCONFIRMED)]))


# --- refused, failed -----------------------------------------------------------------------------------------------
def test_a_refused_message_is_told_with_its_reason_and_what_to_do_about_it() -> None:
    refused = job_row(J.REJECTED, reason="link", params={"link": "exemple.fr/"})
    post = only([refused], [sms_row(S.REFUSED)], status=Status.REJECTED)
    assert (post.kind, post.params, post.buttons) == ("refused", {"link": "exemple.fr/", "reason": "link"}, ())


@pytest.mark.parametrize(
    ("sms", "cause", "retry"),
    [
        (sms_row(S.UNDELIVERED, "wrong_number"), "wrong_number", False),
        (sms_row(S.UNDELIVERED, "phone_off"), "phone_off", True),
        (sms_row(S.UNDELIVERED), "unknown", True),
        (sms_row(S.REFUSED, "unreachable"), "unreachable", False),
        (sms_row(S.STOPPED, "stopped"), "stopped", False),
        (sms_row(S.STOPPED), "stopped", False),
        (sms_row(S.EXPIRED), "expired", True),
    ],
)
def test_a_failure_names_the_person_and_the_cause_and_offers_another_try_where_it_may_help(
    sms: SmsRow, cause: str, retry: bool
) -> None:
    assert cause_told(sms.state, sms.cause) == cause
    post = only([job_row(J.ACCEPTED)], [sms], status=Status.UNDELIVERED)
    assert post.kind == "failed"
    assert post.params == {
        "failures": [{"name": sms.name, "number": sms.number, "cause": cause}],
        "more": 0,
        "retry": retry,
    }
    assert post.buttons == (("retry:1",) if retry else ())


def test_of_many_failures_some_are_named_and_the_rest_is_a_count() -> None:
    many = [sms_row(S.UNDELIVERED, "wrong_number", id=SmsId(n), number=number) for n, number in enumerate(numbers(43))]
    last = sms_row(S.UNDELIVERED, "phone_off", number=DIALLO.number, name=None)
    post = only([job_row(J.ACCEPTED)], [*many, last], status=Status.UNDELIVERED)
    failures = post.params["failures"]
    assert isinstance(failures, list)
    assert (len(failures), post.params["more"]) == (NAMED, 44 - NAMED)
    assert post.params["retry"] is True, "one of those not named may be tried again"


def test_in_a_later_round_the_failures_of_earlier_ones_are_not_told_again() -> None:
    second = job_row(J.ACCEPTED, id=JobId(2), round=2)
    old = [sms_row(S.UNDELIVERED, "wrong_number", job_id=JobId(1)), sms_row(S.UNCONFIRMED, job_id=JobId(1))]
    assert told([second], old, round_=2, status=Status.UNDELIVERED) == {}
    new = sms_row(S.UNDELIVERED, "phone_off", job_id=JobId(2), number=DIALLO.number)
    post = only([second], [*old, new], round_=2, status=Status.UNDELIVERED)
    assert post.params["failures"] == [{"name": new.name, "number": DIALLO.number, "cause": "phone_off"}]


def test_what_failed_of_an_earlier_round_after_this_one_began_is_told_in_this_one() -> None:
    second = job_row(J.ACCEPTED, id=JobId(2), round=2)
    late = sms_row(S.UNDELIVERED, "phone_off", job_id=JobId(1), changed_at=after(1))
    assert set(told([second], [late], round_=2, status=Status.ACCEPTED)) == {"failed"}
    unsure = sms_row(S.UNCONFIRMED, job_id=JobId(1), changed_at=after(1))
    assert set(told([second], [unsure], round_=2, status=Status.ACCEPTED)) == {"may_have_been_sent"}
