"""What people type to the bot in a room, and what comes of it: the whole bridge on a clock that leaps."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.relay import Relay, Setting
from tests.relay_setting import DIALLO, DURAND

TEXT = "Your appointment is at 9."
HELD = pytest.mark.parametrize("setting", [Setting(hold=5, callbacks=True)])
PUSHED = pytest.mark.parametrize("setting", [Setting(callbacks=True)])


@pytest.fixture
def setting() -> Setting:
    return Setting()


@pytest.fixture
async def relay(tmp_path: Path, setting: Setting) -> AsyncIterator[Relay]:
    async with Relay(tmp_path, setting) as relay:
        yield relay
        await relay.settled()
        relay.check_invariants()


def sent(relay: Relay) -> list[tuple[str, tuple[str, ...]]]:
    """What left, and to whom."""
    return [(post.text, tuple(post.receivers)) for post in relay.ovh.records.accepted]


async def told(relay: Relay, text: str, room: str = "reception", **said: str) -> str:
    """What the bot answers to this. Karim is an operator, Claire is not."""
    person = said.pop("person", "Claire")
    entry = relay.chat.say(room, person, text, said.get("reply_to"))
    await relay.settled()
    answers = [one.text for one in relay.chat.entries(room) if one.kind == "post" and one.reply_to == entry.id]
    assert len(answers) <= 1, answers
    return answers[0] if answers else ""


# --- sms -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("room", ["reception", "everyone", "operations", "desk"])
@pytest.mark.parametrize("setting", [Setting(desk=True)])
async def test_sms_writes_to_a_number_from_every_room_that_has_a_phone(relay: Relay, room: str) -> None:
    entry = relay.say("/sms 06 12 34 56 80 Bring your papers.\nSee you!\n// she is deaf", room)
    await relay.later(60)
    assert sent(relay) == [("Bring your papers.\nSee you!", (DIALLO,))]
    assert relay.marks(entry)[-1] == "delivered"
    assert relay.posts(room) == []


async def test_whom_the_room_knows_is_told_of_by_name(relay: Relay) -> None:
    relay.ovh.number_does_not_exist(DURAND)
    relay.say("/sms 0612345678 Hello", "everyone")
    await relay.later(60)
    assert (
        relay.post("failed").text.startswith("Not delivered to Mme Durand: ")
        or "06 12 34 56 78" in relay.post("failed").text
    )
    assert relay.rows.one("SELECT name FROM sms") == "Mme Durand"


@PUSHED
async def test_an_answer_to_it_comes_back_under_the_command(relay: Relay) -> None:
    entry = relay.say("/sms 0612345680 Hello", "reception")
    await relay.later(10)
    await relay.ovh.answer(DIALLO, "Yes.")
    await relay.later(60)
    assert relay.post("reply").reply_to == entry.id


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            "/sms Hello",
            "Not sent: after /sms come a number, then the text (/help says what else you can write). "
            "For example: /sms 0612345678 Hello",
        ),
        ("/SMS 0612345678", "Not sent: there is no text for 06 12 34 56 78. For example: /sms 06 12 34 56 78 Hello"),
        (
            "/sms +49 1512 345 6789 Hello",
            'Not sent: it is not clear where the number ends in "+49 1512 345 6789". '
            "Write it without spaces, for example: /sms +4915123456789 Hello",
        ),
        ("/status now", 'Nothing was done: "/status" is written alone, or as a reply to the message you mean.'),
        (
            "/foo bar",
            'Not sent: "/foo" is not a command. /help says what you can write; '
            "if it was a message, send it again without that first sign.",
        ),
    ],
)
async def test_what_cannot_be_carried_out_is_told_with_its_cause_and_an_example(
    relay: Relay, typed: str, said: str
) -> None:
    assert await told(relay, typed) == said
    assert sent(relay) == []


@HELD
async def test_an_edit_in_time_changes_its_text(relay: Relay) -> None:
    entry = relay.say("/sms 0612345680 Thursday")
    await relay.settled()
    relay.chat.edit(entry.id, "/sms 06 12 34 56 80 Friday")
    await relay.later(60)
    assert sent(relay) == [("Friday", (DIALLO,))]


@HELD
@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("/sms 0612345680 Thursday", "/sms 0612345679 Thursday"),
        ("/sms 0612345680 Thursday", "Thursday"),
        ("/sms 0612345680 Thursday", "/status"),
        ("/sms 0612345680 Thursday", "/sms 0612345680"),
        ("Thursday", "/sms 0612345680 Thursday"),
        ("Thursday", "/status"),
    ],
)
async def test_an_edit_to_another_number_or_command_cancels_and_says_to_write_it_anew(
    relay: Relay, first: str, then: str
) -> None:
    entry = relay.say(first)
    await relay.settled()
    relay.chat.edit(entry.id, then)
    await relay.later(60)
    assert sent(relay) == []
    assert relay.posts() == [
        "Cancelled, nothing was sent: editing a message changes its text only. "
        "For another number or another command, write a new message."
    ]


@HELD
async def test_an_edit_that_shows_the_same_changes_nothing(relay: Relay) -> None:
    entry = relay.say("/sms 0612345680 Thursday")
    await relay.later(60)
    relay.chat.edit(entry.id, "/sms +33612345680 Thursday\n// a note")
    await relay.later(60)
    assert relay.posts() == []


# --- cancel ----------------------------------------------------------------------------------------------------------
@HELD
@pytest.mark.parametrize("reply", [True, False])
async def test_cancel_stops_what_has_not_left_and_says_which_words_did_not_leave(relay: Relay, reply: bool) -> None:
    entry = relay.say(TEXT)
    relay.say("/cancel", reply_to=entry.id if reply else None)
    await relay.later(60)
    assert (relay.rows.jobs(), relay.posts()) == (["cancelled"], [f'Cancelled, nothing was sent: "{TEXT}"'])


async def test_the_words_that_were_cancelled_are_shown_as_far_as_they_tell_which(relay: Relay) -> None:
    relay.change(hold=5)
    await relay.stop()
    await relay.start()
    relay.say("Dear Mrs Durand,\nyour appointment of Thursday is moved to Friday.")
    said = await told(relay, "/cancel")
    assert said == 'Cancelled, nothing was sent: "Dear Mrs Durand, your appointment of Th…"'


@HELD
async def test_cancel_without_a_reply_means_the_author_s_latest_there(relay: Relay) -> None:
    relay.say("First.")
    relay.say("Second.")
    relay.chat.say("reception", "Karim", "Third.")
    relay.say("Elsewhere.", "everyone")
    relay.say("/cancel")
    await relay.later(60)
    assert relay.rows.jobs() == ["accepted", "cancelled", "accepted", "accepted"]


async def test_cancel_too_late_says_so(relay: Relay) -> None:
    relay.say(TEXT)
    await relay.later(60)
    assert (await told(relay, "/cancel")).startswith("Too late to cancel: it is leaving, or has left.")


@HELD
async def test_cancel_of_what_will_not_leave_says_so(relay: Relay) -> None:
    relay.say("See www.example.org")
    await relay.later(60)
    assert await told(relay, "/cancel") == "Nothing to cancel: this message was not sent and will not be."


@HELD
@pytest.mark.parametrize(("person", "jobs"), [("Claire", "cancelled"), ("Karim", "cancelled"), ("Eve", "accepted")])
async def test_only_its_author_and_an_operator_may_cancel(relay: Relay, person: str, jobs: str) -> None:
    entry = relay.say(TEXT)
    await relay.settled()
    said = await told(relay, "/cancel", person=person, reply_to=entry.id)
    assert said.startswith("Only the message's author or an operator") == (person == "Eve")
    await relay.later(60)
    assert relay.rows.jobs() == [jobs]


@pytest.mark.parametrize("command", ["/cancel", "/status", "/retry"])
async def test_a_command_about_nothing_says_so(relay: Relay, command: str) -> None:
    assert (await told(relay, command)).startswith("Nothing was done: you have not sent anything from here yet.")
    colleague = relay.say("// between us")
    said = await told(relay, command, reply_to=colleague.id)
    assert said.startswith("Nothing was done: the message you reply to did not leave from here by SMS.")


# --- retry -----------------------------------------------------------------------------------------------------------
@PUSHED
async def test_retry_sends_again_what_failed_for_now_and_the_notice_says_so(relay: Relay) -> None:
    relay.ovh.switch_off(DURAND)
    entry = relay.say(TEXT)
    await relay.later(80 * 3600, step=3600)
    assert relay.marks(entry)[-1] == "undelivered"
    await relay.ovh.switch_on(DURAND)
    assert await told(relay, "/retry", reply_to=relay.post("failed").id) == ""
    await relay.later(60)
    assert relay.marks(entry)[-1] == "delivered"
    assert relay.post("failed").text.endswith("Another try was asked for.")
    assert relay.post("failed").buttons == ()


@PUSHED
async def test_retry_of_what_has_not_failed_says_so_and_sends_nothing(relay: Relay) -> None:
    relay.say(TEXT)
    await relay.later(60)
    assert (await told(relay, "/retry")).startswith("Nothing to try again: ")
    assert len(sent(relay)) == 1


@PUSHED
async def test_retry_is_its_author_s_and_an_operator_s(relay: Relay) -> None:
    relay.ovh.switch_off(DURAND)
    entry = relay.say(TEXT)
    await relay.later(80 * 3600, step=3600)
    assert (await told(relay, "/retry", person="Eve", reply_to=entry.id)).startswith("Only the message's author")
    assert await told(relay, "/retry", person="Karim", reply_to=entry.id) == ""
    await relay.later(60)
    assert len(sent(relay)) == 2


# --- what else is asked ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("setting", [Setting(credits=1240)])
async def test_credits_are_told_as_ovh_told_them_last(relay: Relay) -> None:
    assert await told(relay, "/credits") == "1,240 credits left on the account, as of a few minutes ago."
    relay.say(TEXT)
    await relay.later(600)
    assert await told(relay, "/credits", person="Eve") == "1,239 credits left on the account, as of a few minutes ago."


@pytest.mark.parametrize("setting", [Setting(desk=True)])
@pytest.mark.parametrize(
    ("room", "opening"),
    [
        ("reception", "Here, what you write goes by SMS to Mme Durand. A reply to an SMS"),
        ("everyone", "Here, what you write goes by SMS to 3 people (Mme Durand, M. Petit and Mme Diallo)."),
        ("big", "Here, what you write goes by SMS to 500 people (06 20 00 00 00, "),
        ("operations", "Here, only your replies to an SMS and /sms leave; everything else stays between you."),
        ("desk", "Here, reply to a person's SMS to write to them. Nothing else leaves, except /sms. Internal"),
    ],
)
async def test_help_says_where_words_go_and_lists_what_this_person_may_do_here(
    relay: Relay, room: str, opening: str
) -> None:
    member, operator = await told(relay, "/help", room), await told(relay, "/start", room, person="Karim")
    assert member.startswith(opening)
    assert "\n/sms 0612345678 Hello…: write to a number\n" in member
    assert "/link" not in member
    assert operator.startswith(member)
    assert "\n/unlink: " in operator


async def test_id_gives_the_lines_for_the_configuration(relay: Relay) -> None:
    said = await told(relay, "/id", person="Eve")
    assert said.splitlines()[0].endswith("under rooms:")
    assert said.splitlines()[1:] == [
        '  - room: "web:reception"',
        '    phone: "accueil"',
        '    to: ["0612345678"]',
    ]


# --- where the bot may not write -------------------------------------------------------------------------------------
@PUSHED
async def test_a_command_in_a_muted_room_has_the_bot_try_again(relay: Relay) -> None:
    relay.chat.mute_bot("reception")
    relay.say("/status")
    await relay.later(10)
    relay.chat.room("reception").muted = False
    assert (await told(relay, "/help")).startswith("Here, what you write goes by SMS")
