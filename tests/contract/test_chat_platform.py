"""What every ChatPlatform does alike, whichever chat is behind it: the half that speaks."""

import pytest

from bridge.domain.failures import Permanent
from bridge.domain.ids import ChatRef, PostId
from bridge.domain.marks import Status, Summary
from bridge.ports.chat import Button, ChatPlatform, Mark, Post
from tests.contract.worlds import ChatWorld, a_post, posts

HOSTILE = "<b>gras</b> & <script>alert(1)</script> *a* _b_ `c` [d](http://e) @everyone {{7*7}} %s {0}"
RETRY, DROP = Button("retry:1", "Réessayer"), Button("drop:1", "Laisser")


async def mark_of(world: ChatWorld, ref: ChatRef) -> str | None:
    [line] = [line for line in await world.shown() if line.id == ref.id]
    return line.mark


async def test_a_post_stands_in_its_room_under_the_id_that_was_given_back(
    world: ChatWorld, platform: ChatPlatform
) -> None:
    ref = await platform.post(a_post(world, "Mme Durand : Oui, 9 h."))

    assert [(line.id, line.text) for line in await posts(world)] == [(ref.id, "Mme Durand : Oui, 9 h.")]
    assert ref.room == world.room


async def test_a_post_answers_the_message_that_it_names(world: ChatWorld, platform: ChatPlatform) -> None:
    question = await world.person_types("Vendredi 9 h ?")

    await platform.post(a_post(world, reply_to=question.id))

    [line] = await posts(world)
    assert line.reply_to == question.id


async def test_a_post_shows_its_buttons_and_can_be_pinned(world: ChatWorld, platform: ChatPlatform) -> None:
    await platform.post(a_post(world, buttons=(RETRY, DROP), pinned=True))

    [line] = await posts(world)
    assert line.buttons == ("Réessayer", "Laisser")
    assert line.pinned


async def test_posts_keep_their_order(world: ChatWorld, platform: ChatPlatform) -> None:
    for number in range(1, 6):
        await platform.post(a_post(world, f"{number}", number))

    assert [line.text for line in await posts(world)] == ["1", "2", "3", "4", "5"]


async def test_the_same_post_twice_is_one_where_the_platform_says_so(world: ChatWorld, platform: ChatPlatform) -> None:
    first = await platform.post(a_post(world))
    second = await platform.post(a_post(world))

    assert len(await posts(world)) == (1 if platform.idempotent else 2)
    assert (first == second) is platform.idempotent


async def test_two_posts_of_the_same_words_are_two(world: ChatWorld, platform: ChatPlatform) -> None:
    await platform.post(a_post(world, "Oui", 1))
    await platform.post(a_post(world, "Oui", 2))

    assert [line.text for line in await posts(world)] == ["Oui", "Oui"]


async def test_an_edit_replaces_text_and_buttons(world: ChatWorld, platform: ChatPlatform) -> None:
    ref = await platform.post(a_post(world, "remis 0 sur 3", buttons=(RETRY, DROP)))

    await platform.edit(ref, a_post(world, "remis 2 sur 3, échec 1", buttons=(RETRY,)))

    [line] = await posts(world)
    assert (line.id, line.text, line.buttons) == (ref.id, "remis 2 sur 3, échec 1", ("Réessayer",))


async def test_an_edit_that_changes_nothing_is_a_success(world: ChatWorld, platform: ChatPlatform) -> None:
    ref = await platform.post(a_post(world))

    await platform.edit(ref, a_post(world))

    assert [line.text for line in await posts(world)] == ["Oui, 9 h."]


async def test_a_mark_takes_the_place_of_the_one_before(world: ChatWorld, platform: ChatPlatform) -> None:
    ref = await world.person_types("Vendredi 9 h ?")
    accepted = Mark(ref, Status.ACCEPTED, "en route")
    delivered = Mark(ref, Status.DELIVERED, "remis", Summary(3, 3, 0, 0, 0))

    first = await platform.mark(accepted, None)
    assert await mark_of(world, ref) == world.drawn(accepted)
    await platform.mark(delivered, first)

    assert await mark_of(world, ref) == world.drawn(delivered) != world.drawn(accepted)


