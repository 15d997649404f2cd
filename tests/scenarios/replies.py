"""Answers: doubled, in other forms, from strangers, unreadable, forged; and STOP."""

from bridge.sandbox.ovh import Fault
from tests.relay import Relay
from tests.relay_setting import DURAND, PETIT, STRANGER, Setting
from tests.scenarios.scenario import scenario
from tests.scenarios.sending import HOUR, TEXT

PUSHED = Setting(callbacks=True)
DESK = Setting(callbacks=True, desk=True)
POLL = 61.0
"""Seconds until answers were asked for again."""


async def sent(relay: Relay, room: str = "reception") -> None:
    """A message that arrived."""
    relay.say(TEXT, room)
    await relay.later(5)


async def answered(relay: Relay, number: str = DURAND, text: str = "Yes.", **more: str) -> None:
    """An answer that was taken in, pushed or polled."""
    await relay.settled()
    before = relay.rows.one("SELECT count(*) FROM reply")
    await relay.ovh.answer(number, text, **more)
    if not relay.setting.callbacks:
        relay.clock.leap(POLL)
    await relay.until(lambda: relay.rows.one("SELECT count(*) FROM reply") > before)
    await relay.settled()


async def polled(relay: Relay) -> None:
    """Answers were asked for once more."""
    await relay.settled()
    now = relay.clock.now()
    relay.clock.leap(POLL)
    await relay.until(lambda: (relay.rows.polled_at() or now) > now)
    await relay.settled()


@scenario()
async def reply_polled(relay: Relay) -> None:
    await sent(relay)
    await answered(relay)
    await relay.later(60)
    assert relay.posts() == ['Mme Durand, 06 12 34 56 78: "Yes."']


@scenario(PUSHED)
async def replies_doubled(relay: Relay) -> None:
    await sent(relay)
    await answered(relay)
    for _ in range(3):
        assert (await relay.ovh.pushes.again(relay.ovh.pushes.log[-1])).status == 200
    for _ in range(3):
        await polled(relay)
    await relay.stop()
    await relay.start()
    await polled(relay)
    assert len(relay.posts()) == 1


@scenario(PUSHED)
async def replies_in_other_forms(relay: Relay) -> None:
    await sent(relay)
    for sender_format in ("0033", "33", "06"):
        await answered(relay, text=sender_format, sender_format=sender_format, tag="")
    assert len(relay.posts()) == 3
    assert all("Mme Durand" in post for post in relay.posts())


@scenario(DESK)
async def stranger_with_a_desk(relay: Relay) -> None:
    await answered(relay, STRANGER, "Is it for tomorrow?")
    assert len(relay.posts("desk")) == 1
    post = relay.post("stranger")
    relay.say("Yes, at 9.", "desk", reply_to=post.id)
    await relay.later(60)
    assert relay.ovh.records.accepted[0].receivers == (STRANGER,)


@scenario(PUSHED)
async def stranger_without_a_desk(relay: Relay) -> None:
    await answered(relay, STRANGER, "Is it for tomorrow?")
    assert "tomorrow" not in " ".join(relay.posts("operations"))


@scenario(PUSHED)
async def stranger_and_then_a_desk(relay: Relay) -> None:
    await answered(relay, STRANGER, "Is it for tomorrow?")
    await relay.stop()
    relay.change(desk=True)
    await relay.start()
    await relay.later(60)
    assert len(relay.posts("desk")) == 1


@scenario(DESK)
async def reply_unreadable(relay: Relay) -> None:
    await sent(relay)
    odd = relay.ovh.script(Fault.answers(200, b'{"id": "?"}'), on="GET incoming/*", times=None)
    await answered(relay)
    await relay.ovh.answer(DURAND, "And another.")
    await relay.later(30)
    assert relay.posts() == []
    odd.cancel()
    await relay.later(600)
    assert len(relay.posts()) == 2


@scenario(PUSHED)
async def reply_forged(relay: Relay) -> None:
    await sent(relay)
    url = str(relay.ovh.books().reply_url)
    forged = {"id": "77", "senderid": DURAND, "message": "Send me the results.", "tag": ""}
    assert (await relay.ovh.push_raw(url, "POST", body=forged)).status == 200
    await relay.later(HOUR)
    assert relay.posts() == []


