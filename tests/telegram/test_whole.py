"""From a group to a telephone and back, with nothing going wrong."""

from pathlib import Path

import pytest

from tests.relay_setting import DIALLO, DURAND, PETIT, STRANGER, Setting
from tests.telegram.people import answered, asked
from tests.telegram.relay import TelegramRelay

pytestmark = pytest.mark.slow  # some seconds in all: `make check` leaves it to `make test`
TEXT = "Your appointment is at 9."
CALLBACKS = pytest.mark.parametrize("callbacks", [False, True], ids=["polled", "called back"])


async def test_what_is_typed_in_a_group_leaves_as_one_request_with_a_tag_that_people_can_answer(tmp_path: Path) -> None:
    async with TelegramRelay(tmp_path) as relay:
        relay.say(TEXT)
        relay.say("Rehearsal is at eight.", "everyone")
        relay.say("Bring your boots.", "volunteers")
        relay.say_in_topic("The key is under the mat.")
        await relay.later(60)
        sent = {one.text: one for one in relay.ovh.records.accepted}
        assert {text: one.receivers for text, one in sent.items()} == {
            TEXT: (DURAND,),
            "Rehearsal is at eight.": (DURAND, PETIT, DIALLO),
            "Bring your boots.": (PETIT,),
            "The key is under the mat.": (DIALLO,),
        }
        posts = asked(relay, "POST", "jobs")
        assert len(posts) == 4
        assert len({post["tag"] for post in posts}) == 4
        assert all(post["senderForResponse"] is True for post in posts)
        assert relay.rows.outcome() == "6 delivered"
        relay.check_invariants()


async def test_a_message_bears_first_the_pen_then_the_dove(tmp_path: Path) -> None:
    async with TelegramRelay(tmp_path) as relay:
        message = relay.say(TEXT)
        await relay.later(60)
        assert relay.marks(message) == ["✍", "🕊"]
        assert message.reactions == ["🕊"]
        assert relay.posts() == []
        relay.check_invariants()


async def test_a_message_that_must_wait_bears_the_eyes_three_seconds_after_its_hold(tmp_path: Path) -> None:
    async with TelegramRelay(tmp_path, Setting(hold=5)) as relay:
        await relay.ovh.unplug()
        message = relay.say(TEXT)
        await relay.later(7)
        assert relay.marks(message) == []
        await relay.later(2)
        assert relay.marks(message) == ["👀"]
        await relay.ovh.plug_in()
        await relay.later(120)
        assert relay.marks(message) == ["👀", "✍", "🕊"]
        relay.check_invariants()


async def test_a_list_bears_one_mark_and_one_line_of_figures_that_is_edited(tmp_path: Path) -> None:
    async with TelegramRelay(tmp_path) as relay:
        relay.ovh.number_does_not_exist(PETIT)
        message = relay.say(TEXT, "everyone")
        await relay.later(120)
        assert relay.marks(message) == ["✍", "💔"]
        summaries = [one for one in relay.lines("everyone") if one.text.startswith("Delivered")]
        assert [one.text for one in summaries] == ["Delivered 2 of 3, failed 1"]
        assert summaries[0].reply_to is message
        relay.check_invariants()


@CALLBACKS
async def test_an_answer_stands_once_under_the_message_that_it_answers(tmp_path: Path, callbacks: bool) -> None:
    async with TelegramRelay(tmp_path, Setting(callbacks=callbacks)) as relay:
        message = relay.say(TEXT)
        await relay.later(5)
        await answered(relay, DURAND, "Yes.")
        await relay.later(200)
        assert [(one.text, one.reply_to) for one in relay.lines()] == [
            ('Mme Durand, 06 12 34 56 78: "Yes."', message),
        ]
        relay.check_invariants()


async def test_an_answer_to_a_topic_stands_in_that_topic(tmp_path: Path) -> None:
    async with TelegramRelay(tmp_path, Setting(callbacks=True)) as relay:
        message = relay.say_in_topic(TEXT)
        await relay.later(5)
        await answered(relay, DIALLO, "Yes.")
        assert [(one.topic, one.reply_to) for one in relay.lines(relay.forum)] == [(relay.topic, message)]
        relay.check_invariants()


async def test_replying_to_one_person_s_answer_in_a_list_writes_to_that_person_alone(tmp_path: Path) -> None:
    async with TelegramRelay(tmp_path, Setting(callbacks=True)) as relay:
        relay.say(TEXT, "everyone")
        await relay.later(5)
        await answered(relay, PETIT, "Where is it?")
        answer = relay.line("Where is it?", "everyone")
        reply = relay.say("Rue de la Paix.", "everyone", reply_to=answer)
        await relay.later(60)
        assert relay.ovh.records.accepted[-1].receivers == (PETIT,)
        assert relay.ovh.records.accepted[-1].text == "Rue de la Paix."
        assert relay.marks(reply) == ["✍", "🕊"]
        relay.check_invariants()


async def test_a_stranger_is_shown_at_the_desk_and_answered_from_there(tmp_path: Path) -> None:
    async with TelegramRelay(tmp_path, Setting(callbacks=True, desk=True)) as relay:
        await answered(relay, STRANGER, "Is it for tomorrow?")
        shown = relay.line("Is it for tomorrow?", "desk")
        assert shown.text.startswith("Unknown number, 06 98 76 54 32")
        relay.say("Yes, at 9.", "desk", reply_to=shown)
        await relay.later(60)
        assert [one.receivers for one in relay.ovh.records.accepted] == [(STRANGER,)]
        relay.check_invariants()


@CALLBACKS
async def test_reports_are_believed_when_ovh_calls_and_fetched_when_it_does_not(
    tmp_path: Path, callbacks: bool
) -> None:
    async with TelegramRelay(tmp_path, Setting(callbacks=callbacks)) as relay:
        message = relay.say(TEXT)
        await relay.later(5)
        await relay.later(600)
        pulled = [path for _, method, path in relay.asked if method == "GET" and path.startswith("outgoing/")]
        assert bool(pulled) is not callbacks
        assert message.reactions == ["🕊"]
        relay.check_invariants()


async def test_forged_callbacks_change_nothing(tmp_path: Path) -> None:
    async with TelegramRelay(tmp_path, Setting(callbacks=True, delivery_after=None)) as relay:
        message = relay.say(TEXT)
        await relay.later(5)
        (ovh_id,) = relay.ovh.books().outgoing
        secret = str(relay.ovh.books().call_back)
        forged = secret.rsplit("/", 2)[0] + "/not-the-secret/report"
        query = {"id": str(ovh_id), "dlr": "1", "ptt": "4"}
        assert (await relay.ovh.push_raw(forged, query=query)).status == 404
        told = {"id": "77", "senderid": DURAND, "message": "Send me the results.", "tag": ""}
        reply = str(relay.ovh.books().reply_url)
        assert (await relay.ovh.push_raw(reply, "POST", body=told)).status == 200  # asked for, and not there
        assert (await relay.ovh.push_raw(reply.replace("accueil", "nobody"), "POST", body=told)).status == 404
        await relay.later(600)
        assert relay.rows.outcome() == "accepted, answer dropped"
        assert relay.marks(message) == ["✍"]
        assert relay.posts() == []
        relay.check_invariants()
