"""What costs more than one SMS, and what OVH may refuse: told in time, and decided by whoever wrote it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge.sandbox.ovh import Fault
from tests.relay import Relay, Setting
from tests.relay_setting import DURAND
from tests.test_commands import sent, told

LONG = "a" * 161
COSTLY = "Fenêtre " + "a" * 100
DETAIL = "See example.org"
HELD = pytest.mark.parametrize("setting", [Setting(hold=5, callbacks=True)])


@pytest.fixture
def setting() -> Setting:
    return Setting(callbacks=True)


@pytest.fixture
async def relay(tmp_path: Path, setting: Setting) -> AsyncIterator[Relay]:
    async with Relay(tmp_path, setting) as relay:
        yield relay
        await relay.settled()
        relay.check_invariants()


# --- several parts ---------------------------------------------------------------------------------------------------
@HELD
async def test_more_than_one_sms_is_told_at_once_with_its_price_and_how_to_stop_it(relay: Relay) -> None:
    entry = relay.say(LONG)
    await relay.settled()
    assert relay.post("several_parts").reply_to == entry.id
    assert relay.posts() == ["This message makes 2 SMS: 2 credits. To stop it: /cancel within 5 seconds."]
    await relay.later(60)
    assert sent(relay) == [(LONG, (DURAND,))]


@HELD
async def test_the_letters_that_make_it_so_are_named(relay: Relay) -> None:
    relay.say(COSTLY, "everyone")
    await relay.settled()
    assert relay.posts("everyone") == [
        'This message makes 2 SMS for each of 3 people: 6 credits. Without "ê" it would make only 1. '
        "To stop it: /cancel within 5 seconds."
    ]


async def test_letters_that_change_nothing_are_not_named_and_without_a_hold_nothing_can_be_stopped(
    relay: Relay,
) -> None:
    relay.say("ê" + "a" * 1 + "b" * 300)
    relay.say("ê" * 100)
    await relay.later(60)
    assert relay.posts()[0] == 'This message makes 5 SMS: 5 credits. Without "ê" it would make only 2.'
    assert relay.posts()[1] == 'This message makes 2 SMS: 2 credits. Without "ê" it would make only 1.'


@HELD
@pytest.mark.parametrize(
    ("then", "said"),
    [
        ("Short.", "Shortened in time: it makes one SMS only."),
        ("b" * 400, "This message makes 3 SMS: 3 credits. To stop it: /cancel within 5 seconds."),
        ("b" * 1000, "Not sent in the end: another message here says why."),
        ("// for us", "Cancelled: nothing was sent."),
    ],
)
async def test_an_edit_in_time_revises_it(relay: Relay, then: str, said: str) -> None:
    entry = relay.say(LONG)
    await relay.settled()
    relay.chat.edit(entry.id, then)
    await relay.later(60)
    assert relay.posts()[0] == said


@HELD
async def test_an_edit_that_makes_it_long_tells_it_then_and_cancel_ends_it(relay: Relay) -> None:
    entry = relay.say("Short.")
    await relay.settled()
    assert relay.posts() == []
    relay.chat.edit(entry.id, LONG)
    await relay.settled()
    assert relay.posts()[0].startswith("This message makes 2 SMS: 2 credits.")
    relay.say("/cancel")
    await relay.later(60)
    assert relay.rows.jobs() == ["cancelled"]
    assert relay.posts()[0] == "Cancelled: nothing was sent."


async def test_what_is_refused_has_no_price(relay: Relay) -> None:
    relay.say(LONG + " www.example.org")
    relay.say("a" * 1000)
    await relay.settled()
    assert [post.split(":")[0] for post in relay.posts()] == ["Not sent", "Not sent"]


# --- try anyway ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", [DETAIL, "Call 01 23 45 67 89 please", "Write to cabinet@example.org"])
async def test_contact_details_are_not_sent_until_somebody_wants_it_tried(relay: Relay, text: str) -> None:
    relay.say(text)
    await relay.later(60)
    post = relay.post("refused")
    assert post.text.startswith("Not sent: from a short number, OVH often refuses SMS with a phone number, ")
    assert [button.label for button in post.buttons] == ["Try anyway"]
    assert relay.ovh.records.posts_seen == 0
    relay.press("anyway")
    await relay.later(60)
    assert relay.ovh.records.posts_seen == 1
    assert relay.posts()[0] == "Sent anyway, as Claire wished. If OVH refuses it, we tell you."
    assert relay.chat.entry(post.id).buttons == ()


async def test_tried_anyway_it_leaves_like_any_other(relay: Relay) -> None:
    entry = relay.say(DETAIL)
    await relay.settled()
    relay.press("anyway")
    await relay.later(60)
    assert sent(relay) == [(DETAIL, (DURAND,))]
    assert relay.marks(entry)[-1] == "delivered"


async def test_nothing_queues_behind_it(relay: Relay) -> None:
    relay.say(DETAIL)
    relay.say("Hello.")
    await relay.later(60)
    assert sent(relay) == [("Hello.", (DURAND,))]


async def test_a_refusal_by_ovh_after_all_is_told(relay: Relay) -> None:
    relay.ovh.script(Fault.contact_information())
    relay.say(DETAIL)
    await relay.settled()
    relay.press("anyway")
    await relay.later(60)
    assert relay.posts()[1].startswith("Not sent: OVH refuses links, e-mail addresses and phone numbers")


async def test_only_its_author_and_an_operator_may_try(relay: Relay) -> None:
    relay.say(DETAIL)
    await relay.settled()
    relay.press("anyway", "Eve")
    await relay.later(60)
    assert relay.posts()[1].startswith("Only the message's author or an operator")
    relay.press("anyway", "Karim")
    await relay.later(60)
    assert sent(relay) == [(DETAIL, (DURAND,))]


async def test_a_warning_is_skipped_and_no_other_rule(relay: Relay) -> None:
    relay.say(DETAIL, "everyone")
    await relay.settled()
    await relay.ovh.answer(DURAND, "STOP")
    await relay.later(60)
    relay.press("anyway")
    await relay.later(60)
    assert [len(receivers) for _, receivers in sent(relay)] == [2]


async def test_what_is_tried_anyway_and_costs_more_says_so(relay: Relay) -> None:
    relay.say(DETAIL + " a" * 80)
    await relay.settled()
    relay.press("anyway")
    await relay.later(60)
    assert relay.posts()[1] == "This message makes 2 SMS: 2 credits."


@HELD
async def test_an_edit_that_brings_contact_details_in_is_warned_about_too(relay: Relay) -> None:
    entry = relay.say("Hello.")
    await relay.settled()
    relay.chat.edit(entry.id, DETAIL)
    await relay.later(60)
    assert [button.label for button in relay.post("refused").buttons] == ["Try anyway"]
    relay.press("anyway")
    await relay.later(60)
    assert sent(relay) == [(DETAIL, (DURAND,))]


async def test_a_retry_of_what_was_tried_anyway_asks_no_second_time(relay: Relay) -> None:
    relay.ovh.switch_off(DURAND)
    relay.say(DETAIL)
    await relay.settled()
    relay.press("anyway")
    await relay.later(80 * 3600, step=3600)
    await relay.ovh.switch_on(DURAND)
    assert await told(relay, "/retry") == ""
    await relay.later(60)
    assert len(sent(relay)) == 2


async def test_an_edit_of_what_was_tried_in_vain_says_that_the_first_text_still_waits(relay: Relay) -> None:
    await relay.ovh.unplug()
    entry = relay.say("Thursday at ten.")
    await relay.later(20)
    relay.chat.edit(entry.id, "Friday at nine.")
    await relay.settled()
    assert relay.posts()[-1].startswith("Not changed: the first text still waits to leave. /cancel, in reply to it,")
    await relay.ovh.plug_in()
    await relay.later(60)
    assert sent(relay) == [("Thursday at ten.", (DURAND,))]
