"""What OVH may answer to a POST when it surely did not carry it out."""

from datetime import timedelta
from itertools import pairwise

from bridge.sandbox.ovh import Fault
from tests.relay import Relay
from tests.relay_setting import PETIT, Setting
from tests.scenarios.scenario import scenario

HOUR = 3600.0
TEXT = "Your appointment is at 9."


def post_times(relay: Relay) -> list[float]:
    """Seconds from the first POST to each."""
    times = [at for at, method, _ in relay.asked if method == "POST"]
    return [(at - times[0]).total_seconds() for at in times]


@scenario()
async def nothing_goes_wrong(relay: Relay) -> None:
    entry = relay.say(TEXT)
    await relay.later(60)
    assert relay.marks(entry)[-1] == "delivered"


@scenario()
async def rate_limited(relay: Relay) -> None:
    relay.ovh.script(Fault.rate_limited())
    relay.say(TEXT)
    await relay.later(60)
    assert post_times(relay)[1] >= 1


@scenario()
async def rate_limited_with_retry_after(relay: Relay) -> None:
    relay.ovh.script(Fault.rate_limited(20))
    relay.say(TEXT)
    await relay.later(120)
    assert 20 <= post_times(relay)[1] < 30


@scenario()
async def rate_limited_and_much_to_send(relay: Relay) -> None:
    relay.ovh.script(Fault.rate_limited())
    relay.say(TEXT)
    await relay.settled()
    for room in ("everyone", "abroad", "reception"):
        relay.say(TEXT, room)
    await relay.later(60)
    times = post_times(relay)
    assert all(after - before >= 0.99 for before, after in pairwise(times)), times


@scenario()
async def connection_refused(relay: Relay) -> None:
    await relay.ovh.unplug()
    relay.say(TEXT)
    await relay.later(90)
    assert relay.posts()[0].startswith("Not sent: the fault is ours")
    await relay.ovh.plug_in()
    await relay.later(120)


@scenario()
async def keys_revoked(relay: Relay) -> None:
    relay.ovh.set_mode("revoked")
    relay.say(TEXT)
    await relay.later(400)
    asked = [at for at, _, path in relay.asked if path == "sms-ab12345-1"][1:]  # the first one was made at start
    assert len(asked) == 1
    relay.ovh.set_mode("ok")
    await relay.later(400)


@scenario()
async def right_to_send_revoked(relay: Relay) -> None:
    relay.ovh.script(Fault.not_granted(), times=3)
    relay.say(TEXT)
    await relay.later(1200)


@scenario(Setting(expires_after="2h"))
async def keys_revoked_too_long(relay: Relay) -> None:
    relay.ovh.set_mode("revoked")
    relay.say(TEXT)
    await relay.later(3 * HOUR, step=600)
    relay.ovh.set_mode("ok")
    await relay.later(600)


@scenario(Setting(credits=0))
async def credits_at_zero(relay: Relay) -> None:
    relay.say(TEXT)
    await relay.later(100)
    assert not relay.ovh.records.posts_seen
    relay.ovh.books().top_up(100)
    await relay.later(90)


@scenario()
async def credits_refused(relay: Relay) -> None:
    relay.ovh.script(Fault.no_credits(), times=2)
    relay.say(TEXT)
    await relay.later(150)


@scenario()
async def clock_an_hour_wrong(relay: Relay) -> None:
    relay.ovh.skew(timedelta(hours=1))
    relay.say(TEXT)
    await relay.later(60)


@scenario(Setting(skew=-HOUR))
async def clock_wrong_from_the_start(relay: Relay) -> None:
    relay.say(TEXT)
    await relay.later(60)


@scenario()
async def clock_never_accepted(relay: Relay) -> None:
    refused = relay.ovh.script(Fault.query_time_out(), on="* sms*", times=None)
    relay.ovh.script(Fault.query_time_out(), on="* *", times=None, when=lambda seen: seen.path != "/auth/time")
    relay.say(TEXT)
    await relay.later(30)
    refused.cancel()
    relay.ovh.clear_faults()
    await relay.later(400)


@scenario()
async def proxy_says_forbidden(relay: Relay) -> None:
    relay.ovh.script(Fault.odd_forbidden())
    relay.say(TEXT)
    await relay.later(60)


@scenario()
async def invalid_receivers(relay: Relay) -> None:
    relay.ovh.script(Fault.refused_receivers())
    relay.say(TEXT)
    await relay.later(60)


@scenario()
async def one_invalid_receiver(relay: Relay) -> None:
    relay.ovh.seeding.blacklist(PETIT)
    relay.say(TEXT, "everyone")
    await relay.later(120)
    assert relay.post("summary").text == "Delivered 2 of 3, failed 1"


@scenario()
async def one_number_out_of_reach(relay: Relay) -> None:
    relay.say(TEXT, "abroad")
    await relay.later(60)


@scenario()
async def contact_details_warned_about(relay: Relay) -> None:
    relay.say("Write to us: cabinet@example.org")
    await relay.later(60)
    assert [button.label for button in relay.post("refused").buttons] == ["Try anyway"]


@scenario()
async def contact_details_tried_anyway(relay: Relay) -> None:
    relay.say("Our page is example.org")
    await relay.later(60)
    relay.press("anyway")
    await relay.later(60)


@scenario()
async def contact_details_refused(relay: Relay) -> None:
    relay.ovh.script(Fault.contact_information())
    relay.say("Write to us: cabinet@example.org")
    await relay.later(60)
    relay.press("anyway")
    await relay.later(60)


@scenario()
async def several_parts(relay: Relay) -> None:
    relay.say("Fenêtre " + "a" * 100, "everyone")
    await relay.later(60)


@scenario()
async def refused_without_a_reason(relay: Relay) -> None:
    relay.ovh.script(Fault.answers(400, b'{"message": "No."}'))
    relay.say(TEXT)
    await relay.later(60)


@scenario()
async def link_in_the_text(relay: Relay) -> None:
    relay.say("Your file: https://example.org/1234")
    await relay.later(60)


@scenario()
async def text_too_long(relay: Relay) -> None:
    relay.say("a" * 919)
    await relay.later(60)


@scenario()
async def no_text(relay: Relay) -> None:
    relay.chat.say("reception", "Claire", "", kind="picture")
    relay.chat.say("reception", "Claire", "Look", kind="picture")
    await relay.later(60)


@scenario(Setting(hold=5))
async def edited_in_time(relay: Relay) -> None:
    entry = relay.say("Your appointment is at 8.")
    await relay.settled()
    relay.chat.edit(entry.id, TEXT)
    await relay.later(60)
    assert [post.text for post in relay.ovh.records.accepted] == [TEXT]


@scenario(Setting(hold=5))
async def taken_back_in_time(relay: Relay) -> None:
    entry = relay.say(TEXT)
    await relay.settled()
    relay.chat.delete(entry.id)
    await relay.later(60)


@scenario()
async def edited_too_late(relay: Relay) -> None:
    entry = relay.say(TEXT)
    await relay.settled()
    relay.chat.edit(entry.id, "Your appointment is at 8.")
    await relay.later(60)
