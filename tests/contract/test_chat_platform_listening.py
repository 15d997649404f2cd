"""What every ChatPlatform does alike, whichever chat is behind it: the half that listens."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bridge.domain.events import (
    Alarm,
    Typed,
    Unreadable,
)
from bridge.ports.chat import ChatPlatform
from tests.contract.worlds import BOUND, Break, ChatWorld, Recorder, listening


async def test_what_a_person_types_arrives_with_author_time_and_place(world: ChatWorld, platform: ChatPlatform) -> None:
    before = datetime.now(UTC)
    question = await world.person_types("Votre RDV est annulé.")
    answer = await world.person_types("Vendredi 9 h ?", reply_to=question.id)
    sink = Recorder()

    async with listening(platform, sink):
        first, second = await sink.until_events(2)

    assert isinstance(first, Typed)
    assert isinstance(second, Typed)
    assert (first.ref, first.text, first.reply_to) == (question, "Votre RDV est annulé.", None)
    assert (second.ref, second.text, second.reply_to) == (answer, "Vendredi 9 h ?", question.id)
    assert (first.person.platform, first.person.name) == (platform.name, "Claire")
    assert first.ref.room == world.room
    assert abs(first.wrote_at - before) < timedelta(minutes=1)
    assert first.wrote_at.tzinfo is not None


async def test_events_arrive_once_in_order_each_batch_with_another_cursor(
    world: ChatWorld, platform: ChatPlatform
) -> None:
    sink = Recorder()

    async with listening(platform, sink):
        for number in range(1, 8):
            await world.person_types(f"{number}")
            await sink.until_events(number)

    texts = [event.text for event in sink.events if isinstance(event, Typed)]
    assert texts == ["1", "2", "3", "4", "5", "6", "7"]
    assert len({event.event_id for event in sink.events}) == 7
    assert len(set(sink.cursors)) == len(sink.cursors)


async def test_many_events_that_waited_arrive_in_order(world: ChatWorld, platform: ChatPlatform) -> None:
    numbers = [f"{number}" for number in range(world.can.crowd)]
    for number in numbers:
        await world.person_types(number)
    sink = Recorder()

    async with listening(platform, sink):
        await sink.until_events(len(numbers))

    assert [event.text for event in sink.events if isinstance(event, Typed)] == numbers


async def test_nothing_is_acknowledged_while_the_sink_has_not_returned(world: ChatWorld) -> None:
    await world.person_types("Votre RDV est annulé.")
    hanging, sink = Recorder(gate=asyncio.Event()), Recorder()

    async with world.platform() as platform, listening(platform, hanging):
        await hanging.until(lambda seen: bool(seen.offered))
    async with world.platform() as platform, listening(platform, sink):
        await sink.until_events(1)

    assert hanging.events == []
    assert sink.events == hanging.offered


async def test_a_sink_that_fails_ends_the_listening_and_gets_the_same_again(world: ChatWorld) -> None:
    await world.person_types("Votre RDV est annulé.")
    failing, sink = Recorder(refuses=OSError("disk full")), Recorder()

    async with world.platform() as platform:
        with pytest.raises(OSError, match="disk full"):
            await asyncio.wait_for(platform.listen(failing, None), BOUND)
        async with listening(platform, sink):
            await sink.until_events(1)

    assert sink.events == failing.offered


async def test_a_confirmed_cursor_brings_only_what_came_after_it(world: ChatWorld) -> None:
    await world.person_types("avant")
    before, after = Recorder(), Recorder()
    async with world.platform() as platform, listening(platform, before):
        await before.until_events(1)

    await world.person_types("après")
    async with world.platform() as platform, listening(platform, after, before.cursors[-1]):
        [event] = await after.until_events(1)

    assert isinstance(event, Typed)
    assert event.text == "après"


async def test_an_event_that_comes_twice_has_the_same_id_both_times(world: ChatWorld) -> None:
    await world.person_types("un")
    gate = asyncio.Event() if world.can.forgets_confirmed else None  # there only what was not confirmed comes again
    first, second = Recorder(gate=gate), Recorder()

    async with world.platform() as platform, listening(platform, first):
        await first.until(lambda seen: bool(seen.offered))
    async with world.platform() as platform, listening(platform, second):
        await second.until_events(1)

    assert first.offered == second.events


async def test_events_that_were_confirmed_may_come_again_and_take_no_cursor_back(
    world: ChatWorld, platform: ChatPlatform
) -> None:
    if not world.can.repeats_events:
        return  # this chat never repeats what was confirmed
    sink = Recorder()
    async with listening(platform, sink):
        await world.person_types("un")
        await sink.until_events(1)
        world.repeat_events()
        await world.person_types("deux")
        await sink.until(lambda seen: len({event.event_id for event in seen.events}) == 2)
        await world.person_types("trois")
        await sink.until(lambda seen: len({event.event_id for event in seen.events}) == 3)

    assert len(set(sink.cursors)) == len(sink.cursors)


async def test_an_event_that_nobody_can_read_is_kept_and_blocks_no_other(
    world: ChatWorld, platform: ChatPlatform
) -> None:
    world.poison()
    await world.person_types("après le poison")
    sink = Recorder()

    async with listening(platform, sink):
        await sink.until(lambda seen: any(isinstance(event, Typed) for event in seen.events))
        await world.person_types("et encore")
        await sink.until(lambda seen: sum(isinstance(event, Typed) for event in seen.events) == 2)

    unreadable = [event for event in sink.events if isinstance(event, Unreadable)]
    assert unreadable
    assert len({event.event_id for event in sink.events}) == len(sink.events)
    assert all(event.what for event in unreadable)


@pytest.mark.parametrize("how", list(Break))
async def test_listening_outlives_every_trouble_of_the_chat(
    world: ChatWorld, platform: ChatPlatform, how: Break
) -> None:
    world.break_listening(how, times=2)
    await world.person_types("malgré tout")
    sink = Recorder()

    async with listening(platform, sink):
        await sink.until(lambda seen: any(isinstance(event, Typed) for event in seen.events))

    assert [event.text for event in sink.events if isinstance(event, Typed)] == ["malgré tout"]
    assert all(isinstance(event, Typed | Alarm) for event in sink.events)
