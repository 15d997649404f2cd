"""Whatever happens to jobs, in whatever order: those of one room and receiver leave one after the other."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.adapters.database import open_store
from bridge.domain.numbers import E164
from bridge.domain.sms import Job
from bridge.domain.states import JobState
from bridge.ports.sending import JobMove
from tests.contract.store.world import HandClock, World

Line = tuple[int, E164]
people = st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(["line", "list"]), people),
        st.tuples(st.just("claim"), st.integers(1, 3), st.none()),
        st.tuples(st.sampled_from(["accept", "again", "lose", "reject", "give_up"]), st.integers(0, 5), st.none()),
    ),
    max_size=25,
)


@dataclass
class Ledger:
    """Who is being written to now, and the last place taken in each line."""

    out: dict[int, Job] = field(default_factory=dict)
    places: dict[Line, int] = field(default_factory=lambda: defaultdict(int))

    def take(self, job: Job) -> None:
        busy = {(one.room_id, number) for one in self.out.values() for number in one.receivers}
        for number in job.receivers:
            line = (job.room_id, number)
            assert line not in busy
            assert job.seq >= self.places[line]
            self.places[line] = job.seq
        self.out[job.id] = job


async def walk(world: World, todo: list[tuple[str, object, object]]) -> None:
    ledger, ids = Ledger(), iter(range(1, 1000))
    for what, value, receivers in todo:
        world.clock.pass_(1)
        if what == "add":
            await world.add(world.new(str(value), people=receivers))  # type: ignore[arg-type]
        elif what == "claim":
            for job in await world.claim(value):  # type: ignore[arg-type]
                ledger.take(job)
        elif ledger.out:
            job = list(ledger.out.values())[int(str(value)) % len(ledger.out)]
            await happen(world, ledger, job, what, next(ids))


async def happen(world: World, ledger: Ledger, job: Job, what: str, id_: int) -> None:
    to = {"again": JobState.QUEUED, "lose": JobState.RECONCILING, "reject": JobState.REJECTED}
    if what == "accept":
        assert await world.accept(job, id_)
    elif what == "give_up":
        for state in (JobState.RECONCILING, JobState.UNCONFIRMED):
            await world.write(lambda tx, s=state: tx.jobs.move([JobMove(job.id, job.attempt, s, world.now)]))  # type: ignore[misc]
    else:
        due = world.now + timedelta(seconds=3)
        await world.write(lambda tx: tx.jobs.move([JobMove(job.id, job.attempt, to[what], due)]))
    if what != "lose":  # what is looked for still holds its place
        del ledger.out[job.id]


@settings(max_examples=25, deadline=None)
@given(todo=steps)
def test_jobs_to_one_receiver_leave_one_after_the_other_in_order(
    sqlite_template: Path, todo: list[tuple[str, object, object]]
) -> None:
    async def main(path: Path) -> None:
        clock = HandClock()
        async with open_store(f"sqlite:///{path}", clock=clock, ring=lambda lane: None) as store:
            world = World(store, clock, [])
            await world.furnish()
            await walk(world, todo)

    with TemporaryDirectory() as folder:
        asyncio.run(main(Path(copy(sqlite_template, Path(folder) / "bridge.db"))))
