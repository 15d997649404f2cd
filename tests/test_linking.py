"""Rooms that no phone is for: how they are answered, linked and unlinked, and what their first message says."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.relay import Relay, Setting
from tests.relay_setting import DURAND, PETIT
from tests.test_commands import sent, told

TEXT = "Your appointment is at 9."


@pytest.fixture
async def relay(tmp_path: Path) -> AsyncIterator[Relay]:
    """With a room `elsewhere` that the configuration does not name."""
    async with Relay(tmp_path, Setting(callbacks=True)) as relay:
        relay.chat.add_room("elsewhere")
        yield relay
        await relay.settled()
        relay.check_invariants()


async def code_of(relay: Relay, room: str = "elsewhere") -> str:
    """The code that this room shows."""
    found = re.search(r"/link (\w{6}) ", await told(relay, "/help", room))
    assert found is not None
    return found[1]


# --- before ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("command", ["/help", "/status", "/sms 0612345678 Hello", "/credits", "/sms", "/unlink"])
async def test_a_known_command_in_a_foreign_room_shows_how_it_is_linked(relay: Relay, command: str) -> None:
    said = await told(relay, command, "elsewhere")
    assert said.startswith("Nothing leaves from here by SMS: no phone is linked to this room (web:elsewhere). ")
    assert re.search(r": /link [A-Z0-9]{6} reception 0612345678$", said)
    assert sent(relay) == []


async def test_words_and_unknown_commands_in_a_foreign_room_are_not_for_us(relay: Relay) -> None:
    for text in ("Hello", "// note", "/play chess", "/", "/ status"):
        assert await told(relay, text, "elsewhere") == ""
    relay.chat.say("elsewhere", "Claire", "/help", forwarded=True)
    relay.chat.say("elsewhere", "Claire", "/help", kind="picture")
    await relay.settled()
    assert relay.posts("elsewhere") == []


async def test_the_code_is_shown_once_a_minute_and_stays_the_same_for_an_hour(relay: Relay) -> None:
    first = await code_of(relay)
    assert await told(relay, "/help", "elsewhere") == ""
    await relay.later(61)
    assert await code_of(relay) == first
    await relay.later(3600)
    assert await code_of(relay) != first


async def test_id_gives_the_lines_for_the_configuration_of_a_room_it_does_not_name(relay: Relay) -> None:
    said = await told(relay, "/id", "elsewhere")
    assert said.splitlines()[1:] == ['  - room: "web:elsewhere"', '    phone: "…"', '    to: ["0612345678"]']


# --- link ------------------------------------------------------------------------------------------------------------
async def test_an_operator_links_a_room_from_any_chat_and_words_typed_there_leave(relay: Relay) -> None:
    code = await code_of(relay)
    said = await told(relay, f"/link {code.lower()} Accueil 06 12 34 56 78", "operations", person="Karim")
    assert said == (
        "Linked: from now on, what is written in web:elsewhere goes by SMS to 06 12 34 56 78, "
        "through the phone accueil."
    )
    assert relay.pinned("elsewhere")[0].startswith(
        "This room sends SMS: what you write here goes to 06 12 34 56 78. No links or phone numbers in the text;"
    )
    entry = relay.say(TEXT, "elsewhere")
    await relay.later(60)
    assert sent(relay) == [(TEXT, (DURAND,))]
    assert relay.marks(entry)[-1] == "delivered"


async def test_it_is_linked_from_the_room_itself_too_and_to_several(relay: Relay) -> None:
    code = await code_of(relay)
    said = await told(relay, f"/link {code} accueil\n06 12 34 56 78\n0612345679", "elsewhere", person="Karim")
    assert "goes by SMS to 06 12 34 56 78 and 06 12 34 56 79, through" in said
    relay.say(TEXT, "elsewhere")
    await relay.later(60)
    assert sent(relay) == [(TEXT, (DURAND, PETIT))]
    await relay.stop()
    await relay.start()
    await relay.settled()
    relay.say("After a restart.", "elsewhere")
    await relay.later(60)
    assert sent(relay)[1:] == [("After a restart.", (DURAND, PETIT))]
    assert len(relay.pinned("elsewhere")) == 1


@pytest.mark.parametrize("room", ["elsewhere", "reception"])
async def test_nobody_else_links_a_room(relay: Relay, room: str) -> None:
    code = await code_of(relay)
    said = await told(relay, f"/link {code} accueil 0612345678", room)
    assert said.startswith("Nothing has changed: only an operator of the bridge can link a room to a phone")
    assert relay.pinned("elsewhere") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("XXXXXX accueil 0612345678", "this code does not exist, was used already or is more than an hour old."),
        ("CODE pharmacie 0612345678", 'no phone has that name. There is "accueil". For example: /link CODE accueil'),
        ("CODE accueil", "at least one number is missing. For example: /link CODE accueil 0612345678"),
        ("CODE accueil 0612345678, Mrs Petit", '"Mrs Petit" is not a number.'),
        ("CODE accueil 06123, 07", '"06123" and "07" are not numbers.'),
        ("CODE", "it takes the code, a phone's name and at least one number. For example: /link K7MA4P reception"),
    ],
)
async def test_what_cannot_be_linked_is_told_with_its_cause(relay: Relay, words: str, said: str) -> None:
    code = await code_of(relay)
    answered = await told(relay, f"/link {words.replace('CODE', code)}", "reception", person="Karim")
    assert answered.startswith("Nothing was linked: ")
    assert said.replace("CODE", code) in answered
    assert relay.pinned("elsewhere") == []


async def test_a_code_is_good_once_and_for_an_hour(relay: Relay) -> None:
    code = await code_of(relay)
    await told(relay, f"/link {code} accueil 0612345678", "reception", person="Karim")
    again = await told(relay, f"/link {code} accueil 0612345679", "reception", person="Karim")
    assert again.startswith("Nothing was linked: this code")
    relay.chat.add_room("later")
    late = await code_of(relay, "later")
    await relay.later(3601)
    said = await told(relay, f"/link {late} accueil 0612345678", "reception", person="Karim")
    assert said.startswith("Nothing was linked: this code")


# --- unlink ----------------------------------------------------------------------------------------------------------
async def test_an_operator_unlinks_a_room_and_nothing_leaves_from_it(relay: Relay) -> None:
    await told(relay, f"/link {await code_of(relay)} accueil 0612345678", "reception", person="Karim")
    assert (await told(relay, "/unlink", "elsewhere")).startswith("Nothing has changed: only an operator")
    said = await told(relay, "/unlink", "elsewhere", person="Karim")
    assert said.startswith("Unlinked: nothing new leaves from here by SMS.")
    assert relay.pinned("elsewhere") == ["This room sends no SMS any more: no phone is linked to it."]
    relay.say(TEXT, "elsewhere")
    await relay.later(61)
    assert sent(relay) == []


async def test_a_button_from_before_sends_nothing_once_the_room_is_unlinked(relay: Relay) -> None:
    await told(relay, f"/link {await code_of(relay)} accueil 0612345678", "elsewhere", person="Karim")
    relay.say("See example.org", "elsewhere")
    await relay.later(60)
    await told(relay, "/unlink", "elsewhere", person="Karim")
    relay.press("anyway")
    await relay.later(60)
    assert sent(relay) == []
    assert relay.posts("elsewhere")[-1] == "Too late: this is settled already. Nothing has changed."


async def test_a_room_that_was_unlinked_may_be_linked_again(relay: Relay) -> None:
    await told(relay, f"/link {await code_of(relay)} accueil 0612345678", "elsewhere", person="Karim")
    await told(relay, "/unlink", "elsewhere", person="Karim")
    await relay.later(61)
    await told(relay, f"/link {await code_of(relay)} accueil 0612345679", "elsewhere", person="Karim")
    assert "goes to 06 12 34 56 79." in relay.pinned("elsewhere")[0]
    assert len(relay.pinned("elsewhere")) == 1


async def test_a_room_of_the_configuration_is_not_unlinked_by_chat(relay: Relay) -> None:
    said = await told(relay, "/unlink", person="Karim")
    assert said.startswith("Nothing has changed: this room stands in the bridge's configuration.")
    relay.say(TEXT)
    await relay.later(60)
    assert sent(relay) == [(TEXT, (DURAND,))]


# --- the first message -----------------------------------------------------------------------------------------------
async def test_each_room_of_the_file_says_once_to_whom_words_go_and_what_an_sms_cannot_carry(relay: Relay) -> None:
    await relay.stop()
    await relay.start()
    await relay.settled()
    assert relay.pinned() == [
        "This room sends SMS: what you write here goes to Mme Durand. No links or phone numbers in the text; "
        "appointments only, never results. They can answer for 48 h. /help says what you can do."
    ]
    assert "goes to 3 people (Mme Durand, M. Petit and Mme Diallo)." in relay.pinned("everyone")[0]
    assert "goes to 500 people (06 20 00 00 00, 06 20 00 00 01, " in relay.pinned("big")[0]
    assert relay.pinned("operations")[0].startswith("SMS from Mme Durand come in here. Only your replies")
    assert relay.posts() == []


async def test_it_is_edited_when_receivers_change(relay: Relay) -> None:
    assert len(relay.pinned("desk")) == 0
    relay.change(desk=True)
    await relay.stop()
    await relay.start()
    await relay.settled()
    assert relay.pinned("desk")[0].startswith("SMS from people who answer come in here.")
