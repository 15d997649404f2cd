"""A bridge on Matrix dies and is started again: nothing is lost, nothing happens twice, keys still open everything."""

from pathlib import Path

import pytest

from tests.crash.points import ON_MATRIX, Death
from tests.crash.world import KLEIN
from tests.matrix.killed import TO, KilledWorld
from tests.synapse import Synapse

pytestmark = [pytest.mark.crash, pytest.mark.slow, pytest.mark.timeout(180)]
ROOMS = pytest.mark.parametrize("room", TO, ids=["plain", "encrypted"])


@ROOMS
async def test_room_to_sms_mark_and_answer_go_on_after_a_kill(tmp_path: Path, synapse: Synapse, room: str) -> None:
    async with KilledWorld(tmp_path, synapse) as world:
        first = await world.started()
        before = await world.say(room, "Can you come at nine?")
        await world.until_marked(room, before)
        await world.ovh.answer(TO[room][1], "Yes.")
        answer = await world.until_said(room, "Yes.")
        assert answer.reply_to == before

        await world.kill(first)
        while_down = await world.say(room, "And please bring the form")
        await world.ovh.answer(TO[room][1], "Which form?")
        await world.started()
        await world.until_marked(room, while_down)
        asked = await world.until_said(room, "Which form?")
        reply = await world.say(room, "The blue one", reply_to=asked.id)
        await world.until_marked(room, reply)

        assert world.inbox(room) == ["Can you come at nine?", "And please bring the form", "The blue one"]
        assert [line.text for line in await world.lines(room) if "Yes." in (line.text or "")] == [answer.text]
        assert all(line.encrypted is (room == "ward") for line in await world.lines(room))


@ROOMS
async def test_150_messages_written_while_it_was_down_all_leave_once_in_order(
    tmp_path: Path, synapse: Synapse, room: str
) -> None:
    texts = [f"Number {number}" for number in range(150)]
    async with KilledWorld(tmp_path, synapse) as world:
        first = await world.started()
        await world.until_marked(room, await world.say(room, "First"))
        await world.kill(first)
        events = [await world.say(room, text) for text in texts]
        second = await world.started()
        await world.until(lambda: len(world.inbox(room)) > len(texts), "all have arrived", within=100)
        await world.until_marked(room, events[-1])
        await world.kill(second)
        await world.started()
        await world.until_marked(room, await world.say(room, "Last"))

        assert world.inbox(room) == ["First", *texts, "Last"]


@ROOMS
@pytest.mark.parametrize("death", ON_MATRIX, ids=str)
async def test_it_dies_between_hearing_and_showing_and_is_done_once(
    tmp_path: Path, synapse: Synapse, room: str, death: Death
) -> None:
    async with KilledWorld(tmp_path, synapse) as world:
        await world.kill(await world.started())  # the bot is known from now on
        dying = await world.start(death.point)
        await world.until(lambda: dying.told("bridge.ready") or dying.ended, "it runs")
        event = await world.say(room, "Can you come at nine?")
        await world.until(lambda: dying.ended, f"it dies at {death.point}")
        await world.started()
        await world.until_marked(room, event)

        assert world.inbox(room) == ["Can you come at nine?"]


async def test_an_answer_that_stood_in_the_room_before_it_was_written_down_stands_there_once(
    tmp_path: Path, synapse: Synapse
) -> None:
    async with KilledWorld(tmp_path, synapse) as world:
        first = await world.started()
        await world.until_marked("ward", await world.say("ward", "Can you come at nine?"))
        await world.kill(first)
        dying = await world.start("post_row.before_record")
        await world.ovh.answer(KLEIN, "Yes.")
        await world.until(lambda: dying.ended, "it dies after the post")
        await world.started()
        await world.until_marked("ward", await world.say("ward", "Thank you"))

        assert [line.text for line in await world.lines("ward") if "Yes." in (line.text or "")] == [
            'Klein, 06 12 34 56 79: "Yes."'
        ]
