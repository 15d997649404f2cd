"""Telegram in trouble: not reached, refused, shared with another program; answers wait in order."""

from tests.doubles.telegram import Fault
from tests.relay_setting import Setting
from tests.scenarios.scenario import on_telegram
from tests.scenarios.sending import HOUR
from tests.telegram.people import TEXT, answered, sent
from tests.telegram.relay import TelegramRelay

PUSHED = Setting(callbacks=True)
DAY = 24 * HOUR


@on_telegram(PUSHED)
async def telegram_down_for_hours(relay: TelegramRelay) -> None:
    await sent(relay)
    relay.say("Bring your papers.")
    await relay.settled()
    down = relay.telegram.script(Fault.broken(502), "*", None)
    for number in (1, 2, 3):
        await answered(relay, text=f"Number {number}.")
    await relay.later(2 * HOUR, step=1200)
    assert relay.posts() == []
    down.cancel()
    await relay.later(120)
    assert [post.split('"')[1] for post in relay.posts()] == ["Number 1.", "Number 2.", "Number 3."]


@on_telegram(PUSHED)
async def telegram_unplugged(relay: TelegramRelay) -> None:
    await sent(relay)
    await relay.telegram.unplug()
    await answered(relay)
    await relay.later(300)
    relay.say("Bring your papers.")
    await relay.telegram.plug_in()
    await relay.later(40)
    await relay.later(60)
    assert relay.posts() == ['Mme Durand, 06 12 34 56 78: "Yes."']


@on_telegram(PUSHED)
async def telegram_answer_lost(relay: TelegramRelay) -> None:
    await sent(relay)
    relay.telegram.script(Fault.reset(carried_out=True))
    await answered(relay)
    await relay.later(60)
    answer = 'Mme Durand, 06 12 34 56 78: "Yes."'
    assert relay.posts() == [answer, f"{answer} (possible repeat)"]


@on_telegram()
async def telegram_answer_to_a_notice_lost(relay: TelegramRelay) -> None:
    relay.telegram.script(Fault.broken(carried_out=True))
    relay.say("Your file: https://example.org/1234")
    await relay.later(600)
    assert len(relay.posts()) == 1


@on_telegram(PUSHED)
async def telegram_says_too_many(relay: TelegramRelay) -> None:
    await sent(relay)
    before = len(relay.telegram.called("sendMessage"))
    relay.telegram.script(Fault.rate_limited(30))
    await answered(relay)
    await relay.later(20)
    assert relay.posts() == []
    assert len(relay.telegram.called("sendMessage")) == before + 1
    await relay.later(60)
    assert len(relay.posts()) == 1


@on_telegram()
async def telegram_forbids_reactions(relay: TelegramRelay) -> None:
    relay.rooms["reception"].available_reactions = []
    message = relay.say(TEXT)
    await relay.later(60)
    assert [(line.text, line.reply_to) for line in relay.lines()] == [("Delivered", message)]


@on_telegram(PUSHED)
async def telegram_token_revoked(relay: TelegramRelay) -> None:
    relay.say(TEXT)
    await relay.settled()
    relay.telegram.revoke_token()
    relay.clock.leap(51)
    await relay.until(lambda: relay.trouble == "revoked")
    await relay.later(HOUR, step=600)
    assert (await relay.ready())["chats"] == {"telegram": "revoked"}
    relay.telegram.revoke_token(revoked=False)
    await relay.later(600)
    assert (await relay.ready())["chats"] == {"telegram": "ok"}


@on_telegram()
async def telegram_polled_by_another_program(relay: TelegramRelay) -> None:
    polled = len(relay.telegram.called("getUpdates"))
    relay.telegram.script(Fault.conflict(), "getUpdates", 3)
    relay.clock.leap(51)
    relay.say(TEXT)
    await relay.later(20)
    assert len(relay.telegram.called("getUpdates")) <= polled + 2
    await relay.later(300)


@on_telegram()
async def telegram_updates_taken_by_another_program(relay: TelegramRelay) -> None:
    await sent(relay)
    relay.telegram.updates.jump(3)
    relay.say("Bring your papers.")
    await relay.later(60)


@on_telegram()
async def telegram_ids_go_on_anywhere_after_a_quiet_week(relay: TelegramRelay) -> None:
    await sent(relay)
    for _ in range(16):
        await relay.later(12 * HOUR)
    relay.telegram.updates.restart(17)
    message = relay.say("Bring your papers.")
    await relay.later(60)
    assert relay.marks(message)[-1] == "🕊"


@on_telegram()
async def telegram_off_for_more_than_a_day(relay: TelegramRelay) -> None:
    await sent(relay)
    await relay.stop()
    relay.unheard.append(relay.say("Nobody will ever read this."))
    relay.clock.leap(30 * HOUR)
    message = relay.say("Bring your papers.")
    await relay.start()
    await relay.later(120)
    assert relay.marks(message)[-1] == "🕊"


@on_telegram()
async def telegram_off_for_an_hour(relay: TelegramRelay) -> None:
    await sent(relay)
    await relay.stop()
    message = relay.say("Bring your papers.")
    relay.clock.leap(HOUR)
    await relay.start()
    await relay.later(120)
    assert relay.marks(message)[-1] == "🕊"
