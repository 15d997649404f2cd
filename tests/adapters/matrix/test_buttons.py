"""Numbered choices under posts of an earlier process: a digit means what it meant when the post was put there."""

import pytest

from bridge.adapters.matrix.patience import TRIES
from bridge.domain.events import Pressed, Typed
from bridge.ports.chat import Button, PostedRef
from tests.contract.matrix_world import MODERATOR, MatrixWorld
from tests.contract.worlds import Recorder, a_post, listening
from tests.matrix.proxy import BAD_GATEWAY

RETRY, DROP, CANCEL = Button("retry:7", "Réessayer"), Button("leave:7", "Laisser"), Button("cancel:7", "Annuler")


async def pressed(world: MatrixWorld, ref: PostedRef, number: int, cursor: str | None = None) -> list[str]:
    """What a digit that Karim puts there means to a bridge that was just started."""
    await world.karim.reacts(ref.room.address, ref.id, f"{number}\ufe0f\u20e3")
    sink = Recorder()
    async with world.platform() as platform, listening(platform, sink, cursor):
        await world.person_types("c'est fait")
        await sink.until(lambda seen: any(isinstance(event, Typed) for event in seen.events))
    return [event.data for event in sink.events if isinstance(event, Pressed)]


@pytest.mark.parametrize("may_react", [True, False])
async def test_a_choice_of_before_the_restart_is_understood(world: MatrixWorld, may_react: bool) -> None:
    if not may_react:
        await world.claire.demands(world.room.address, "m.reaction", MODERATOR + 1)
    async with world.platform() as platform:
        ref = await platform.post(a_post(world, buttons=(RETRY, DROP)))
    await world.claire.demands(world.room.address, "m.reaction", 0)

    assert await pressed(world, ref, 2) == ["leave:7"]


@pytest.mark.parametrize("may_react", [True, False])
async def test_an_edit_changes_what_a_digit_means(world: MatrixWorld, may_react: bool) -> None:
    if not may_react:
        await world.claire.demands(world.room.address, "m.reaction", MODERATOR + 1)
    async with world.platform() as platform:
        ref = await platform.post(a_post(world, buttons=(RETRY, DROP)))
        await platform.edit(ref, a_post(world, "autrement", buttons=(CANCEL,)))
    await world.claire.demands(world.room.address, "m.reaction", 0)

    assert await pressed(world, ref, 1) == ["cancel:7"]


async def test_a_digit_without_a_choice_means_nothing(world: MatrixWorld) -> None:
    async with world.platform() as platform:
        ref = await platform.post(a_post(world, buttons=(RETRY,)))

    assert await pressed(world, ref, 2) == []


async def test_a_digit_on_a_person_s_message_means_nothing_whatever_it_claims(plain: MatrixWorld) -> None:
    forged = {"msgtype": "m.text", "body": "1️⃣ Retry", "bridge.buttons": ["retry:7"]}
    event = await plain.claire.sends(plain.room.address, "m.room.message", forged)

    assert await pressed(plain, PostedRef(plain.room, event), 1) == []


async def test_a_post_whose_choices_are_gone_has_none(world: MatrixWorld) -> None:
    async with world.platform() as platform:
        ref = await platform.post(a_post(world, buttons=(RETRY, DROP)))
        await platform.edit(ref, a_post(world, "fini"))

    [line] = await world.karim.shown(world.room.address)
    assert line.given(world.bot.user) == []
    assert await pressed(world, ref, 1) == []


async def test_where_nothing_may_be_taken_back_an_edit_goes_through_all_the_same(plain: MatrixWorld) -> None:
    async with plain.platform() as platform:
        ref = await platform.post(a_post(plain, buttons=(RETRY, DROP)))
        await plain.claire.demands(plain.room.address, "m.room.redaction", MODERATOR + 1)
        await platform.edit(ref, a_post(plain, "fini"))

    [line] = await plain.karim.shown(plain.room.address)
    assert line.text == "fini"


@pytest.mark.parametrize("alone", [True, False])
async def test_a_choice_beside_reactions_that_the_server_breaks_over_is_heard(plain: MatrixWorld, alone: bool) -> None:
    async with plain.platform() as platform:
        post = await platform.post(a_post(plain, buttons=(RETRY, DROP)))
    broken = [await plain.person_types(text) for text in (("un",) if alone else ("un", "deux"))]
    for ref in broken:
        await plain.karim.reacts(plain.room.address, ref.id, "1\ufe0f\u20e3")
        plain.proxy.plan(f"/relations/{ref.id}", BAD_GATEWAY, times=None)

    assert await pressed(plain, post, 2) == ["leave:7"]
    tried = [len(plain.proxy.asked(f"/relations/{ref.id}")) for ref in broken]
    assert tried == [TRIES + 1, 1][: len(broken)]
