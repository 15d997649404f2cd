"""Somebody who is texted from a group and from a room: each answer stands where it belongs, and nowhere else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.both.relay import BothRelay
from tests.relay_setting import DURAND, PETIT, STRANGER, Setting
from tests.synapse import Synapse
from tests.telegram.people import answered

pytestmark = pytest.mark.slow
PUSHED = Setting(callbacks=True)
IN_GROUP, IN_ROOM = "Your appointment is at 9.", "Your papers are ready."
HOUR = 3600
NOW = 'Mme Durand, 06 12 34 56 78: "Yes."'


@pytest.fixture
async def relay(tmp_path: Path, synapse: Synapse) -> AsyncIterator[BothRelay]:
    async with BothRelay(tmp_path, PUSHED, synapse=synapse) as relay:
        yield relay


def tags(relay: BothRelay) -> dict[str, str]:
    """The tag under which OVH has each text."""
    return {post.text: post.tag for post in relay.ovh.records.accepted}


async def both_write(relay: BothRelay, first: str = "group") -> str:
    """Mrs Durand is texted from both, which is hers in each; gives the event in the room."""
    if first == "group":
        relay.groups.say(IN_GROUP)
        await relay.later(5)
    event = await relay.say(IN_ROOM)
    await relay.later(5)
    if first != "group":
        relay.groups.say(IN_GROUP)
        await relay.later(5)
    return event


async def test_each_answer_goes_to_the_room_whose_message_it_answers(relay: BothRelay) -> None:
    event = await both_write(relay)
    await answered(relay, DURAND, "At nine, yes.", tag=tags(relay)[IN_GROUP])
    await answered(relay, DURAND, "I fetch them.", tag=tags(relay)[IN_ROOM])
    await relay.later(60)
    [in_group] = relay.groups.lines()
    [in_room] = await relay.lines()
    assert in_group.text == 'Mme Durand, 06 12 34 56 78: "At nine, yes."'
    assert in_group.reply_to is not None
    assert in_group.reply_to.text == IN_GROUP
    assert (in_room.text, in_room.reply_to) == ('Mme Durand, 06 12 34 56 78: "I fetch them."', event)
    assert IN_ROOM not in str(relay.groups.rooms["reception"].texts)
    assert await relay.told() == []
    await relay.check()


@pytest.mark.parametrize("last", ["room", "group"])
async def test_an_answer_without_a_tag_goes_to_the_room_that_wrote_last(relay: BothRelay, last: str) -> None:
    await both_write(relay, "group" if last == "room" else "room")
    await answered(relay, DURAND, "Yes.", tag="")
    await relay.later(60)
    shown = [len(relay.groups.posts()), len(await relay.posts())]
    assert shown == ([0, 1] if last == "room" else [1, 0])
    await relay.check()


async def test_each_side_marks_with_its_own_signs(relay: BothRelay) -> None:
    relay.ovh.number_does_not_exist("+33612345679")
    message, event = relay.groups.say(IN_GROUP), await relay.say(IN_ROOM)
    in_group, in_room = relay.groups.say("Hello all.", "everyone"), await relay.say("Good evening all.", "everyone")
    await relay.later(120)
    assert relay.groups.marks(message) == ["✍", "🕊"]
    assert await relay.mark(event) == ["✅"]
    assert relay.groups.marks(in_group)[-1] == "💔"
    assert await relay.mark(in_room, "everyone") == ["❌"]
    assert relay.groups.posts("everyone")[0] == (await relay.posts("everyone"))[0] == "Delivered 2 of 3, failed 1"
    await relay.check()


async def test_replying_to_an_answer_leaves_from_where_it_stands(relay: BothRelay) -> None:
    await both_write(relay)
    await answered(relay, DURAND, "Which ones?", tag=tags(relay)[IN_ROOM])
    answer = await relay.line("Which ones?")
    reply = await relay.say("The blue ones.", reply_to=answer.id)
    await relay.later(5)
    await answered(relay, DURAND, "Thank you.", tag="")
    await relay.later(60)
    assert await relay.mark(reply) == ["✅"]
    assert 'Mme Durand, 06 12 34 56 78: "Thank you."' in await relay.posts()
    assert relay.groups.posts() == []
    await relay.check()


async def test_what_answers_an_encrypted_room_is_said_there_alone_and_sealed(relay: BothRelay) -> None:
    relay.groups.say("Bring your boots.", "volunteers")
    await relay.later(5)
    event = await relay.say(IN_ROOM, "ward")
    await relay.later(5)
    relay.groups.say("And your gloves.", "volunteers")
    await relay.later(5)
    await answered(relay, PETIT, "Which papers?", tag=tags(relay)[IN_ROOM])
    await relay.later(60)
    [answer] = await relay.lines("ward")
    assert (answer.text, answer.reply_to) == ('M. Petit, 06 12 34 56 79: "Which papers?"', event)
    assert answer.encrypted
    assert relay.groups.posts("volunteers") == []
    await relay.check()


async def test_a_stranger_is_shown_at_the_desk_wherever_that_is_and_answered_from_there(
    tmp_path: Path, synapse: Synapse
) -> None:
    async with BothRelay(tmp_path, Setting(callbacks=True, desk=True), synapse=synapse) as relay:
        await answered(relay, STRANGER, "Is it for tomorrow?")
        shown = await relay.line("Is it for tomorrow?", "desk")
        await relay.say("Yes, at 9.", "desk", reply_to=shown.id)
        await relay.later(60)
        assert [one.receivers for one in relay.ovh.records.accepted] == [(STRANGER,)]
        assert await relay.told() == []
        await relay.check()


@pytest.mark.parametrize("side", ["room", "group"])
async def test_stop_is_told_wherever_that_person_was_texted_and_nobody_texts_them_any_more(
    relay: BothRelay, side: str
) -> None:
    await both_write(relay)
    await answered(relay, DURAND, "Stop", tag=tags(relay)[IN_ROOM if side == "room" else IN_GROUP])
    await relay.later(60)
    message, event = relay.groups.say("Are you coming?"), await relay.say("Are you coming, Mrs Durand?")
    await relay.later(60)
    assert [post.text for post in relay.ovh.records.accepted] == [IN_GROUP, IN_ROOM]
    assert relay.groups.marks(message) == ["💔"]
    assert await relay.mark(event) == ["❌"]
    came, refused = (
        'Mme Durand, 06 12 34 56 78: "Stop"',
        "Not sent: Mme Durand answered STOP and gets no more SMS. Please call.",
    )
    stopped = "Mme Durand answered STOP: no {} can text them any more. To reach them, call."
    in_group, in_room = [stopped.format("group"), refused], [stopped.format("room"), refused]
    (in_room if side == "room" else in_group).insert(0, came)
    assert relay.groups.posts() == in_group
    assert await relay.posts() == in_room
    await relay.check()


# --- a room that cannot be shown anything ------------------------------------------------------------------------
@pytest.mark.parametrize("late", [False, True], ids=["the group wrote lately", "the group wrote two days ago"])
async def test_an_answer_to_a_room_that_lost_the_bot_takes_the_next_rule(relay: BothRelay, late: bool) -> None:
    relay.groups.say(IN_GROUP)
    await relay.later(11 * HOUR if late else 5)  # and no longer, for the homeserver's clock does not leap
    await relay.say(IN_ROOM)
    for _ in range(3):
        await relay.later(13 * HOUR if late else 5)
    await relay.claire.kicks(relay.rooms["reception"], relay.bot.user)
    await relay.settled()
    await answered(relay, DURAND, "Yes.", tag=tags(relay)[IN_ROOM])
    await relay.later(60)
    elsewhere = f"{NOW} (answers an SMS that was not written here)"
    assert relay.groups.posts() == ([] if late else [elsewhere])
    told = await relay.told()
    place = f"The room matrix:{relay.rooms['reception']} is out of reach: the bot was removed from it"
    assert told[0].startswith(place)
    assert len(told) == (2 if late else 1)
    assert "Yes." not in str(told)
    await relay.claire.invites(relay.rooms["reception"], relay.bot.user)
    await relay.later(60)
    assert await relay.posts() == ([NOW] if late else [])
    await relay.check()


async def test_an_answer_to_a_group_that_lost_the_bot_is_shown_in_the_room(relay: BothRelay) -> None:
    await both_write(relay)
    relay.groups.rooms["reception"].kicks_bot(relay.groups.claire)
    await relay.settled()
    await answered(relay, DURAND, "Yes.", tag=tags(relay)[IN_GROUP])
    await relay.later(60)
    assert await relay.posts() == [f"{NOW} (answers an SMS that was not written here)"]
    await relay.check()
