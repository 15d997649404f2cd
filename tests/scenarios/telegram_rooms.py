"""Groups that the bot loses, that forbid it to write, and that move."""

from tests.doubles.telegram import Fault
from tests.relay_setting import DIALLO, PETIT, Setting
from tests.scenarios.scenario import on_telegram
from tests.scenarios.sending import HOUR
from tests.telegram.people import TEXT, answered, sent
from tests.telegram.relay import TelegramRelay

PUSHED = Setting(callbacks=True)
DESK = Setting(callbacks=True, desk=True)
ANSWER = 'Mme Durand, 06 12 34 56 78: "Yes."'


@on_telegram(PUSHED)
async def telegram_bot_kicked(relay: TelegramRelay) -> None:
    await sent(relay)
    room = relay.rooms["reception"]
    room.kicks_bot(relay.claire)
    await relay.settled()
    await answered(relay)
    await relay.later(HOUR)
    assert relay.posts() == []
    room.adds_bot(relay.claire, "administrator")
    await relay.later(60)
    assert relay.posts() == [ANSWER]


@on_telegram(DESK)
async def telegram_bot_kicked_with_a_desk(relay: TelegramRelay) -> None:
    await sent(relay)
    relay.rooms["reception"].kicks_bot(relay.claire)
    await relay.settled()
    await answered(relay)
    await relay.later(HOUR)
    assert relay.posts("desk") == ['Unknown number, 06 12 34 56 78: "Yes." Reply to this message to write back.']


@on_telegram(PUSHED)
async def telegram_bot_kicked_and_not_told(relay: TelegramRelay) -> None:
    await sent(relay)
    kicked = relay.telegram.script(
        Fault.refuses(403, "Forbidden: bot was kicked from the supergroup chat"),
        "*",
        None,
        chat=relay.rooms["reception"],
    )
    await answered(relay)
    tries = kicked.hits
    await relay.later(HOUR)
    assert kicked.hits == tries == 1
    kicked.cancel()
    relay.rooms["reception"].promotes_bot(relay.claire)
    await relay.later(60)
    assert relay.posts() == [ANSWER]


@on_telegram(PUSHED)
async def telegram_bot_kicked_from_a_forum(relay: TelegramRelay) -> None:
    relay.say_in_topic(TEXT)
    await relay.later(5)
    relay.forum.kicks_bot(relay.claire)
    await relay.settled()
    await answered(relay, DIALLO)
    await relay.later(HOUR)
    assert relay.posts(relay.forum) == []
    relay.forum.adds_bot(relay.claire, "administrator")
    await relay.later(60)
    assert relay.posts(relay.forum) == ['Mme Diallo, 06 12 34 56 80: "Yes."']


@on_telegram(PUSHED)
async def telegram_bot_muted(relay: TelegramRelay) -> None:
    await sent(relay)
    room = relay.rooms["reception"]
    room.mutes_bot(relay.claire)
    await relay.settled()
    await answered(relay)
    message = relay.say("Bring your papers.")
    await relay.later(60)
    assert relay.posts() == []
    room.promotes_bot(relay.claire)
    await relay.later(60)
    assert sorted(relay.posts()) == ["Delivered", ANSWER]  # reactions were forbidden too: a line tells for an hour
    assert relay.line("Delivered").reply_to is message


@on_telegram(PUSHED)
async def telegram_bot_muted_and_not_told(relay: TelegramRelay) -> None:
    await sent(relay)
    room = relay.rooms["reception"]
    muted = relay.telegram.script(
        Fault.refuses(400, "Bad Request: not enough rights to send text messages to the chat"), chat=room, times=None
    )
    await answered(relay)
    relay.say("Bring your papers.")
    await relay.later(HOUR)
    assert muted.hits == 1
    muted.cancel()
    room.promotes_bot(relay.claire)
    await relay.later(60)
    assert relay.posts() == [ANSWER]


@on_telegram(PUSHED)
async def telegram_topic_deleted(relay: TelegramRelay) -> None:
    relay.say_in_topic(TEXT)
    await relay.later(5)
    relay.forum.deletes_topic(relay.topic)
    await answered(relay, DIALLO)
    await relay.later(HOUR)
    assert relay.posts(relay.forum) == []


async def _before_the_move(relay: TelegramRelay) -> None:
    relay.say(TEXT, "volunteers")
    await relay.later(5)


async def _after_the_move(relay: TelegramRelay) -> None:
    """An answer to what was written before stands in the new group, and what is typed there leaves."""
    there = relay.rooms["volunteers"].migrated_to
    assert there is not None
    await answered(relay, PETIT)
    message = there.types(relay.claire, "Bring your boots.")  # type: ignore[attr-defined]
    await relay.later(120)
    assert [text for text in relay.posts(there) if "Yes." in text] == ['M. Petit, 06 12 34 56 79: "Yes."']
    assert relay.marks(message)[-1] == "🕊"
    assert [post.text for post in relay.ovh.records.accepted] == [TEXT, "Bring your boots."]


@on_telegram(PUSHED)
async def telegram_group_became_a_supergroup(relay: TelegramRelay) -> None:
    await _before_the_move(relay)
    relay.rooms["volunteers"].becomes_supergroup(relay.claire)
    await relay.settled()
    await _after_the_move(relay)


@on_telegram(PUSHED)
async def telegram_group_moved_and_the_new_one_speaks_first(relay: TelegramRelay) -> None:
    await _before_the_move(relay)
    old = relay.rooms["volunteers"]
    old.becomes_supergroup(relay.claire, announced=False)
    old.announces_move(relay.claire, new_first=True)
    await relay.settled()
    await _after_the_move(relay)


@on_telegram(PUSHED)
async def telegram_group_moved_and_only_a_refusal_tells(relay: TelegramRelay) -> None:
    await _before_the_move(relay)
    relay.rooms["volunteers"].becomes_supergroup(relay.claire, announced=False)
    await _after_the_move(relay)


@on_telegram(PUSHED)
async def telegram_group_moved_a_refusal_tells_and_then_messages(relay: TelegramRelay) -> None:
    await _before_the_move(relay)
    old = relay.rooms["volunteers"]
    old.becomes_supergroup(relay.claire, announced=False)
    await _after_the_move(relay)
    old.announces_move(relay.claire)
    await relay.later(60)


@on_telegram(Setting(hold=5))
async def telegram_group_moved_while_a_message_waits(relay: TelegramRelay) -> None:
    relay.say(TEXT, "volunteers")
    await relay.settled()
    there = relay.rooms["volunteers"].becomes_supergroup(relay.claire)
    await relay.later(60)
    assert [post.receivers for post in relay.ovh.records.accepted] == [(PETIT,)]
    assert there.texts
