"""Posts as Matrix's rooms show them: pinned, split, edited, in threads, and with the letters that people type."""

import pytest

from bridge.adapters.matrix import MatrixPlatform
from bridge.adapters.matrix.sending import LONGEST
from bridge.domain.failures import OutcomeUnknown, Permanent, Refusal, Temporary
from bridge.domain.ids import ChatRef
from bridge.domain.marks import Status
from bridge.ports.chat import Button, Mark, PostedRef
from tests.contract.matrix_world import FAULTS, MODERATOR, MatrixWorld
from tests.contract.worlds import Break, a_post, posts
from tests.matrix.proxy import BAD_GATEWAY, Fault

RETRY = Button("retry:1", "Rées\ud83dsayer\nmaintenant")


async def relations(world: MatrixWorld) -> list[dict[str, object]]:
    return [
        line.content.get("m.relates_to", {})
        for line in await world.karim.shown(world.room.address)
        if line.sender == world.bot.user
    ]


async def test_halves_of_letters_are_replaced_wherever_they_stand(world: MatrixWorld, platform: MatrixPlatform) -> None:
    ref = await platform.post(a_post(world, "a\ud83d", buttons=(RETRY,), pinned=True))
    assert [(line.text, line.buttons) for line in await posts(world)] == [("a\ufffd", ("Rées\ufffdsayer maintenant",))]

    await platform.edit(ref, a_post(world, "b\udc00", buttons=(RETRY,)))
    question = await world.person_types("Vendredi ?")
    await world.claire.demands(world.room.address, "m.reaction", MODERATOR + 1)
    await platform.mark(Mark(question, Status.DELIVERED, "remis\ud83d"), None)

    assert [line.text for line in await posts(world)] == ["b\ufffd", "remis\ufffd"]


@pytest.mark.parametrize("letter", ["m", "é", "\U0001f469", '"', "\n"])
async def test_a_text_of_any_length_and_letters_is_shown_whole(
    world: MatrixWorld, platform: MatrixPlatform, letter: str
) -> None:
    text = "a" + letter * (LONGEST + 100) + "z"
    ref = await platform.post(a_post(world, text))

    shown = await posts(world)
    assert shown[0].id == ref.id
    assert len(shown) > 1
    assert "".join(line.text for line in shown).replace("\n", "") == text.replace("\n", "")


async def test_an_edit_of_a_split_post_changes_its_first_part_and_says_that_there_is_more(
    world: MatrixWorld, platform: MatrixPlatform
) -> None:
    ref = await platform.post(a_post(world, "mot " * LONGEST))
    before = await posts(world)
    await platform.edit(ref, a_post(world, "autre " * LONGEST))
    after = await posts(world)

    assert after[1:] == before[1:]
    assert after[0].text.startswith("autre autre")
    assert after[0].text.endswith("…")


async def test_what_is_pinned_stays_pinned_beside_the_post(world: MatrixWorld, platform: MatrixPlatform) -> None:
    before = await world.person_types("règles")
    await world.claire.sets(world.room.address, "m.room.pinned_events", {"pinned": [before.id]})
    post = a_post(world, pinned=True)
    ref = await platform.post(post)
    assert await platform.post(post) == ref

    assert await world.karim.pinned(world.room.address) == [before.id, ref.id]


@pytest.mark.parametrize("how", ["forbidden", Break.ERROR, Break.RATE])
async def test_a_post_that_cannot_be_pinned_is_a_post(plain: MatrixWorld, how: Break | str) -> None:
    if isinstance(how, Break):
        plain.proxy.plan("/state/m.room.pinned_events", FAULTS[how], method="PUT")
    else:
        await plain.claire.demands(plain.room.address, "m.room.pinned_events", MODERATOR + 1)
    async with plain.platform() as platform:
        await platform.post(a_post(plain, pinned=True))

    assert [(line.text, line.pinned) for line in await posts(plain)] == [("Oui, 9 h.", False)]


