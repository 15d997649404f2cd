"""What is asked of the bot with `!sms`: in a room, in one that no phone is for, in private, by operators and others."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.both.relay import BothRelay
from tests.matrix.person import Person
from tests.relay_setting import DIALLO, DURAND, Setting
from tests.synapse import Synapse
from tests.telegram.people import TEXT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
HELD = Setting(callbacks=True, hold=5, credits=1240)


@pytest.fixture
async def relay(tmp_path: Path, synapse: Synapse) -> AsyncIterator[BothRelay]:
    async with BothRelay(tmp_path, HELD, synapse=synapse) as relay:
        yield relay


async def asked(relay: BothRelay, text: str, room: str = "reception", by: Person | None = None, **more: str) -> str:
    """What the bot answers to this; "" when it says nothing."""
    event = await relay.say(text, room, by=by, **more)
    await relay.later(2)
    return "\n".join(line.text or "" for line in await relay.lines(room) if line.reply_to == event)


async def elsewhere(relay: BothRelay) -> None:
    """A room of Claire's that no phone is for; the operator asked the bot in."""
    room = await relay.karim.creates("Elsewhere", [relay.bot.user, relay.claire.user])
    await relay.claire.joins(room)
    await relay.settled()
    await relay.later(5)
    relay.rooms["elsewhere"] = room


async def private(relay: BothRelay) -> None:
    """The operator's own chat with the bot."""
    body = {"is_direct": True, "invite": [relay.bot.user], "preset": "trusted_private_chat"}
    relay.rooms["private"] = (await relay.karim.call("POST", "/createRoom", body))["room_id"]
    await relay.settled()
    await relay.later(5)


# --- in a room -----------------------------------------------------------------------------------------------------
async def test_help_says_what_one_may_do_there_in_commands_as_they_are_typed_there(relay: BothRelay) -> None:
    member, operator = await asked(relay, "!sms help"), await asked(relay, "!SMS Help", by=relay.karim)
    assert await asked(relay, "!sms") == member
    assert member.splitlines() == [
        "Here, what you write goes by SMS to Mme Durand. A reply to an SMS goes to that person alone."
        " Internal note: start with //. Deleting a message stops it, as long as it has not left.",
        "!sms 0612345678 Hello…: write to a number",
        "!sms status (as a reply): how the message stands",
        "!sms cancel (as a reply): stop the message, if it has not left",
        "!sms retry (as a reply): try again what failed",
        "!sms credits: how many credits are left",
        "!sms id: the address to give to the bridge's operator",
        "!sms help: what you can do here",
    ]
    assert operator.splitlines()[-2:] == [
        "!sms link CODE reception 0612345678: link a room to a phone",
        "!sms unlink: send no more SMS from here",
    ]
    await relay.check()


async def test_the_first_message_is_pinned_and_speaks_of_a_room(relay: BothRelay) -> None:
    pinned = await relay.karim.pinned(relay.rooms["reception"])
    [first] = [line for line in await relay.karim.shown(relay.rooms["reception"]) if line.id in pinned]
    assert (first.text or "").startswith("This room sends SMS: what you write here goes to Mme Durand.")
    assert (first.text or "").endswith("!sms help says what you can do.")


async def test_a_message_is_stopped_and_asked_after_by_its_author_or_an_operator(relay: BothRelay) -> None:
    oops = await relay.say("Oops", by=relay.karim)
    denied = await asked(relay, "!sms cancel", reply_to=oops)
    assert denied == "Only the message's author or an operator of the bridge can do that. Nothing has changed."
    assert await asked(relay, "!sms cancel", by=relay.karim) == 'Cancelled, nothing was sent: "Oops"'
    message = await relay.say(TEXT)
    await relay.later(60)
    assert (await asked(relay, "!sms status")).startswith("Arrived at ")
    nothing = await asked(relay, "!sms retry", reply_to=message)
    assert nothing.startswith("Nothing to try again: ")
    assert "!sms status, as a reply to the message, says how it stands." in nothing
    late = await asked(relay, "!sms cancel", by=relay.karim, reply_to=message)
    assert late.startswith("Too late to cancel: ")
    assert [post.text for post in relay.ovh.records.accepted] == [TEXT]
    await relay.check()


async def test_a_failure_is_tried_again_by_a_word_as_by_a_tap(relay: BothRelay) -> None:
    relay.ovh.switch_off(DURAND)
    message = await relay.say(TEXT)
    await relay.later(300)
    failed = await relay.line("Not delivered to Mme Durand: phone off or out of coverage.")
    assert failed.reply_to == message
    assert (failed.text or "").endswith(
        "Retry, or call if it is urgent.\nTo choose, press the number below this message.\n\n1️⃣ Retry"
    )
    await relay.ovh.switch_on(DURAND)
    assert await asked(relay, "!sms retry", reply_to=failed.id) == ""
    await relay.later(60)
    assert await relay.mark(message) == ["✅"]
    assert (await relay.line("Not delivered to Mme Durand")).text == (
        "Not delivered to Mme Durand: phone off or out of coverage. Call if it is urgent.\nAnother try was asked for."
    )


async def test_credits_and_the_address_are_told(relay: BothRelay) -> None:
    assert await asked(relay, "!sms credits") == "1,240 credits left on the account, as of a few minutes ago."
    said = await asked(relay, "!sms id")
    assert said.startswith(f"The address of this room is matrix:{relay.rooms['reception']}.")
    assert f'  - room: "matrix:{relay.rooms["reception"]}"\n    phone: "accueil"' in said


