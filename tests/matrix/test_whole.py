"""From a Matrix room to a telephone and back, plain and encrypted, on a real homeserver."""

from pathlib import Path

import pytest

from tests.matrix.relay import MatrixRelay
from tests.relay_setting import DIALLO, DURAND, PETIT, Setting
from tests.synapse import Synapse
from tests.telegram.people import answered, asked

pytestmark = pytest.mark.slow
TEXT = "Your appointment is at 9."
PUSHED = Setting(callbacks=True)
ROOMS = pytest.mark.parametrize(
    ("room", "number", "who"),
    [("reception", DURAND, "Mme Durand, 06 12 34 56 78"), ("ward", PETIT, "M. Petit, 06 12 34 56 79")],
    ids=["plain", "encrypted"],
)


@ROOMS
async def test_what_is_typed_leaves_is_marked_and_answered_and_the_answer_is_answered(
    tmp_path: Path, synapse: Synapse, room: str, number: str, who: str
) -> None:
    async with MatrixRelay(tmp_path, PUSHED, synapse=synapse) as relay:
        message = await relay.say(TEXT, room)
        await relay.later(60)
        assert await relay.mark(message, room) == ["✅"]
        await answered(relay, number, "Yes.")
        [answer] = await relay.lines(room)
        assert (answer.text, answer.reply_to) == (f'{who}: "Yes."', message)
        reply = await relay.say("See you then.", room, reply_to=answer.id)
        await relay.later(60)
        assert await relay.mark(reply, room) == ["✅"]
        assert [(one.text, one.receivers) for one in relay.ovh.records.accepted] == [
            (TEXT, (number,)),
            ("See you then.", (number,)),
        ]
        assert len({post["tag"] for post in asked(relay, "POST", "jobs")}) == 2
        await relay.check()


async def test_a_list_bears_one_mark_and_one_line_of_figures_that_is_edited(tmp_path: Path, synapse: Synapse) -> None:
    async with MatrixRelay(tmp_path, PUSHED, synapse=synapse) as relay:
        relay.ovh.number_does_not_exist(PETIT)
        message = await relay.say(TEXT, "everyone")
        await relay.later(120)
        assert await relay.mark(message, "everyone") == ["❌"]
        [summary] = [one for one in await relay.lines("everyone") if (one.text or "").startswith("Delivered")]
        assert (summary.text, summary.reply_to) == ("Delivered 2 of 3, failed 1", message)
        await relay.check()


@pytest.mark.parametrize("text", ["// Karim has the results.", "/remind me", "!sms nonsense"])
async def test_notes_and_commands_never_leave(tmp_path: Path, synapse: Synapse, text: str) -> None:
    async with MatrixRelay(tmp_path, PUSHED, synapse=synapse) as relay:
        await relay.say(text)
        await relay.later(60)
        assert relay.ovh.records.posts_seen == 0
        assert len(await relay.posts()) == (not text.startswith("//"))
        await relay.check()


async def test_a_command_sends_to_whom_it_names(tmp_path: Path, synapse: Synapse) -> None:
    async with MatrixRelay(tmp_path, PUSHED, synapse=synapse) as relay:
        message = await relay.say("!sms 06 12 34 56 80 The key is under the mat.")
        await relay.later(60)
        [sent] = relay.ovh.records.accepted
        assert (sent.receivers, sent.text) == ((DIALLO,), "The key is under the mat.")
        assert await relay.mark(message) == ["✅"]
        await relay.check()


async def test_a_choice_is_taken_by_a_tap_on_its_number(tmp_path: Path, synapse: Synapse) -> None:
    async with MatrixRelay(tmp_path, PUSHED, synapse=synapse) as relay:
        for room in ("reception", "ward"):
            await relay.say("Write to me@example.org", room)
        await relay.later(5)
        for room in ("reception", "ward"):
            [warning] = await relay.lines(room)
            [anyway] = [e for e, data in warning.meanings.items() if str(data).startswith("anyway:")]
            await relay.claire.reacts(relay.rooms[room], warning.id, warning.reactions[anyway][1])
        await relay.later(60)
        for room in ("reception", "ward"):
            assert "Sent anyway, as Claire wished" in str(await relay.posts(room))
        assert relay.ovh.records.posts_seen == 2  # though OVH refuses it
        await relay.check()