async def test_an_edit_of_what_is_no_event_is_refused(plain: MatrixWorld) -> None:
    async with plain.platform() as platform:
        with pytest.raises(Permanent) as caught:
            await platform.edit(PostedRef(plain.room, "12"), a_post(plain))
    assert caught.value.reason is Refusal.OTHER


async def test_an_answer_to_what_was_said_in_a_thread_stands_in_that_thread(
    world: MatrixWorld, platform: MatrixPlatform
) -> None:
    room, claire = world.room.address, world.claire
    root = await claire.types(room, "Vendredi ?")
    inside = await claire.types_in_thread(room, "Ou samedi ?", root)
    await platform.post(a_post(world, "mot " * LONGEST, reply_to=inside))

    thread = {"rel_type": "m.thread", "event_id": root, "m.in_reply_to": {"event_id": inside}}
    first, *others = await relations(world)
    assert first == thread | {"is_falling_back": False}
    assert others
    assert all(one == thread | {"is_falling_back": True} for one in others)


async def test_a_status_line_stands_in_the_thread_too(world: MatrixWorld, platform: MatrixPlatform) -> None:
    room, claire = world.room.address, world.claire
    await claire.demands(room, "m.reaction", MODERATOR + 1)
    root = await claire.types(room, "Vendredi ?")
    inside = await claire.types_in_thread(room, "Ou samedi ?", root)
    for on, word in ((root, "remis"), (inside, "en route")):
        mark = Mark(ChatRef(world.room, on), Status.DELIVERED, word)
        await platform.mark(mark, None)

    outside, within = await relations(world)
    assert outside == {"m.in_reply_to": {"event_id": root}}
    assert (within["rel_type"], within["event_id"]) == ("m.thread", root)


async def test_an_answer_to_what_is_no_more_is_an_answer_in_no_thread(plain: MatrixWorld) -> None:
    async with plain.platform() as platform:
        for number, gone in enumerate(("$" + "a" * 43, "..", "no event"), 1):
            await platform.post(a_post(plain, number=number, reply_to=gone))

    assert len(await posts(plain)) == 3


@pytest.mark.parametrize(
    "fault",
    [BAD_GATEWAY, Fault(403, "<html>blocked</html>", "text/html"), Fault(), Fault(hangs=True)],
    ids=["broken", "blocked", "cut", "late"],
)
async def test_an_answer_whose_thread_cannot_be_asked_about_is_put_beside_it(
    world: MatrixWorld, platform: MatrixPlatform, fault: Fault
) -> None:
    root = await world.claire.types(world.room.address, "Vendredi ?")
    inside = await world.claire.types_in_thread(world.room.address, "Ou samedi ?", root)
    world.proxy.plan("/event/", fault, times=None)
    await platform.post(a_post(world, number=1, reply_to=inside))
    world.proxy.heal()
    await platform.post(a_post(world, number=2, reply_to=inside))

    beside, within = await relations(world)
    assert beside == {"m.in_reply_to": {"event_id": inside}}
    assert (within["rel_type"], within["event_id"]) == ("m.thread", root)


async def test_while_the_whole_server_is_away_an_answer_waits_for_its_thread(plain: MatrixWorld) -> None:
    root = await plain.claire.types(plain.room.address, "Vendredi ?")
    inside = await plain.claire.types_in_thread(plain.room.address, "Ou samedi ?", root)
    async with plain.platform() as platform:
        await platform.post(a_post(plain, number=1))
        plain.proxy.plan("/", BAD_GATEWAY, times=None)
        for _ in range(3):
            with pytest.raises((Temporary, OutcomeUnknown)):
                await platform.post(a_post(plain, number=2, reply_to=inside))
            plain.clock.passed += 60
        plain.proxy.heal()
        await platform.post(a_post(plain, number=2, reply_to=inside))

    _, within = await relations(plain)
    assert (within["rel_type"], within["event_id"]) == ("m.thread", root)
