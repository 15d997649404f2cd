"""A POST that may have been carried out: the answer is lost, or says nothing."""

from itertools import pairwise

from bridge.sandbox.ovh import Fault
from tests.relay import Relay
from tests.relay_setting import DURAND, Setting
from tests.scenarios.scenario import scenario
from tests.scenarios.sending import HOUR, TEXT, post_times

WHILE_LOOKING = 800.0
"""Seconds until all looks were made and the reports fetched."""


async def met(relay: Relay, fault: Fault) -> None:
    """One message whose POST meets this, and all the time that it may take."""
    relay.ovh.script(fault)
    relay.say(TEXT)
    await relay.later(WHILE_LOOKING)


@scenario()
async def server_error(relay: Relay) -> None:
    await met(relay, Fault.broken(500))


@scenario()
async def server_error_after_accepting(relay: Relay) -> None:
    await met(relay, Fault.broken(503, carried_out=True))


@scenario()
async def html_page(relay: Relay) -> None:
    await met(relay, Fault.html(502))


@scenario()
async def html_page_after_accepting(relay: Relay) -> None:
    await met(relay, Fault.html(200, carried_out=True))


@scenario()
async def reset_before_accepting(relay: Relay) -> None:
    await met(relay, Fault.reset())


@scenario()
async def reset_after_accepting(relay: Relay) -> None:
    await met(relay, Fault.reset(carried_out=True))


@scenario()
async def answer_breaks_off(relay: Relay) -> None:
    await met(relay, Fault.cut_short())


@scenario()
async def garbage_200(relay: Relay) -> None:
    await met(relay, Fault.garbage())


@scenario()
async def garbage_200_not_accepted(relay: Relay) -> None:
    await met(relay, Fault.garbage(carried_out=False))


@scenario()
async def odd_200(relay: Relay) -> None:
    await met(relay, Fault.odd_answer())


async def hangs(relay: Relay, fault: Fault) -> None:
    """The call is broken off after 90 s, by whatever is asked next."""
    relay.ovh.script(fault)
    relay.say(TEXT)
    await relay.until(lambda: relay.ovh.hanging)
    relay.clock.leap(100)
    await relay.until(lambda: relay.rows.jobs() == ["reconciling"])
    relay.ovh.release()
    await relay.later(WHILE_LOOKING)


@scenario()
async def hanging(relay: Relay) -> None:
    await hangs(relay, Fault.hang())


@scenario()
async def hanging_after_accepting(relay: Relay) -> None:
    await hangs(relay, Fault.hang(carried_out=True))


@scenario()
async def posting_stops_after_a_server_error(relay: Relay) -> None:
    relay.ovh.script(Fault.broken(500, carried_out=True))
    asked = relay.ovh.script(Fault.broken(500), on="GET account", times=None)
    relay.say(TEXT)
    await relay.settled()
    relay.say(TEXT, "everyone")
    await relay.later(30)
    assert relay.ovh.records.posts_seen == 1
    asked.cancel()
    await relay.later(120)


@scenario()
async def down_for_hours(relay: Relay) -> None:
    relay.ovh.script(Fault.broken(503), on="* *", times=None)
    for number in (1, 2, 3):
        relay.say(f"Number {number}.")
    await relay.later(2 * HOUR, step=900)
    relay.ovh.clear_faults()
    await relay.later(1500)
    assert [post.text for post in relay.ovh.records.accepted] == ["Number 1.", "Number 2.", "Number 3."]


@scenario(Setting(expires_after="1h"))
async def down_for_too_long(relay: Relay) -> None:
    relay.ovh.script(Fault.broken(503), on="* *", times=None)
    relay.say(TEXT)
    await relay.later(2 * HOUR, step=900)
    relay.ovh.clear_faults()
    await relay.later(1500)


@scenario()
async def listed_9_minutes_late(relay: Relay) -> None:
    relay.ovh.listing_late(outgoing=540, jobs=540)
    relay.ovh.script(Fault.reset(carried_out=True))
    relay.say(TEXT)
    await relay.later(400)
    assert "whether the SMS to Mme Durand was sent" in relay.post("not_confirmed_yet").text
    await relay.later(400)


@scenario()
async def lists_fail(relay: Relay) -> None:
    relay.ovh.script(Fault.broken(500), on="GET outgoing*", times=None)
    relay.ovh.script(Fault.broken(500), on="GET jobs*", times=None)
    relay.ovh.script(Fault.reset(carried_out=True))
    relay.say(TEXT)
    await relay.later(1800)
    relay.ovh.clear_faults()
    await relay.later(400)