async def test_the_same_mark_twice_is_harmless(world: ChatWorld, platform: ChatPlatform) -> None:
    ref = await world.person_types("Vendredi 9 h ?")
    mark = Mark(ref, Status.DELIVERED, "remis")

    first = await platform.mark(mark, None)
    await platform.mark(mark, None)  # the first one's outcome was never written down
    await platform.mark(mark, first)

    assert await mark_of(world, ref) == world.drawn(mark)
    assert len(await world.shown()) == 1


async def test_a_cancelled_message_shows_what_the_platform_draws_for_it(
    world: ChatWorld, platform: ChatPlatform
) -> None:
    ref = await world.person_types("Vendredi 9 h ?")
    first = await platform.mark(Mark(ref, Status.QUEUED, "en attente"), None)

    cancelled = Mark(ref, Status.CANCELLED, "annulé")
    await platform.mark(cancelled, first)

    assert await mark_of(world, ref) == world.drawn(cancelled)


async def test_a_mark_on_what_is_not_there_is_refused_for_good(world: ChatWorld, platform: ChatPlatform) -> None:
    with pytest.raises(Permanent):
        await platform.mark(Mark(ChatRef(world.room, "999999"), Status.ACCEPTED, "en route"), None)


async def test_a_room_that_moved_is_written_to_at_its_new_address(world: ChatWorld, platform: ChatPlatform) -> None:
    there = await world.move_room()

    await platform.post(Post(PostId(1), there, "Oui"))

    assert [line.text for line in await posts(world, there)] == ["Oui"]


async def test_hostile_text_stays_text(world: ChatWorld, platform: ChatPlatform) -> None:
    await platform.post(a_post(world, HOSTILE, buttons=(Button("x", HOSTILE[:39]),)))

    [line] = await posts(world)
    assert line.text == HOSTILE
    assert line.buttons == (HOSTILE[:39],)


@pytest.mark.parametrize("text", ["👩🏽‍⚕️ ô ç ﷽ \u202e", "deux\n\nlignes\ttab", "  autour  "])
async def test_every_letter_is_posted(world: ChatWorld, platform: ChatPlatform, text: str) -> None:
    await platform.post(a_post(world, f"«{text}»"))

    kept = text.translate(world.can.respells)
    assert [line.text for line in await posts(world)] == [f"«{kept}»"]


async def test_half_a_letter_is_shown_as_a_replacement_and_fails_nothing(
    world: ChatWorld, platform: ChatPlatform
) -> None:
    await platform.post(a_post(world, "a\ud83db"))

    assert [line.text for line in await posts(world)] == ["a\ufffdb"]


async def test_a_long_text_is_shown_whole(world: ChatWorld, platform: ChatPlatform) -> None:
    text = " ".join(f"mot{number}" for number in range(2000))

    await platform.post(a_post(world, text))

    assert " ".join(line.text for line in await posts(world)).split() == text.split()


async def test_a_contact_has_a_place_of_its_own_or_the_platform_says_no(
    world: ChatWorld, platform: ChatPlatform
) -> None:
    if not world.can.opens_conversations:
        with pytest.raises(Permanent):
            await platform.open_conversation(world.room, "Mme Durand")
        return
    place = await platform.open_conversation(world.room, "Mme Durand")
    await platform.post(Post(PostId(1), place, "Oui"))
    assert place != world.room
    assert [line.text for line in await posts(world, place)] == ["Oui"]


async def test_check_finds_nothing_wrong_where_nothing_is(world: ChatWorld, platform: ChatPlatform) -> None:
    findings = await platform.check({})

    assert findings
    assert {finding.level for finding in findings} == {"ok"}


async def test_check_tells_of_a_chat_that_cannot_be_reached(world: ChatWorld) -> None:
    async with world.unreachable() as platform:
        findings = await platform.check({})

    assert "error" in {finding.level for finding in findings}
