"""What is typed on Telegram and never becomes an SMS, each once through the whole bridge."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.doubles.telegram.people import EVERYDAY
from tests.relay_setting import DURAND, Setting
from tests.telegram.people import answered, sent
from tests.telegram.relay import TelegramRelay

pytestmark = pytest.mark.slow  # half a minute in all: `make check` leaves it to `make test`
WORDS = "Karim has the results."
Typing = Callable[[TelegramRelay], Awaitable[None]]


def typing(*, told: str | None = None) -> Callable[[Typing], "pytest.ParameterSet"]:
    """A way of typing after which nothing may have left; `told`: what the reception reads then, None: nothing."""

    def make(does: Typing) -> "pytest.ParameterSet":
        return pytest.param(does, told, id=does.__name__.replace("_", " "))

    return make


@typing()
async def an_internal_note(relay: TelegramRelay) -> None:
    relay.say(f"// {WORDS}")


@typing(told="is not a command")
async def an_unknown_command(relay: TelegramRelay) -> None:
    relay.say(f"/reminder {WORDS}")


@typing()
async def a_command_for_another_bot(relay: TelegramRelay) -> None:
    relay.say(f"/poll@other_bot {WORDS}")


@typing()
async def a_forwarded_message(relay: TelegramRelay) -> None:
    relay.say(WORDS, forwarded=relay.karim)


@typing()
async def a_message_forwarded_from_somebody_who_hides(relay: TelegramRelay) -> None:
    relay.say(WORDS, forwarded=True)


@typing()
async def a_post_of_the_linked_channel(relay: TelegramRelay) -> None:
    room = relay.rooms["reception"]
    room.channel_posts(relay.telegram.channel("News", linked=room), WORDS)


@typing()
async def a_channel_that_writes_as_itself(relay: TelegramRelay) -> None:
    relay.rooms["reception"].channel_posts(relay.telegram.channel("Somebody"), WORDS, automatic=False)


@typing()
async def another_bot(relay: TelegramRelay) -> None:
    relay.telegram.world.hears_bots = True
    relay.say(f"/start@relais_bot {WORDS}", by=relay.telegram.person("Robot", bot=True))


@typing(told="Picture not sent")
async def a_caption(relay: TelegramRelay) -> None:
    relay.say(WORDS, kind="photo")


@typing()
async def a_private_chat_with_the_bot(relay: TelegramRelay) -> None:
    relay.telegram.private(relay.claire).types(relay.claire, WORDS)


@typing()
async def a_group_that_nobody_mapped(relay: TelegramRelay) -> None:
    relay.say(WORDS, "elsewhere")


@typing()
async def the_general_topic_of_a_forum_whose_topic_is_mapped(relay: TelegramRelay) -> None:
    relay.forum.types(relay.claire, WORDS)


@typing()
async def a_topic_without_a_contact(relay: TelegramRelay) -> None:
    topic = relay.forum.opens_topic(relay.claire, "Holidays")
    relay.say_in_topic(WORDS, topic)


@typing()
async def what_nobody_writes(relay: TelegramRelay) -> None:
    room = relay.rooms["reception"]
    room.is_called(relay.claire, "Front desk")
    room.adds(relay.telegram.person("Zoé"))
    relay.forum.closes_topic(relay.claire, relay.topic)
    relay.forum.closes_topic(relay.claire, relay.topic, closed=False)


WAYS = [one for one in list(globals().values()) if hasattr(one, "values") and hasattr(one, "marks")]


@pytest.mark.parametrize(("does", "told"), WAYS)
async def test_nothing_leaves_of(does: Typing, told: str | None, tmp_path: Path) -> None:
    async with TelegramRelay(tmp_path) as relay:
        await does(relay)
        await relay.later(60)
        assert relay.ovh.records.posts_seen == 0
        assert len(relay.posts()) == (told is not None)
        assert told is None or told in relay.posts()[0]
        relay.check_invariants()


async def test_a_note_within_a_message_is_taken_out_and_the_rest_leaves(tmp_path: Path) -> None:
    async with TelegramRelay(tmp_path) as relay:
        relay.say("Please come at 9.\n// she was late twice\nBring your papers.")
        await relay.later(60)
        assert [one.text for one in relay.ovh.records.accepted] == ["Please come at 9.\nBring your papers."]
        relay.check_invariants()


async def test_what_stands_in_a_forum_s_general_topic_is_not_sent_and_that_is_told_once_a_day(tmp_path: Path) -> None:
    async with TelegramRelay(tmp_path) as relay:
        room = relay.rooms["everyone"]
        room.becomes_forum()
        relay.say(WORDS, "everyone")
        relay.unheard.append(relay.say(WORDS, "everyone"))
        await relay.later(60)
        assert relay.ovh.records.posts_seen == 0
        assert len(relay.posts("everyone")) == 1
        relay.check_invariants()


async def test_a_reply_to_a_colleague_or_to_oneself_is_between_colleagues(tmp_path: Path) -> None:
    async with TelegramRelay(tmp_path) as relay:
        first = relay.say("Please come at 9.")
        await relay.later(5)
        relay.say("Did she say yes?", by=relay.karim, reply_to=first)
        relay.say("Not yet.", reply_to=first)
        await relay.later(60)
        assert [one.text for one in relay.ovh.records.accepted] == ["Please come at 9."]
        assert relay.posts() == []
        relay.check_invariants()


async def test_a_reply_to_a_notice_of_the_bot_is_not_sent_and_that_is_told(tmp_path: Path) -> None:
    async with TelegramRelay(tmp_path) as relay:
        relay.say("Your file: https://example.org/1234")
        await relay.later(5)
        notice = relay.line("refuses links")
        relay.say(WORDS, reply_to=notice)
        await relay.later(60)
        assert relay.ovh.records.posts_seen == 0
        assert relay.posts()[-1].startswith("Not sent: the message you reply to")
        relay.check_invariants()


async def test_a_reply_to_the_line_that_stands_for_a_mark_is_not_sent_and_that_is_told(tmp_path: Path) -> None:
    async with TelegramRelay(tmp_path) as relay:
        relay.rooms["reception"].available_reactions = []
        relay.say("Please come at 9.")
        await relay.later(60)
        relay.say(WORDS, reply_to=relay.line("Delivered"))
        await relay.later(60)
        assert [one.text for one in relay.ovh.records.accepted] == ["Please come at 9."]
        assert relay.posts()[-1].startswith("Not sent: the message you reply to")
        relay.check_invariants()


async def test_quoted_words_are_not_sent_along(tmp_path: Path) -> None:
    async with TelegramRelay(tmp_path, Setting(callbacks=True)) as relay:
        await sent(relay, room="everyone")
        await answered(relay, DURAND, "At what time, and where?")
        answer = relay.line("At what time", "everyone")
        relay.say("At 9.", "everyone", reply_to=answer, quote={"text": "and where?", "position": 40})
        await relay.later(60)
        assert relay.ovh.records.accepted[-1].text == "At 9."
        relay.check_invariants()


async def test_an_edit_after_it_left_sends_nothing_and_is_told(tmp_path: Path) -> None:
    async with TelegramRelay(tmp_path) as relay:
        message = relay.say("Please come at 8.")
        await relay.later(60)
        relay.rooms["reception"].edits(message, "Please come at 9.")
        await relay.later(60)
        assert [one.text for one in relay.ovh.records.accepted] == ["Please come at 8."]
        assert relay.lines()[-1].reply_to is message
        assert relay.posts()[-1].startswith("Too late: the old text")
        relay.check_invariants()


async def test_an_administrator_who_stays_anonymous_is_of_the_team_and_is_sent(tmp_path: Path) -> None:
    async with TelegramRelay(tmp_path) as relay:
        relay.rooms["reception"].member_becomes(relay.karim, "administrator", rights=EVERYDAY, anonymous=True)
        message = relay.say("Please come at 9.", by=relay.karim)
        await relay.later(60)
        assert [one.text for one in relay.ovh.records.accepted] == ["Please come at 9."]
        assert relay.marks(message) == ["✍", "🕊"]
        relay.check_invariants()
