"""Where commands are typed: private chats, a forum's General, a room that the bot may not write in."""

from bridge.domain.events import BotRemoved, RoomMoved
from bridge.domain.ids import RoomAddress
from bridge.domain.states import RoomState
from tests.intake.places import OPERATOR, PRIVATE, Places

NUMBER = "0600000001"


# --- a private chat --------------------------------------------------------------------------------------------------
async def test_help_in_a_private_chat_says_where_to_write_and_shows_no_code(places: Places) -> None:
    await places.take(places.typed("/start", PRIVATE.address))
    ((room, said),) = await places.said()
    assert room == PRIVATE.address
    assert said.startswith("Nothing leaves from here by SMS: write in your team's group.")
    assert "/link" not in said


async def test_id_in_a_private_chat_is_the_person_s_own_address(places: Places) -> None:
    await places.take(places.typed("/id", PRIVATE.address))
    ((_, said),) = await places.said()
    assert said == (
        'Your address is web:1. To become an operator, add to the bridge\'s configuration:\noperators: ["web:1"]'
    )


async def test_words_and_unknown_commands_in_a_private_chat_are_passed_over(places: Places) -> None:
    await places.take(places.typed("Hello", PRIVATE.address), places.typed("/foo", PRIVATE.address))
    assert await places.said() == []


async def test_an_operator_links_a_room_from_a_private_chat(places: Places) -> None:
    await places.take(places.typed("/help", "new"))
    ((_, shown),) = await places.said()
    code = shown.partition("/link ")[2].split()[0]
    await places.take(places.typed(f"/link {code} accueil {NUMBER}", PRIVATE.address, OPERATOR))
    first, second = await places.said()
    assert first[0] == PRIVATE.address
    assert first[1].startswith("Linked: from now on, what is written in web:new goes by SMS to 06 00 00 00 01")
    assert second[0] == "new"
    assert second[1].startswith("This group sends SMS: what you write here goes to 06 00 00 00 01.")


async def test_what_is_typed_behind_the_link_in_one_batch_leaves_already(places: Places) -> None:
    await places.take(places.typed("/help", "new"))
    ((_, shown),) = await places.said()
    code = shown.partition("/link ")[2].split()[0]
    await places.take(
        places.typed("Too early", "new"),
        places.typed(f"/link {code} accueil {NUMBER}", "new", OPERATOR),
        places.typed("In time", "new"),
    )
    jobs = await places.world.claim()
    assert jobs == []
    places.world.clock.pass_(6)
    assert [job.text for job in await places.world.claim()] == ["Cabinet : In time"]


async def test_a_command_is_about_what_came_before_it_in_its_batch(places: Places) -> None:
    await places.take(places.typed("First"), places.typed("/cancel"), places.typed("Second"))
    places.world.clock.pass_(6)
    assert [job.text for job in await places.world.claim()] == ["Cabinet : Second"]


# --- a forum's General -----------------------------------------------------------------------------------------------
async def test_plain_words_in_general_stay_there_and_that_is_told_once_a_day(places: Places) -> None:
    await places.take(places.typed("Hello", commons=True), places.typed("Anybody?", commons=True))
    ((_, said),) = await places.said()
    assert said.startswith("Not sent: here, in the group's General topic, what you write stays between you.")
    places.world.clock.pass_(24 * 3600)
    await places.take(places.typed("Hello again", commons=True))
    assert len(await places.said()) == 1


async def test_commands_work_in_general(places: Places) -> None:
    await places.take(places.typed(f"/sms {NUMBER} Hello", commons=True))
    places.world.clock.pass_(6)
    assert [job.text for job in await places.world.claim()] == ["Cabinet : Hello"]


# --- where the bot may not write or is not ---------------------------------------------------------------------------
async def test_words_in_a_muted_room_leave_and_a_command_has_the_bot_try_again(places: Places) -> None:
    line = places.world.rooms["line"]
    await places.world.write(lambda tx: tx.rooms.set_state(line.id, RoomState.MUTED))
    await places.take(places.typed("Hello"))
    places.world.clock.pass_(6)
    assert len(await places.world.claim()) == 1
    assert await places.said() == []
    await places.take(places.typed("/credits"))
    assert len(await places.said()) == 1
    rooms = await places.world.read(lambda tx: tx.rooms.by_id({line.id}))
    assert rooms[line.id].state is RoomState.ACTIVE


async def test_whoever_is_heard_in_a_suspended_room_shows_that_the_bot_is_there_again(places: Places) -> None:
    line = places.world.rooms["line"]
    await places.world.write(lambda tx: tx.rooms.set_state(line.id, RoomState.SUSPENDED))
    await places.take(places.typed("Hello"), places.typed("/credits"))
    places.world.clock.pass_(6)
    assert [job.text for job in await places.world.claim()] == ["Cabinet : Hello"]
    assert len(await places.said()) == 1
    rooms = await places.world.read(lambda tx: tx.rooms.by_id({line.id}))
    assert rooms[line.id].state is RoomState.ACTIVE


async def test_what_was_typed_where_a_suspended_room_was_before_shows_nothing(places: Places) -> None:
    line, moved = places.world.rooms["line"], RoomAddress("web", "moved")
    await places.take(RoomMoved("m1", line.address, moved), BotRemoved("b1", moved))
    await places.take(places.typed("Hello"), places.typed("/help"))
    places.world.clock.pass_(6)
    assert (await places.said(), await places.world.claim()) == ([], [])


async def test_a_forwarded_command_is_none(places: Places) -> None:
    await places.take(places.typed("/help", forwarded=True), places.typed("/help", "new", forwarded=True))
    assert await places.said() == []


# --- edits of what was no message ------------------------------------------------------------------------------------
async def test_an_edited_mistake_sends_nothing_and_that_is_told_once(places: Places) -> None:
    mistake = places.typed("/sms Hello")
    await places.take(mistake)
    assert len(await places.said()) == 1
    for text in (f"/sms {NUMBER} Hello", f"/sms {NUMBER} Hello!"):
        await places.take(places.edited(mistake, text))
    ((_, said),) = await places.said()
    assert said == "Still not sent: editing a message does not send it. Write a new one."
    places.world.clock.pass_(6)
    assert await places.world.claim() == []


async def test_other_edits_of_what_was_no_message_are_passed_over(places: Places) -> None:
    note, foreign = places.typed("// note"), places.typed("Hello", "new")
    await places.take(note, foreign)
    await places.take(places.edited(note, "Hello"), places.edited(foreign, f"/sms {NUMBER} Hello"))
    places.world.clock.pass_(6)
    assert (await places.said(), await places.world.claim()) == ([], [])