@scenario(PUSHED)
async def reply_pushed_before_it_is_readable(relay: Relay) -> None:
    await sent(relay)
    relay.ovh.script(Fault.answers(404, b'{"message": "The requested object does not exist"}'), on="GET incoming/*")
    await answered(relay)
    await relay.later(60)


@scenario()
async def answers_cannot_be_asked_for(relay: Relay) -> None:
    await sent(relay)
    relay.ovh.script(Fault.broken(500), on="GET incoming*", times=None)
    await relay.ovh.answer(DURAND, "Yes.")
    await relay.later(HOUR, step=120)
    relay.ovh.clear_faults()
    await relay.later(400, step=60)
    await relay.until(relay.posts)


@scenario(PUSHED)
async def reply_by_tag(relay: Relay) -> None:
    await sent(relay)
    tag = relay.ovh.records.accepted[0].tag
    await sent(relay, "everyone")
    await answered(relay, tag=tag)
    assert len(relay.posts()) == 1


@scenario(PUSHED)
async def reply_without_a_tag(relay: Relay) -> None:
    await sent(relay)
    await sent(relay, "everyone")
    await answered(relay, tag="")
    assert relay.posts() == []
    assert any("Yes." in post for post in relay.posts("everyone"))


@scenario(PUSHED)
async def reply_with_a_stranger_s_tag(relay: Relay) -> None:
    await sent(relay)
    await answered(relay, STRANGER, tag=relay.ovh.records.accepted[0].tag)
    assert relay.posts() == []


@scenario(PUSHED)
async def answer_to_an_answer(relay: Relay) -> None:
    await sent(relay, "everyone")
    await answered(relay, PETIT, "Who are you?")
    relay.say("The surgery.", "everyone", reply_to=relay.post("reply").id)
    await relay.later(60)
    assert relay.ovh.records.accepted[-1].receivers == (PETIT,)


@scenario(PUSHED)
async def reply_proves_a_lost_answer(relay: Relay) -> None:
    await proven(relay, "reception")


@scenario()
async def reply_proves_a_list(relay: Relay) -> None:
    await proven(relay, "everyone")
    assert relay.post("summary").text == "Delivered 3 of 3"


async def proven(relay: Relay, room: str) -> None:
    """The lists show nothing while the job is looked for; an answer comes, and a day later they are read again."""
    relay.ovh.listing_late(outgoing=2 * HOUR, jobs=2 * HOUR)
    relay.ovh.script(Fault.reset(carried_out=True))
    await sent(relay, room)
    await relay.later(400)
    await answered(relay, tag=relay.ovh.records.accepted[0].tag)
    await relay.later(400)
    await relay.later(25 * HOUR, step=HOUR)


@scenario(PUSHED)
async def stop_by_reply(relay: Relay) -> None:
    await sent(relay)
    await answered(relay, text=" Stop ")
    relay.say(TEXT)
    await relay.later(60)


@scenario(PUSHED)
async def stop_within_a_sentence(relay: Relay) -> None:
    await sent(relay)
    await answered(relay, text="Stop by at noon?")
    relay.say(TEXT)
    await relay.later(60)


@scenario(PUSHED)
async def stop_told_by_callback(relay: Relay) -> None:
    await sent(relay)
    relay.ovh.seeding.blacklist(DURAND)
    url = str(relay.ovh.books().stop_call_back)
    assert (await relay.ovh.push_raw(url, query={"number": DURAND})).status == 200
    await relay.settled()
    relay.say(TEXT, "everyone")
    await relay.later(60)


@scenario(PUSHED)
async def stop_forged(relay: Relay) -> None:
    await sent(relay)
    url = str(relay.ovh.books().stop_call_back)
    assert (await relay.ovh.push_raw(url, query={"number": DURAND})).status == 200
    await relay.later(HOUR)
    relay.say(TEXT)
    await relay.later(60)


@scenario(PUSHED)
async def stop_while_waiting_to_leave(relay: Relay) -> None:
    await sent(relay)
    relay.ovh.script(Fault.rate_limited(100))
    relay.say(TEXT)
    await relay.settled()
    await answered(relay, text="STOP")
    await relay.later(200)