@scenario()
async def lists_fail_for_a_day(relay: Relay) -> None:
    relay.ovh.script(Fault.broken(500), on="GET outgoing*", times=None)
    relay.ovh.script(Fault.broken(500), on="GET jobs*", times=None)
    relay.ovh.script(Fault.reset(carried_out=True))
    relay.say(TEXT)
    await relay.later(25 * HOUR, step=HOUR)


@scenario()
async def same_text_twice(relay: Relay) -> None:
    relay.ovh.script(Fault.reset(carried_out=True))
    relay.say(TEXT)
    relay.say(TEXT)
    await relay.later(WHILE_LOOKING)


@scenario()
async def same_text_twice_first_not_accepted(relay: Relay) -> None:
    relay.ovh.script(Fault.reset())
    relay.say(TEXT)
    relay.say(TEXT)
    await relay.later(WHILE_LOOKING)
    assert len({post.tag for post in relay.ovh.records.accepted}) == 2


@scenario()
async def other_rooms_go_on(relay: Relay) -> None:
    relay.ovh.script(Fault.reset())
    relay.say(TEXT)
    await relay.settled()
    relay.say(TEXT, "big")
    await relay.settled()
    assert relay.rows.jobs() == ["reconciling", "accepted"]
    await relay.later(WHILE_LOOKING)


@scenario()
async def answer_lost_for_500(relay: Relay) -> None:
    relay.ovh.script(Fault.reset(carried_out=True))
    relay.say(TEXT, "big")
    await relay.later(300)
    assert len([path for _, method, path in relay.asked if method == "GET" and "/outgoing" in path]) < 20
    assert relay.post("summary").text == "Delivered 500 of 500"


@scenario(Setting(on_uncertain="ask"))
async def asked_and_left(relay: Relay) -> None:
    await met(relay, Fault.reset())
    relay.press("leave")
    await relay.later(60)


@scenario(Setting(on_uncertain="ask"))
async def asked_and_resent(relay: Relay) -> None:
    await met(relay, Fault.reset())
    relay.press("resend")
    await relay.later(60)


@scenario(Setting(on_uncertain="ask"))
async def asked_and_not_answered(relay: Relay) -> None:
    await met(relay, Fault.reset())
    await relay.later(HOUR)


@scenario()
async def killed_while_posting(relay: Relay) -> None:
    await killed(relay, Fault.hang(carried_out=True))


@scenario()
async def killed_before_posting(relay: Relay) -> None:
    await killed(relay, Fault.hang())


async def killed(relay: Relay, fault: Fault) -> None:
    """The bridge dies while OVH has the call, and starts again."""
    relay.ovh.script(fault)
    relay.say(TEXT)
    await relay.until(lambda: relay.ovh.hanging)
    await relay.crash()
    await relay.start()
    await relay.later(WHILE_LOOKING)


@scenario()
async def off_for_20_minutes(relay: Relay) -> None:
    relay.ovh.script(Fault.reset())
    relay.say(TEXT)
    await relay.settled()
    await relay.stop()
    relay.clock.leap(1200)
    await relay.start()
    await relay.later(WHILE_LOOKING)
    looks = [at for at, method, path in relay.asked if method == "GET" and path == "jobs"]
    between = [(after - before).total_seconds() for before, after in pairwise(looks)]
    assert len(looks) >= 4, looks
    assert all(seconds >= 34.9 for seconds in between), between
    assert post_times(relay)[1] >= 1200


@scenario()
async def listed_twice(relay: Relay) -> None:
    relay.ovh.script(Fault.reset(carried_out=True))
    relay.say(TEXT)
    await relay.settled()
    relay.ovh.seeding.duplicate(relay.ovh.records.accepted[0].tag)
    await relay.later(WHILE_LOOKING)


@scenario(Setting(errors=frozenset({"ovh_text_differs"})))
async def listed_with_another_text(relay: Relay) -> None:
    relay.ovh.script(Fault.reset())
    relay.say(TEXT)
    await relay.settled()
    tag = relay.rows.one("SELECT tag FROM job")
    relay.ovh.seeding.outgoing(DURAND, "Something else.", tag=tag)
    await relay.later(25 * HOUR, step=HOUR)
