"""The chat server in trouble: answers wait in order, nothing is shown twice."""

from bridge.sandbox.chat import Trouble
from tests.relay import Relay
from tests.relay_setting import DURAND, Setting
from tests.scenarios.replies import DESK, PUSHED, answered, polled, sent
from tests.scenarios.scenario import scenario
from tests.scenarios.sending import HOUR, TEXT


@scenario(PUSHED)
async def chat_answers_503(relay: Relay) -> None:
    await sent(relay)
    relay.chat.mischief.plan("post", Trouble.ERROR_BEFORE, 3)
    await answered(relay)
    await relay.later(120)


@scenario(PUSHED)
async def chat_says_too_many(relay: Relay) -> None:
    await sent(relay)
    relay.chat.mischief.plan("post", Trouble.RATE, retry_after=30)
    await answered(relay)
    await relay.later(20)
    assert relay.posts() == []
    await relay.later(60)


@scenario(PUSHED)
async def chat_answer_lost(relay: Relay) -> None:
    await sent(relay)
    relay.chat.mischief.plan("post", Trouble.RESET_AFTER, 2)
    relay.chat.mischief.plan("mark", Trouble.ERROR_AFTER, 2)
    await answered(relay)
    await relay.later(120)
    assert len(relay.posts()) == 1


@scenario(PUSHED)
async def chat_down_for_hours(relay: Relay) -> None:
    await sent(relay)
    relay.chat.mischief.plan("post", Trouble.ERROR_BEFORE, 10_000)
    relay.chat.mischief.plan("mark", Trouble.ERROR_BEFORE, 10_000)
    for number in (1, 2, 3):
        await answered(relay, text=f"Number {number}.")
    await relay.later(2 * HOUR, step=1200)
    relay.chat.mischief.relent()
    await relay.later(120)
    assert [post.split('"')[1] for post in relay.posts()] == ["Number 1.", "Number 2.", "Number 3."]


@scenario()
async def chat_cannot_be_read(relay: Relay) -> None:
    relay.chat.mischief.plan("events", Trouble.ERROR_BEFORE, 2)
    relay.chat.mischief.plan("events", Trouble.GARBAGE)
    relay.chat.mischief.plan("events", Trouble.UNAUTHORIZED)
    relay.clock.leap(30)
    relay.say(TEXT)
    for _ in range(4):
        relay.clock.leap(40)
        await relay.until(lambda: True)
    await relay.until(relay.rows.jobs)
    await relay.later(60)


@scenario()
async def chat_repeats_itself(relay: Relay) -> None:
    await sent(relay)
    relay.chat.mischief.plan("events", Trouble.REPEATED, 2)
    relay.say("Bring your papers.")
    await relay.later(60)


@scenario()
async def poison_among_events(relay: Relay) -> None:
    relay.chat.mischief.plan("events", Trouble.POISON, 2)
    relay.say(TEXT)  # ends the poll that had begun before
    await relay.later(60)
    relay.say("Bring your papers.")
    await relay.later(60)


@scenario(PUSHED)
async def bot_removed(relay: Relay) -> None:
    await sent(relay)
    relay.chat.remove_bot("reception")
    await relay.settled()
    await relay.ovh.answer(DURAND, "Yes.")
    await relay.later(60)
    assert relay.posts() == []
    relay.chat.restore_bot("reception")
    await relay.later(60)
    assert relay.posts() == ['Mme Durand, 06 12 34 56 78: "Yes."']


@scenario(PUSHED)
async def bot_removed_for_days(relay: Relay) -> None:
    await sent(relay)
    relay.chat.remove_bot("reception")
    await relay.settled()
    await answered(relay, tag="")
    await relay.later(72 * HOUR, step=12 * HOUR)
    await sent(relay, "everyone")
    await relay.stop()
    await relay.start()
    await relay.settled()
    assert relay.posts("everyone") == ["Delivered 3 of 3"]
    relay.chat.restore_bot("reception")
    await relay.later(60)
    assert len(relay.posts()) == 1


@scenario(DESK)
async def bot_removed_with_a_desk(relay: Relay) -> None:
    await sent(relay)
    relay.chat.remove_bot("reception")
    await relay.settled()
    await relay.ovh.answer(DURAND, "Yes.")
    await relay.later(60)
    assert len(relay.posts("desk")) == 1


@scenario(PUSHED)
async def bot_may_not_write(relay: Relay) -> None:
    await sent(relay)
    relay.chat.mute_bot("reception")
    await answered(relay)
    await relay.later(60)
    assert relay.posts() == []
    relay.chat.restore_bot("reception")
    await relay.later(60)
    assert len(relay.posts()) == 1


@scenario(PUSHED)
async def room_moved(relay: Relay) -> None:
    await sent(relay)
    relay.chat.move_room("reception", "reception-2")
    await relay.settled()
    await answered(relay)
    assert len(relay.posts("reception-2")) == 2
    relay.say(TEXT, "reception-2")
    await relay.later(60)


@scenario()
async def off_while_answers_come(relay: Relay) -> None:
    await sent(relay)
    await relay.stop()
    relay.say("Bring your papers.")
    await relay.ovh.answer(DURAND, "Yes.")
    relay.clock.leap(600)
    await relay.start()
    await polled(relay)
    await relay.later(60)
    assert len(relay.posts()) == 1


@scenario(Setting(expires_after="1h"))
async def off_for_too_long(relay: Relay) -> None:
    await relay.stop()
    relay.say(TEXT)
    relay.clock.leap(2 * HOUR)
    await relay.start()
    await relay.later(120)
