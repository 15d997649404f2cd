"""What people write on Telegram, and the power that fails while it is read."""

from tests.doubles.telegram import Fault, Message
from tests.relay_setting import PETIT, Setting
from tests.scenarios.scenario import on_telegram
from tests.telegram.people import TEXT, answered, sent
from tests.telegram.relay import TelegramRelay

PUSHED = Setting(callbacks=True)


async def polled_anew(relay: TelegramRelay) -> None:
    """The poll that was open has ended, and another one waits."""
    before = len(relay.telegram.called("getUpdates"))
    relay.clock.leap(51)
    await relay.until(lambda: len(relay.telegram.called("getUpdates")) > before)


async def cut_at(relay: TelegramRelay, method: str) -> None:
    """The power fails when Telegram has done this, and has not answered yet; then the bridge is started again."""
    await relay.until(lambda: relay.telegram.hanging)
    assert relay.telegram.calls[-1].method == method
    await relay.crash()
    relay.telegram.clear_faults()
    await relay.start()


@on_telegram()
async def telegram_cut_while_fetching(relay: TelegramRelay) -> None:
    relay.telegram.script(Fault.hang(carried_out=True), "getUpdates")
    await polled_anew(relay)
    message = relay.say(TEXT)
    await cut_at(relay, "getUpdates")
    await relay.later(60)
    assert relay.marks(message)[-1] == "🕊"


@on_telegram(Setting(hold=5))
async def telegram_cut_before_confirming(relay: TelegramRelay) -> None:
    message = relay.say(TEXT)
    await relay.until(relay.rows.jobs)
    await relay.crash()
    relay.telegram.updates.repeat()
    await relay.start()
    await relay.later(60)
    assert relay.marks(message)[-1] == "🕊"


@on_telegram(PUSHED)
async def telegram_cut_while_marking(relay: TelegramRelay) -> None:
    relay.telegram.script(Fault.hang(carried_out=True), "setMessageReaction")
    message = relay.say(TEXT)
    await cut_at(relay, "setMessageReaction")
    await relay.later(60)
    assert message.reactions == ["🕊"]


@on_telegram(PUSHED)
async def telegram_cut_while_posting(relay: TelegramRelay) -> None:
    await sent(relay)
    relay.telegram.script(Fault.hang(carried_out=True), "sendMessage")
    await relay.ovh.answer("+33612345678", "Yes.")
    await cut_at(relay, "sendMessage")
    await relay.later(60)
    answer = 'Mme Durand, 06 12 34 56 78: "Yes."'
    assert relay.posts() == [answer, f"{answer} (possible repeat)"]


@on_telegram(PUSHED)
async def telegram_replied_to_the_first_of_two(relay: TelegramRelay) -> None:
    await sent(relay, room="everyone")
    relay.telegram.script(Fault.hang(carried_out=True), "sendMessage")
    await relay.ovh.answer(PETIT, "Where is it?")
    await cut_at(relay, "sendMessage")
    await relay.later(60)
    first, second = (line for line in relay.lines("everyone") if "Where is it?" in line.text)
    for line in (first, second):
        relay.say("Rue de la Paix.", "everyone", reply_to=line)
    await relay.later(60)
    assert [post.receivers for post in relay.ovh.records.accepted][1:] == [(PETIT,), (PETIT,)]


@on_telegram()
async def telegram_cut_while_posting_a_notice(relay: TelegramRelay) -> None:
    relay.telegram.script(Fault.hang(carried_out=True), "sendMessage")
    relay.say("Your file: https://example.org/1234")
    await cut_at(relay, "sendMessage")
    await relay.later(60)
    assert len(relay.posts()) == 1


@on_telegram()
async def telegram_no_text(relay: TelegramRelay) -> None:
    relay.say("", kind="photo")
    relay.say("Look", kind="photo")
    relay.say("", kind="sticker")
    relay.say("", kind="location")
    relay.say("", kind="poll")
    await relay.later(60)


@on_telegram()
async def telegram_rich_text(relay: TelegramRelay) -> None:
    message = relay.say("Your appointment is at 9.\nBring your papers.", kind="rich")
    await relay.later(60)
    assert relay.ovh.records.accepted[0].text == "Your appointment is at 9.\nBring your papers."
    assert relay.marks(message)[-1] == "🕊"


@on_telegram(Setting(hold=5))
async def telegram_edited_in_time(relay: TelegramRelay) -> None:
    message = relay.say("Your appointment is at 8.")
    await relay.settled()
    relay.rooms["reception"].edits(message, TEXT)
    await relay.later(60)
    assert [post.text for post in relay.ovh.records.accepted] == [TEXT]


@on_telegram()
async def telegram_edited_too_late(relay: TelegramRelay) -> None:
    message = relay.say("Your appointment is at 8.")
    await relay.settled()
    relay.rooms["reception"].edits(message, TEXT)
    await relay.later(60)
    assert [post.text for post in relay.ovh.records.accepted] == ["Your appointment is at 8."]


@on_telegram()
async def telegram_edited_without_a_change(relay: TelegramRelay) -> None:
    message = relay.say(TEXT)
    await relay.settled()
    relay.rooms["reception"].edits(message)
    relay.rooms["reception"].reacts(relay.karim, message, "👍")
    await relay.later(60)


@on_telegram(Setting(hold=5))
async def telegram_deleted(relay: TelegramRelay) -> None:
    message = relay.say(TEXT)
    await relay.settled()
    relay.rooms["reception"].deletes(message)
    await relay.later(60)


@on_telegram(PUSHED)
async def telegram_answered_under_a_deleted_message(relay: TelegramRelay) -> None:
    message = relay.say(TEXT)
    await relay.later(5)
    relay.rooms["reception"].deletes(message)
    await answered(relay)
    assert _replied(relay) == [None]


@on_telegram()
async def telegram_poison(relay: TelegramRelay) -> None:
    relay.telegram.updates.poison("date")
    relay.telegram.updates.poison("chat")
    message = relay.say(TEXT)
    await relay.later(60)
    assert relay.marks(message)[-1] == "🕊"
    assert relay.rows.one("SELECT count(*) FROM set_aside") == 2


def _replied(relay: TelegramRelay) -> list[Message | None]:
    return [line.reply_to for line in relay.lines()]
