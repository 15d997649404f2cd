"""A post that may have been put there a day ago: looked for by the number in its own content, and put there once."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.adapters.matrix import MatrixPlatform
from bridge.adapters.matrix.sending import LONGEST, number_of
from bridge.domain.failures import OutcomeUnknown
from bridge.ports.chat import Button, Post
from tests.adapters.matrix.endless import Endless
from tests.contract.matrix_world import MatrixWorld
from tests.contract.worlds import a_post, posts
from tests.matrix.proxy import Fault

DAY = timedelta(hours=21)
MESSAGES = "/messages"


def long_ago(world: MatrixWorld, text: str = "Oui, 9 h.", number: int = 1, ago: timedelta = DAY) -> Post:
    """Written when the bridge was last able to say how it went."""
    return a_post(world, text, number, written_at=world.clock.now() - ago)


def again(post: Post) -> Post:
    """The same, after a try whose outcome nobody wrote down."""
    return replace(post, uncertain=True)


async def test_it_is_found_and_not_put_there_again(world: MatrixWorld) -> None:
    post = long_ago(world)
    async with world.platform() as platform:
        first = await platform.post(post)
        await platform.edit(first, replace(post, text="Oui, 9 h 15."))
    puts = len(world.proxy.asked("/send/", "PUT"))
    async with world.platform() as platform:
        assert await platform.post(again(post)) == first

    assert [line.text for line in await posts(world)] == ["Oui, 9 h 15."]
    assert len(world.proxy.asked("/send/", "PUT")) == puts
    assert world.proxy.asked(MESSAGES, "GET")


async def test_it_is_found_behind_all_that_people_said_since(world: MatrixWorld, platform: MatrixPlatform) -> None:
    post = long_ago(world)
    first = await platform.post(post)
    for number in range(130):
        await world.claire.types(world.room.address, f"{number}")
    puts = len(world.proxy.asked("/send/", "PUT"))

    assert await platform.post(again(post)) == first
    assert len(world.proxy.asked("/send/", "PUT")) == puts


async def test_what_is_not_there_is_put_there_once(world: MatrixWorld, platform: MatrixPlatform) -> None:
    await world.person_types("Vendredi ?")
    other = await platform.post(long_ago(world, "une autre", 2))
    late = again(long_ago(world))

    ref = await platform.post(late)
    assert await platform.post(late) == ref

    assert [(line.id, line.text) for line in await posts(world)] == [(other.id, "une autre"), (ref.id, "Oui, 9 h.")]
    assert world.proxy.asked(MESSAGES, "GET")


async def test_a_younger_one_is_left_to_the_server_s_memory(plain: MatrixWorld) -> None:
    async with plain.platform() as platform:
        ref = await platform.post(post := long_ago(plain, ago=timedelta(hours=19)))
        assert await platform.post(again(post)) == ref

    assert plain.proxy.asked(MESSAGES) == []
    assert len(await posts(plain)) == 1


async def test_the_parts_that_were_never_put_there_follow(plain: MatrixWorld) -> None:
    words = " ".join(["mot"] * (LONGEST // 4 * 5 // 2))
    post = long_ago(plain, words)
    async with plain.platform() as platform:
        whole = len(words.split())
        plain.proxy.plan(f"/send/m.room.message/{number_of(post)}.1", Fault(), method="PUT")
        with pytest.raises(OutcomeUnknown):
            await platform.post(post)
        plain.proxy.heal()
        assert len(await posts(plain)) == 1
        plain.wait_out(timedelta(minutes=1))

        await platform.post(again(post))
        await platform.post(again(post))

    shown = await posts(plain)
    assert len(shown) == 3
    assert len(" ".join(line.text for line in shown).split()) == whole


async def test_its_choices_are_put_there_once_too(world: MatrixWorld) -> None:
    choices = (Button("retry:1", "Réessayer"), Button("cancel:1", "Annuler"))
    post = replace(long_ago(world), buttons=choices)
    async with world.platform() as platform:
        await platform.post(post)
    async with world.platform() as platform:
        await platform.post(again(post))

    [line] = await world.karim.shown(world.room.address)
    assert line.given(world.bot.user) == ["1\ufe0f\u20e3", "2\ufe0f\u20e3"]


async def test_where_it_cannot_be_looked_for_to_the_end_it_is_put_there(plain: MatrixWorld) -> None:
    """Twice is better than never."""
    async with Endless(plain.synapse.url) as proxy, plain.platform_with(homeserver=proxy.url) as platform:
        ref = await platform.post(again(long_ago(plain)))

    assert [line.id for line in await posts(plain)] == [ref.id]
    assert len(proxy.asked(MESSAGES)) > 10


@pytest.mark.parametrize("page", [[7], [{"sender": 3}], [{"event_id": "$a", "origin_server_ts": "late"}], "no list"])
async def test_a_history_of_any_shape_is_looked_through(plain: MatrixWorld, page: object) -> None:
    plain.proxy.plan(MESSAGES, Fault(200, json.dumps({"chunk": page})))
    async with plain.platform() as platform:
        await platform.post(again(long_ago(plain)))

    assert len(await posts(plain)) == 1
