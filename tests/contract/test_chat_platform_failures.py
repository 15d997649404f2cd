"""What every ChatPlatform does alike when its chat does not do as it is asked."""

from datetime import timedelta

import pytest

from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Refusal, Temporary
from bridge.domain.ids import PostId, RoomAddress
from bridge.ports.chat import ChatPlatform, Post
from tests.contract.worlds import Break, ChatWorld, a_post, posts

SURELY_NOT = [
    (Break.RATE, Reason.RATE),
    (Break.RATE_WITHOUT_A_TIME, Reason.RATE),
    (Break.KEYS, Reason.KEYS),
]


@pytest.mark.parametrize(("how", "reason"), SURELY_NOT)
async def test_what_surely_did_not_happen_may_be_tried_again(
    world: ChatWorld, platform: ChatPlatform, how: Break, reason: Reason
) -> None:
    world.break_next_post(how)

    with pytest.raises(Temporary) as caught:
        await platform.post(a_post(world))

    assert caught.value.reason is reason
    assert await posts(world) == []
    world.wait_out(caught.value.retry_after)
    await platform.post(a_post(world))
    assert len(await posts(world)) == 1


async def test_a_chat_that_asks_to_wait_says_how_long(world: ChatWorld, platform: ChatPlatform) -> None:
    world.break_next_post(Break.RATE)
    with pytest.raises(Temporary) as told:
        await platform.post(a_post(world))
    world.wait_out(told.value.retry_after)
    world.break_next_post(Break.RATE_WITHOUT_A_TIME)
    with pytest.raises(Temporary) as untold:
        await platform.post(a_post(world))

    assert told.value.retry_after == world.retry_after > timedelta(0)
    assert untold.value.retry_after is None


async def test_a_chat_that_does_not_listen_was_surely_not_told(world: ChatWorld) -> None:
    async with world.unreachable() as platform:
        with pytest.raises(Temporary) as caught:
            await platform.post(a_post(world))

    assert caught.value.reason is Reason.NETWORK


MAY_HAVE = [
    (Break.ERROR, 0),
    (Break.CUT, 0),
    (Break.HANGS, 0),
    (Break.DONE_THEN_ERROR, 1),
    (Break.DONE_THEN_CUT, 1),
    (Break.DONE_THEN_HANGS, 1),
    (Break.DONE_THEN_GARBAGE, 1),
]


@pytest.mark.parametrize(("how", "done"), MAY_HAVE)
async def test_a_lost_answer_leaves_the_outcome_open_and_a_repeat_doubles_nothing(
    world: ChatWorld, platform: ChatPlatform, how: Break, done: int
) -> None:
    world.break_next_post(how)

    with pytest.raises(OutcomeUnknown):
        await platform.post(a_post(world))

    assert len(await posts(world)) == done
    if platform.idempotent:
        ref = await platform.post(a_post(world))
        assert [(line.id, line.text) for line in await posts(world)] == [(ref.id, "Oui, 9 h.")]


async def test_a_room_that_the_bot_was_removed_from_is_gone_until_it_is_back(
    world: ChatWorld, platform: ChatPlatform
) -> None:
    await world.remove_bot()
    with pytest.raises(Permanent) as caught:
        await platform.post(a_post(world))
    await world.restore_bot()
    await platform.post(a_post(world))

    assert caught.value.reason is Refusal.ROOM_GONE
    assert len(await posts(world)) == 1


async def test_a_room_that_never_was_is_gone(world: ChatWorld, platform: ChatPlatform) -> None:
    nowhere = RoomAddress(world.room.platform, "-100404")

    with pytest.raises(Permanent) as caught:
        await platform.post(Post(PostId(1), nowhere, "Oui"))

    assert caught.value.reason is Refusal.ROOM_GONE


async def test_a_muted_bot_is_told_from_a_removed_one(world: ChatWorld, platform: ChatPlatform) -> None:
    await world.mute_bot()

    with pytest.raises(Permanent) as caught:
        await platform.post(a_post(world))

    assert caught.value.reason is Refusal.MAY_NOT_WRITE
    assert await posts(world) == []
