from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.states import (
    ANSWERABLE_SMS,
    FINAL_SMS,
    JOB_MOVES,
    OPEN_JOBS,
    POST_MOVES,
    REPLY_MOVES,
    SMS_AFTER_JOB,
    SMS_MOVES,
    JobState,
    PostState,
    ReplyState,
    SmsState,
    before,
)

J, S, R, P = JobState, SmsState, ReplyState, PostState
Moves = Mapping[Any, frozenset[Any]]

TABLES: list[tuple[type[StrEnum], Moves, set[Any]]] = [
    (J, JOB_MOVES, {J.ACCEPTED, J.REJECTED, J.EXPIRED, J.CANCELLED, J.PARKED}),
    (S, SMS_MOVES, {S.DELIVERED, S.UNDELIVERED, S.REFUSED, S.STOPPED, S.EXPIRED, S.CANCELLED}),
    (R, REPLY_MOVES, {R.DROPPED}),
    (P, POST_MOVES, {P.FAILED}),
]
every_table = pytest.mark.parametrize(("states", "moves", "final"), TABLES, ids=["job", "sms", "reply", "post"])


@every_table
def test_every_state_has_its_moves_and_leads_only_to_states(
    states: type[StrEnum], moves: Moves, final: set[StrEnum]
) -> None:
    assert set(moves) == set(states)
    assert {to for allowed in moves.values() for to in allowed} <= set(states)


@every_table
def test_final_states_lead_nowhere_and_all_others_somewhere(
    states: type[StrEnum], moves: Moves, final: set[StrEnum]
) -> None:
    assert {state for state, allowed in moves.items() if not allowed} == final


@every_table
def test_no_state_moves_to_itself(states: type[StrEnum], moves: Moves, final: set[StrEnum]) -> None:
    assert not [state for state, allowed in moves.items() if state in allowed]


@every_table
def test_every_state_can_be_reached_from_where_rows_begin(
    states: type[StrEnum], moves: Moves, final: set[StrEnum]
) -> None:
    begin: dict[type[StrEnum], set[Any]]
    begin = {J: {J.QUEUED, J.HELD, J.REJECTED}, S: {S.PENDING}, R: {R.NAMED}, P: {P.QUEUED}}
    reached: set[Any] = set()
    ahead = set(begin[states])
    while ahead:
        state = ahead.pop()
        reached.add(state)
        ahead |= moves[state] - reached
    assert reached == set(states)


def test_the_only_way_to_a_post_leads_through_queued() -> None:
    assert before(JOB_MOVES, J.SUBMITTING) == (J.QUEUED,)


def test_what_may_have_been_sent_is_never_cancelled_nor_refused() -> None:
    assert not JOB_MOVES[J.RECONCILING] & {J.CANCELLED, J.REJECTED, J.SUBMITTING, J.HELD}
    assert not JOB_MOVES[J.SUBMITTING] & {J.CANCELLED, J.EXPIRED, J.UNCONFIRMED}


def test_before_tells_every_state_that_leads_there_and_no_other() -> None:
    for to in J:
        assert set(before(JOB_MOVES, to)) == {state for state in J if to in JOB_MOVES[state]}
    assert before(JOB_MOVES, J.ACCEPTED) == (J.RECONCILING, J.SUBMITTING, J.UNCONFIRMED)


def test_jobs_that_hold_others_back_are_those_whose_sms_are_pending() -> None:
    assert set(J) - set(SMS_AFTER_JOB) == OPEN_JOBS


@pytest.mark.parametrize(("job", "sms"), list(SMS_AFTER_JOB.items()))
def test_the_pending_sms_of_a_settled_job_may_go_where_they_are_sent(job: JobState, sms: SmsState) -> None:
    assert sms in SMS_MOVES[S.PENDING]


def test_final_sms_are_those_after_which_nothing_is_waited_for() -> None:
    going_on = {S.PENDING, S.ACCEPTED, S.IN_NETWORK, S.BUFFERED}
    assert set(S) - going_on == FINAL_SMS
    assert not [state for state in FINAL_SMS if SMS_MOVES[state] & {S.PENDING}]


def test_after_the_end_only_a_late_report_changes_anything() -> None:
    late = {state: SMS_MOVES[state] for state in FINAL_SMS if SMS_MOVES[state]}
    assert set(late) == {S.NO_REPORT, S.UNCONFIRMED}
    assert late[S.NO_REPORT] == {S.DELIVERED, S.UNDELIVERED}


def test_what_may_have_reached_a_telephone_may_be_answered() -> None:
    never_left = {S.PENDING, S.REFUSED, S.STOPPED, S.EXPIRED, S.CANCELLED}
    assert set(S) - never_left == ANSWERABLE_SMS


RANKS = [S.ACCEPTED, S.IN_NETWORK, S.BUFFERED, S.DELIVERED]


def take(state: SmsState, news: SmsState) -> SmsState:
    return news if news in SMS_MOVES[state] else state


@given(st.permutations([S.IN_NETWORK, S.BUFFERED, S.DELIVERED]), st.integers(0, 3))
def test_reports_in_any_order_and_doubled_end_with_the_final_one(reports: list[SmsState], doubled: int) -> None:
    state = S.ACCEPTED
    for news in [*reports, *reports[:doubled]]:
        before_it, state = state, take(state, news)
        assert RANKS.index(state) >= RANKS.index(before_it)
    assert state is S.DELIVERED


@given(st.permutations([S.IN_NETWORK, S.DELIVERED, S.UNDELIVERED]))
def test_the_first_final_report_stays(reports: list[SmsState]) -> None:
    state = S.ACCEPTED
    for news in reports:
        state = take(state, news)
    assert state is next(one for one in reports if one is not S.IN_NETWORK)
