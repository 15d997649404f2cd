"""What a sync leaves out is fetched page by page: whole, in order, once; and what is out of reach is told."""

import pytest

from bridge.adapters.matrix.fetching import PAGES
from bridge.domain.events import Missed, Typed
from tests.adapters.matrix.endless import Endless
from tests.contract.matrix_world import FAULTS, MatrixWorld
from tests.contract.worlds import Break, Recorder, listening

MANY = 210


async def written(world: MatrixWorld, number: int = MANY) -> list[str]:
    """More than a sync tells at once."""
    texts = [f"line {place}" for place in range(number)]
    for text in texts:
        await world.claire.types(world.room.address, text)
    return texts


def heard(sink: Recorder) -> list[str]:
    return [event.text for event in sink.events if isinstance(event, Typed)]


@pytest.mark.parametrize("how", [Break.ERROR, Break.CUT, Break.DONE_THEN_GARBAGE])
async def test_a_page_that_fails_half_way_is_fetched_again_and_nothing_comes_twice(
    plain: MatrixWorld, how: Break
) -> None:
    texts, sink = await written(plain), Recorder()
    planned: list[Break] = []

    def spoil_the_second() -> None:
        if any(one.answered for one in plain.proxy.asked("/messages")) and not planned:
            planned.append(how)
            plain.proxy.plan("/messages", FAULTS[how])

    plain.proxy.watch(spoil_the_second)
    async with plain.platform() as platform, listening(platform, sink):
        await sink.until(lambda seen: len(heard(seen)) >= len(texts))

    assert planned
    assert heard(sink) == texts
    assert not [event for event in sink.events if isinstance(event, Missed)]


@pytest.mark.parametrize("stands", [False, True], ids=["ever another page", "ever the same page"])
async def test_a_gap_without_an_end_is_told_and_the_newest_is_taken_in_order(plain: MatrixWorld, stands: bool) -> None:
    texts, sink = await written(plain, 120), Recorder()
    async with Endless(plain.synapse.url) as proxy:
        proxy.stands = stands
        async with plain.platform_with(homeserver=proxy.url) as platform, listening(platform, sink):
            await sink.until(lambda seen: texts[-1] in heard(seen))

    lines = heard(sink)
    older, newer = lines[:-100], lines[-100:]
    assert newer == texts[-100:]
    numbers = [int(line.removeprefix("page ")) for line in older]
    assert numbers == sorted(numbers, reverse=True)
    assert len(proxy.asked("/messages")) == (2 if stands else PAGES)
    [missed] = [event for event in sink.events if isinstance(event, Missed)]
    assert (missed.since, missed.room) == (None, plain.room)
    assert sink.events.index(missed) == 0
