"""Late is worse than never: everything whose time is over expires, however much it is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.delivery import expiry
from bridge.domain.states import JobState
from tests.contract.store.world import World
from tests.delivery.steps import Steps


async def test_a_sweep_ends_when_nothing_is_left_though_a_message_has_several_jobs(
    steps: Steps, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiry, "BATCH", 2)
    first, second = world.new(), world.new("list", people=[5])
    long = replace(first, jobs=(*first.jobs, *second.jobs, *world.new("list", people=[6]).jobs))
    messages = await world.add(long, world.new("list", people=[7]))
    world.clock.pass_(timedelta(hours=12).total_seconds())
    await expiry.sweep(steps.deliveries())
    jobs = await world.read(lambda tx: tx.messages.jobs_of(set(messages)))
    assert [job.state for job in jobs] == [JobState.EXPIRED] * 4
