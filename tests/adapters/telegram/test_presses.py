"""Pressed buttons are answered, so that they stop turning, and nothing waits for that."""

import asyncio

import pytest

from bridge.adapters.telegram import TelegramPlatform
from bridge.domain.events import Pressed, Typed
from bridge.domain.ids import PostId, RoomAddress
from bridge.ports.chat import Button, Post
from tests.contract.worlds import Recorder, listening
from tests.doubles.telegram import Fault, Room, TelegramDouble, User


async def test_a_press_is_answered_once_it_is_on_disk(
    telegram: TelegramDouble, platform: TelegramPlatform, group: Room, claire: User
) -> None:
    room = RoomAddress("telegram", str(group.id))
    ref = await platform.post(Post(PostId(1), room, "Pas remis", buttons=(Button("retry:7", "Réessayer"),)))
    post = group.find(int(ref.id))
    assert post is not None
    group.presses(claire, post, "retry:7")
    sink = Recorder(gate=asyncio.Event())
    assert sink.gate is not None

    async with listening(platform, sink):
        await sink.until(lambda seen: bool(seen.offered))
        assert [press.answer for press in telegram.presses] == [None]
        sink.gate.set()
        await telegram.until(lambda: telegram.presses[0].answer is not None)

    assert [type(event) for event in sink.events] == [Pressed]


@pytest.mark.parametrize(
    "fault", [Fault.hang(), Fault.refuses(400, "Bad Request: query is too old"), Fault.reset(), Fault.html(502)]
)
async def test_a_press_that_cannot_be_answered_holds_nothing_up(
    telegram: TelegramDouble, platform: TelegramPlatform, group: Room, claire: User, fault: Fault
) -> None:
    room = RoomAddress("telegram", str(group.id))
    ref = await platform.post(Post(PostId(1), room, "Pas remis", buttons=(Button("retry:7", "Réessayer"),)))
    post = group.find(int(ref.id))
    assert post is not None
    telegram.script(fault, "answerCallbackQuery")
    group.presses(claire, post, "retry:7")
    sink = Recorder()

    async with listening(platform, sink):
        await sink.until_events(1)
        group.types(claire, "plus loin")
        await sink.until(lambda seen: any(isinstance(event, Typed) for event in seen.events))