SAID = {
    "!sms nonsense": "Not sent: after !sms come a number, then the text (!sms help says what else you can write).",
    "!sms 0612345678": "Not sent: there is no text for 06 12 34 56 78. For example: !sms 06 12 34 56 78 Hello",
    "!sms 06 12 34 Hello": 'Not sent: "06 12 34" is not a phone number. Check it and write again.',
    "!sms status now": 'Nothing was done: "!sms status" is written alone, or as a reply',
    "!sms0612": "Not sent: ",
    "/remind Mrs Durand": "Not sent: ",
    "/sms 0612345680 Hello": "Not sent: ",
    "// Karim has the results": "",
    "/ Karim has the results": "",
}
"""What opens with a sign, and what is said about it; nothing about notes."""


async def test_what_opens_with_a_sign_never_leaves_and_is_told_unless_it_is_a_note(relay: BothRelay) -> None:
    for typed, said in SAID.items():
        told = await asked(relay, typed)
        assert told.startswith(said)
        assert bool(told) is bool(said)
    await relay.later(60)
    assert relay.ovh.records.posts_seen == 0
    await relay.check()


async def test_a_note_loses_one_of_its_slashes_in_some_clients_and_the_rest_leaves(relay: BothRelay) -> None:
    await relay.say("/ Karim has them\nYour papers are ready.")
    await relay.later(60)
    assert [post.text for post in relay.ovh.records.accepted] == ["Your papers are ready."]
    await relay.check()


# --- where no phone is for the place --------------------------------------------------------------------------------
async def test_a_room_is_linked_by_its_code_in_private_and_unlinked_by_an_operator_alone(relay: BothRelay) -> None:
    await elsewhere(relay)
    await private(relay)
    assert await asked(relay, "This does not leave.", "elsewhere") == ""
    shown = await asked(relay, "!sms help", "elsewhere")
    address = f"matrix:{relay.rooms['elsewhere']}"
    assert shown.startswith(f"Nothing leaves from here by SMS: no phone is linked to this room ({address}).")
    code = shown.partition("!sms link ")[2].split()[0]
    denied = await asked(relay, f"!sms link {code} accueil 0612345680", "elsewhere")
    assert denied.startswith("Nothing has changed: only an operator of the bridge can link a room to a phone")
    linked = await asked(relay, f"!sms link {code} accueil 0612345680", "private", by=relay.karim)
    assert linked == (
        f"Linked: from now on, what is written in {address} goes by SMS to 06 12 34 56 80, through the phone accueil."
    )
    await relay.say(TEXT, "elsewhere")
    await relay.later(60)
    assert [post.receivers for post in relay.ovh.records.accepted] == [(DIALLO,)]
    assert (await asked(relay, "!sms unlink", "elsewhere")).startswith("Nothing has changed: only an operator")
    unlinked = await asked(relay, "!sms unlink", "elsewhere", by=relay.karim)
    assert unlinked.startswith("Unlinked: nothing new leaves from here by SMS.")
    await relay.say("Nobody gets this.", "elsewhere")
    await relay.later(60)
    assert relay.ovh.records.posts_seen == 1
    first = next(line for line in await relay.karim.shown(relay.rooms["elsewhere"]) if "sends no SMS" in str(line.text))
    assert first.text == "This room sends no SMS any more: no phone is linked to it."
    await relay.check()


async def test_a_matrix_room_s_code_is_good_in_telegram_too(relay: BothRelay) -> None:
    await elsewhere(relay)
    shown = await asked(relay, "!sms id", "elsewhere")
    assert shown.startswith(f"The address of this room is matrix:{relay.rooms['elsewhere']}. For it to send SMS")
    await relay.later(60)
    code = (await asked(relay, "!sms status", "elsewhere")).partition("!sms link ")[2].split()[0]
    relay.groups.say(f"/link {code} accueil 0612345680", "operations", by=relay.groups.karim)
    await relay.later(5)
    assert relay.groups.posts("operations")[-1].startswith(
        f"Linked: from now on, what is written in matrix:{relay.rooms['elsewhere']} goes by SMS to 06 12 34 56 80"
    )
    await relay.say(TEXT, "elsewhere")
    await relay.later(60)
    assert [post.receivers for post in relay.ovh.records.accepted] == [(DIALLO,)]
    await relay.check()


async def test_a_room_of_the_file_stays_linked(relay: BothRelay) -> None:
    said = await asked(relay, "!sms unlink", by=relay.karim)
    assert said == (
        "Nothing has changed: this room stands in the bridge's configuration. Take it out of that file and start again."
    )


async def test_in_private_one_learns_one_s_own_address_and_nothing_leaves(relay: BothRelay) -> None:
    await private(relay)
    said = await asked(relay, "!sms id", "private", by=relay.karim)
    assert said.startswith(f"Your address is matrix:{relay.karim.user}.")
    await relay.later(60)
    said = await asked(relay, "!sms help", "private", by=relay.karim)
    assert said.startswith("Nothing leaves from here by SMS: write in your team's room. There, !sms help says")
    assert await asked(relay, "!sms 0612345680 Hello", "private", by=relay.karim) == ""  # once a minute
    await relay.say("Nor does this.", "private", by=relay.karim)
    await relay.later(60)
    assert relay.ovh.records.posts_seen == 0
    await relay.check()


async def test_in_a_room_that_no_phone_is_for_other_programs_words_are_left_to_them(relay: BothRelay) -> None:
    await elsewhere(relay)
    for text in ("/help", "/remind me", "!other help", "/ help"):
        assert await asked(relay, text, "elsewhere") == ""
    await relay.check()
