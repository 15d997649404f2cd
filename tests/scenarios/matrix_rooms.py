"""Matrix rooms that the bot loses, that forbid it to write, that move, and that become encrypted."""

from tests.matrix.kinds import WithAPast
from tests.matrix.people import ANSWERS, PLACES, sent
from tests.matrix.relay import MatrixRelay
from tests.relay_setting import Setting
from tests.scenarios.scenario import on_matrix
from tests.scenarios.sending import HOUR
from tests.telegram.people import TEXT, answered

PUSHED = Setting(callbacks=True)
DESK = Setting(callbacks=True, desk=True)
MODERATOR = 50


async def _waits_outside(relay: MatrixRelay) -> None:
    """Both write an answer; for an hour nothing is tried in their rooms, and nobody else reads it."""
    for number in PLACES.values():
        await answered(relay, number)
    before = len(relay.proxy.seen)
    await relay.later(HOUR)
    tries = [one.path for one in relay.proxy.seen[before:] if "/send/" in one.path]
    assert not [path for path in tries for room in PLACES if relay.rooms[room] in path]
    assert "Yes." not in str(await relay.posts("operations"))


async def _asked_in(relay: MatrixRelay) -> None:
    """The bot is invited into both again, and shows what waited."""
    for room in PLACES:
        await relay.claire.invites(relay.rooms[room], relay.bot.user)
    await relay.later(60)
    for room in PLACES:
        assert await relay.posts(room) == [ANSWERS[room]]


@on_matrix(PUSHED)
async def matrix_bot_kicked(relay: MatrixRelay) -> None:
    await sent(relay)
    for room in PLACES:
        await relay.claire.kicks(relay.rooms[room], relay.bot.user)
    await relay.settled()
    await _waits_outside(relay)
    await _asked_in(relay)


@on_matrix(PUSHED)
async def matrix_bot_banned(relay: MatrixRelay) -> None:
    await sent(relay)
    for room in PLACES:
        await relay.claire.bans(relay.rooms[room], relay.bot.user)
    await relay.settled()
    await _waits_outside(relay)
    for room in PLACES:
        await relay.claire.unbans(relay.rooms[room], relay.bot.user)
    await _asked_in(relay)


@on_matrix(DESK)
async def matrix_bot_kicked_with_a_desk(relay: MatrixRelay) -> None:
    await sent(relay)
    for room in PLACES:
        await relay.claire.kicks(relay.rooms[room], relay.bot.user)
    await relay.settled()
    await _waits_outside(relay)
    assert [(text or "").split(":")[0] for text in await relay.posts("desk")] == [
        "Unknown number, 06 12 34 56 78",
        "Unknown number, 06 12 34 56 79",
    ]


@on_matrix(PUSHED)
async def matrix_bot_muted(relay: MatrixRelay) -> None:
    before = await sent(relay)
    for room in PLACES:
        await relay.claire.lets(relay.rooms[room], relay.bot.user, -1)
    await relay.settled()
    for number in PLACES.values():
        await answered(relay, number)
    meanwhile = {room: await relay.say("Bring your papers.", room) for room in PLACES}
    await relay.later(60)
    for room in PLACES:
        assert await relay.posts(room) == []
        await relay.claire.lets(relay.rooms[room], relay.bot.user, MODERATOR)
    await relay.later(HOUR)
    for room, message in meanwhile.items():
        shown = {line.text: line.reply_to for line in await relay.lines(room)}
        assert shown.pop(ANSWERS[room]) == before[room]
        # Reactions were forbidden too: a line may have taken the mark's place.
        assert (await relay.mark(message, room), shown) in ((["✅"], {}), ([], {"Delivered": message}))


@on_matrix(PUSHED)
async def matrix_forbids_reactions(relay: MatrixRelay) -> None:
    for room in PLACES:
        await relay.claire.demands(relay.rooms[room], "m.reaction", 100)
        message = await relay.say(TEXT, room)
        await relay.later(60)
        assert [(line.text, line.reply_to) for line in await relay.lines(room)] == [("Delivered", message)]


async def _upgraded(relay: MatrixRelay, room: str) -> str:
    """People go on in a new room, without the bot."""
    there = await relay.claire.upgrades(relay.rooms[room])
    await relay.claire.invites(there, relay.karim.user)
    await relay.karim.joins(there)
    return there


@on_matrix(PUSHED)
async def matrix_room_upgraded(relay: MatrixRelay) -> None:
    await sent(relay)
    new = {room: await _upgraded(relay, room) for room in PLACES}
    await relay.settled()
    for room, number in PLACES.items():
        await answered(relay, number)
        assert await relay.posts(room) == []
    for there in new.values():
        await relay.claire.invites(there, relay.bot.user)
    await relay.later(60)
    relay.rooms |= {f"{room} before": relay.rooms[room] for room in PLACES} | new
    for room, number in PLACES.items():
        await answered(relay, number, "And where?")
        said = [line for line in await relay.lines(room) if '"' in (line.text or "")]
        assert [(line.text or "").split('"')[1] for line in said] == ["Yes.", "And where?"]
        assert [line.encrypted for line in said] == [room == "ward"] * 2
        await relay.say("Is anybody still here?", f"{room} before")
        message = await relay.say("Bring your papers.", room)
        await relay.later(60)
        assert await relay.mark(message, room) == ["✅"]


@on_matrix(Setting(callbacks=True, hold=5))
async def matrix_room_upgraded_while_a_message_waits(relay: MatrixRelay) -> None:
    for room in PLACES:
        await relay.say(TEXT, room)
    await relay.settled()
    for room in PLACES:
        there = await _upgraded(relay, room)
        await relay.claire.invites(there, relay.bot.user)
        relay.rooms |= {f"{room} before": relay.rooms[room], room: there}
    await relay.later(120)
    assert sorted(post.receivers for post in relay.ovh.records.accepted) == [(one,) for one in PLACES.values()]


@on_matrix(PUSHED)
async def matrix_room_becomes_encrypted(relay: MatrixRelay) -> None:
    await sent(relay, "reception")
    room = relay.rooms["reception"]
    switched_on = await relay.claire.encrypts(room)
    await relay.settled()
    message = await relay.say("Bring your papers.")
    await relay.later(60)
    assert await relay.mark(message) == ["✅"]
    await answered(relay, text="Which ones?")
    await relay.claire.sets(room, "m.room.encryption", {})
    await relay.settled()
    await answered(relay, text="And when?")
    await relay.claire.redacts(room, switched_on)
    await relay.settled()
    await answered(relay, text="And where?")
    await relay.stop()
    await relay.start()
    await relay.settled()
    await answered(relay, text="And who?")
    said = await relay.lines()
    assert [(line.text or "").split('"')[1] for line in said] == ["Which ones?", "And when?", "And where?", "And who?"]
    assert all(line.encrypted for line in said)


@on_matrix(PUSHED, WithAPast)
async def matrix_bot_comes_anew(relay: MatrixRelay) -> None:
    await sent(relay)
    for room in PLACES:
        await relay.claire.kicks(relay.rooms[room], relay.bot.user)
        await relay.settled()
        relay.unheard.add(await relay.say("Written while it was out.", room))
        await relay.claire.invites(relay.rooms[room], relay.bot.user)
        await relay.later(60)
        await relay.say("Bring your papers.", room)
        await relay.later(60)
    assert [post.text for post in relay.ovh.records.accepted] == [TEXT, TEXT, *["Bring your papers."] * 2]
