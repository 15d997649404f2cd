"""Whatever OVH answers and whenever the bridge is down: where the ways of a job may lead."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.domain.after_post import Accept, Broken, Looked, Posted, Step, after_look, after_post
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Refusal, Temporary
from bridge.domain.ids import OvhId
from bridge.domain.sms import Absent, CannotTell, Found, Job, Submission
from bridge.domain.states import JOB_MOVES, JobState
from tests.making import NOW, job

DAY = timedelta(hours=24)
RECEIVERS = 3

schedules = st.lists(st.integers(1, 900), min_size=1, max_size=5, unique=True).map(
    lambda times: tuple(timedelta(seconds=one) for one in sorted(times))
)
posts: st.SearchStrategy[Posted] = st.one_of(
    st.builds(OutcomeUnknown, st.sampled_from([Reason.NETWORK, Reason.SERVER])),
    st.builds(Broken, st.just("KeyError")),
    st.builds(Temporary, st.sampled_from(list(Reason)), st.none(), st.sampled_from(["job", "account"])),
    st.just(Permanent(Refusal.OTHER)),
    st.just(Submission((OvhId(1), OvhId(2), OvhId(3)))),
)
founds = st.integers(1, RECEIVERS).map(lambda count: Found(tuple(OvhId(one) for one in range(count))))
looks: st.SearchStrategy[Looked] = st.one_of(
    st.just(Absent()), st.just(Absent()), st.just(CannotTell("x")), st.just(Broken("KeyError")), founds
)
delays = st.one_of(st.integers(0, 5), st.integers(0, 100_000)).map(lambda late: timedelta(seconds=late))


@dataclass
class Walk:
    """One job on its way, and every look made for its last POST."""

    schedule: tuple[timedelta, ...]
    job: Job
    now: datetime = NOW
    state: JobState = JobState.QUEUED
    due_at: datetime = NOW
    looks: list[tuple[datetime, Looked]] = field(default_factory=list)

    def post(self, outcome: Posted) -> JobState:
        """T1 as the store does it, then T2."""
        assert self.state is JobState.QUEUED
        self.looks = []
        self.job = replace(self.job, attempt=self.job.attempt + 1, submitted_at=self.now, look=0, answered_at=None)
        return self._take(JobState.SUBMITTING, after_post(self.job, outcome, self.now, self.schedule[0]))

    def look(self, outcome: Looked) -> JobState:
        assert self.state is JobState.RECONCILING
        self.looks.append((self.now, outcome))
        return self._take(JobState.RECONCILING, after_look(self.job, outcome, self.now, self.schedule, DAY))

    def _take(self, before: JobState, what: Accept | Step) -> JobState:
        self.state = what.to if isinstance(what, Step) else JobState.ACCEPTED
        assert self.state in JOB_MOVES[before] or self.state is before is JobState.RECONCILING
        if isinstance(what, Step):
            kept: dict[str, Any] = {
                "look": self.job.look if what.look is None else what.look,
                "answered_at": what.answered_at or self.job.answered_at,
                "failures": self.job.failures if what.failures is None else what.failures,
                "ids": what.found.ids if what.found else self.job.ids,
            }
            self.job = replace(self.job, **kept)
            self.due_at = what.due_at or self.now
        return self.state


@st.composite
def walks(draw: st.DrawFn) -> Iterator[Walk]:
    """A walk of up to twenty-five steps, each made when it is due or so much later."""
    on_uncertain = draw(st.sampled_from(["resend", "ask"]))
    of = job(receivers=RECEIVERS, attempt=0, on_uncertain=on_uncertain, expires_at=NOW + draw(delays))
    walk = Walk(draw(schedules), of)
    script = draw(st.lists(st.tuples(posts, looks, delays), min_size=1, max_size=25))

    def steps() -> Iterator[Walk]:
        for posted, looked, late in script:
            walk.now = max(walk.due_at, walk.now) + late
            if walk.state is JobState.QUEUED:
                walk.post(posted)
            elif walk.state is JobState.RECONCILING:
                walk.look(looked)
            else:
                return
            yield walk

    return steps()


@settings(max_examples=60, deadline=None)
@given(walks())
def test_what_may_have_been_sent_is_posted_again_only_after_every_look_was_answered_and_empty(
    steps: Iterator[Walk],
) -> None:
    for walk in steps:
        if walk.state is JobState.QUEUED and walk.looks:
            answered = [looked for _, looked in walk.looks if isinstance(looked, Absent | Found)]
            assert answered == [Absent()] * len(walk.schedule)
            assert walk.job.on_uncertain == "resend"
            assert walk.now < walk.job.expires_at
            assert not walk.job.ids


@settings(max_examples=60, deadline=None)
@given(walks())
def test_a_job_of_which_an_id_was_found_is_accepted_or_still_looked_for(steps: Iterator[Walk]) -> None:
    for walk in steps:
        if any(isinstance(looked, Found) for _, looked in walk.looks):
            assert walk.state in (JobState.ACCEPTED, JobState.RECONCILING)


@settings(max_examples=60, deadline=None)
@given(walks())
def test_no_look_is_made_before_its_time_and_none_in_a_burst(steps: Iterator[Walk]) -> None:
    for walk in steps:
        if walk.state is JobState.RECONCILING:
            assert walk.job.submitted_at is not None
            assert walk.due_at >= walk.job.submitted_at + walk.schedule[walk.job.look]
            assert walk.due_at > walk.now or not walk.looks
        planned = [walk.job.submitted_at + one for one in walk.schedule] if walk.job.submitted_at else []
        for (earlier, looked), (later, _) in pairwise(walk.looks):
            if isinstance(
                looked, Absent | Found
            ):  # one that was not answered is made again, with a back-off of its own
                assert later - earlier >= walk.schedule[0] or any(earlier < one <= later for one in planned)


@settings(max_examples=60, deadline=None)
@given(walks())
def test_a_job_rests_in_a_final_state_or_knows_when_it_goes_on(steps: Iterator[Walk]) -> None:
    for walk in steps:
        assert walk.state in (JobState.QUEUED, JobState.RECONCILING) or walk.state in _FINAL
        if walk.state is JobState.PARKED:
            assert walk.job.failures >= 5


_FINAL = frozenset({JobState.ACCEPTED, JobState.REJECTED, JobState.UNCONFIRMED, JobState.EXPIRED, JobState.PARKED})
