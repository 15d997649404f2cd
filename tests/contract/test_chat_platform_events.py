"""What every ChatPlatform does alike: each thing that happens in a room, told in our words."""

import pytest

from bridge.domain.events import (
    BotRemoved,
    BotRestored,
    Deleted,
    Edited,
    Invited,
    Kind,
    Pressed,
    RoomMoved,
    Typed,
)
from bridge.domain.ids import PostId
from bridge.ports.chat import Button, ChatPlatform, Post
from tests.contract.worlds import ChatWorld, Recorder, listening


async def test_an_edit_arrives_with_the_new_text(world: ChatWorld, platform: ChatPlatform) -> None:
    ref = await world.person_types("Vendredi 8 h ?")
    await world.person_edits(ref, "Vendredi 9 h ?")
    sink = Recorder()

    async with listening(platform, sink):
        _, edited = await sink.until_events(2)

    assert isinstance(edited, Edited)
    assert (edited.ref, edited.text, edited.person.name) == (ref, "Vendredi 9 h ?", "Claire")


async def test_a_deletion_arrives_where_the_platform_tells_it(world: ChatWorld, platform: ChatPlatform) -> None:
    if not world.can.tells_deletions:
        return  # this chat never tells that a message was deleted
    ref = await world.person_types("Oups")
    await world.person_deletes(ref)
    sink = Recorder()

    async with listening(platform, sink):
        await sink.until(lambda seen: any(isinstance(event, Deleted) for event in seen.events))

    deleted = sink.events[-1]  # a chat may tell what was written before, or that nothing is left of it
    assert isinstance(deleted, Deleted)
    assert deleted.ref == ref


async def test_a_pressed_button_arrives_with_its_data(world: ChatWorld, platform: ChatPlatform) -> None:
    ref = await platform.post(Post(PostId(1), world.room, "Pas remis", buttons=(Button("retry:7", "Go"),)))
    await world.person_presses(ref, "retry:7")
    sink = Recorder()

    async with listening(platform, sink):
        [pressed] = await sink.until_events(1)

    assert isinstance(pressed, Pressed)
    assert (pressed.data, pressed.ref.id, pressed.person.name) == ("retry:7", ref.id, "Karim")


async def test_the_bots_own_posts_and_marks_never_come_back_to_it(world: ChatWorld, platform: ChatPlatform) -> None:
    await platform.post(Post(PostId(1), world.room, "Oui", pinned=True))
    await world.person_types("une personne")
    sink = Recorder()

    async with listening(platform, sink):
        await sink.until_events(1)

    assert [event.text for event in sink.events if isinstance(event, Typed)] == ["une personne"]


async def test_the_bots_coming_and_going_is_told(world: ChatWorld, platform: ChatPlatform) -> None:
    await world.remove_bot()
    await world.restore_bot()
    there = await world.invite_bot()
    sink = Recorder()

    async with listening(platform, sink):
        removed, restored, invited = await sink.until_events(3)

    assert isinstance(removed, BotRemoved)
    assert isinstance(restored, BotRestored)
    assert isinstance(invited, Invited if world.can.is_invited else BotRestored)  # else it is simply put there
    assert (removed.room, restored.room, invited.room) == (world.room, world.room, there)


async def test_a_room_that_moves_is_told_with_both_addresses(world: ChatWorld, platform: ChatPlatform) -> None:
    there = await world.move_room()
    sink = Recorder()

    async with listening(platform, sink):
        await sink.until(lambda seen: any(isinstance(event, RoomMoved) for event in seen.events))

    [moved] = {event for event in sink.events if isinstance(event, RoomMoved)}  # told twice, it has the same id
    assert (moved.room, moved.to) == (world.room, there)


@pytest.mark.parametrize("kind", ["picture", "file", "sticker", "voice", "location"])
async def test_what_is_no_text_says_what_it_is(world: ChatWorld, platform: ChatPlatform, kind: Kind) -> None:
    await world.person_types("une légende", kind=kind)
    sink = Recorder()

    async with listening(platform, sink):
        [event] = await sink.until_events(1)

    assert isinstance(event, Typed)
    assert event.kind == kind


async def test_a_forwarded_message_says_so(world: ChatWorld, platform: ChatPlatform) -> None:
    await world.person_types("d'ailleurs", forwarded=True)
    sink = Recorder()

    async with listening(platform, sink):
        [event] = await sink.until_events(1)

    assert isinstance(event, Typed)
    assert event.forwarded


@pytest.mark.parametrize(
    "text",
    ["<b>x</b> & 'y' \"z\" */_`[", "👩🏽‍⚕️ ô ﷽", "deux\nlignes", "x" * 4000],
    ids=["markup", "unicode", "lines", "long"],
)
async def test_every_letter_that_is_typed_arrives(world: ChatWorld, platform: ChatPlatform, text: str) -> None:
    await world.person_types(text)
    sink = Recorder()

    async with listening(platform, sink):
        [event] = await sink.until_events(1)

    assert isinstance(event, Typed)
    assert event.text == text


async def test_half_letters_and_nuls_arrive_as_what_every_store_can_keep(
    world: ChatWorld, platform: ChatPlatform
) -> None:
    if not world.can.keeps_surrogates:
        return  # this chat hands over no half letters
    await world.person_types("a\ud83db\0c\ude00")
    sink = Recorder()

    async with listening(platform, sink):
        [event] = await sink.until_events(1)

    assert isinstance(event, Typed)
    assert event.text == "a\ufffdb\ufffdc\ufffd"
