"""Matrix rooms that the bot loses, that forbid it to write, that move, and that become encrypted."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.matrix.relay import MatrixRelay
from tests.relay_setting import DURAND, PETIT, Setting
from tests.synapse import Synapse
from tests.telegram.people import answered

pytestmark = pytest.mark.slow
TEXT = "Your appointment is at 9."
PUSHED = Setting(callbacks=True)
HOUR = 3600
ANSWER = 'Mme Durand, 06 12 34 56 78: "Yes."'
PLACES = {"reception": (DURAND, ANSWER), "ward": (PETIT, 'M. Petit, 06 12 34 56 79: "Yes."')}
ROOMS = pytest.mark.parametrize("room", PLACES, ids=["plain", "encrypted"])


async def sent(relay: MatrixRelay, room: str = "reception") -> str:
    """A message that arrived."""
    message = await relay.say(TEXT, room)
    await relay.later(5)
    return message


@ROOMS
@pytest.mark.parametrize("how", ["kicks", "bans"])
async def test_an_answer_waits_for_a_bot_that_was_removed_and_is_shown_to_nobody_else(
    tmp_path: Path, synapse: Synapse, room: str, how: str
) -> None:
    number, answer = PLACES[room]
    async with MatrixRelay(tmp_path, synapse, PUSHED) as relay:
        await sent(relay, room)
        place, bot = relay.rooms[room], relay.bot.user
        await getattr(relay.claire, how)(place, bot)
        await relay.settled()
        await answered(relay, number)
        before = len(relay.proxy.seen)
        await relay.later(HOUR)
        tries = [one for one in relay.proxy.seen[before:] if "/send/" in one.path and place in one.path]
        assert tries == []
        if how == "bans":
            await relay.claire.unbans(place, bot)
        await relay.claire.invites(place, bot)
        await relay.later(60)
        assert await relay.posts(room) == [answer]
        assert relay.rows.notices() == ["reply", "ops_room_shut", "ops_reply_waits"]
        assert "Yes." not in str(await relay.posts("operations"))
        await relay.check()


async def test_a_bot_that_may_not_write_still_hears_and_shows_all_later(tmp_path: Path, synapse: Synapse) -> None:
    async with MatrixRelay(tmp_path, synapse, PUSHED) as relay:
        first = await sent(relay)
        room, bot = relay.rooms["reception"], relay.bot.user
        await relay.claire.lets(room, bot, -1)
        await relay.settled()
        await answered(relay)
        message = await relay.say("Bring your papers.")
        await relay.later(60)
        assert await relay.posts() == []
        assert [one.text for one in relay.ovh.records.accepted] == [TEXT, "Bring your papers."]
        await relay.claire.lets(room, bot, 50)
        await relay.later(HOUR)
        shown = {line.text: line.reply_to for line in await relay.lines()}
        assert shown.pop(ANSWER) == first
        # Reactions were forbidden too: a line may have taken the mark's place.
        assert (await relay.mark(message), shown) in ((["✅"], {}), ([], {"Delivered": message}))
        assert relay.rows.notices() == ["reply", "ops_room_shut", "ops_reply_waits"]
        await relay.check()


async def test_where_reactions_are_forbidden_a_line_tells_how_a_message_stands(
    tmp_path: Path, synapse: Synapse
) -> None:
    async with MatrixRelay(tmp_path, synapse, PUSHED) as relay:
        await relay.claire.demands(relay.rooms["reception"], "m.reaction", 100)
        message = await relay.say(TEXT)
        await relay.later(60)
        assert [(line.text, line.reply_to) for line in await relay.lines()] == [("Delivered", message)]
        await relay.check()


@ROOMS
async def test_a_room_that_is_upgraded_goes_on_in_the_new_one_once_the_bot_is_asked_in(
    tmp_path: Path, synapse: Synapse, room: str
) -> None:
    number, _ = PLACES[room]
    async with MatrixRelay(tmp_path, synapse, PUSHED) as relay:
        await sent(relay, room)
        old = relay.rooms[room]
        there = await relay.claire.upgrades(old)
        await relay.claire.invites(there, relay.karim.user)
        await relay.karim.joins(there)
        await relay.settled()
        await answered(relay, number)
        assert await relay.posts(room) == []
        await relay.claire.invites(there, relay.bot.user)
        await relay.later(60)
        relay.rooms |= {room: there, "before": old}
        await answered(relay, number, "And where?")
        said = [line for line in await relay.lines(room) if '"' in (line.text or "")]
        assert [(line.text or "").split('"')[1] for line in said] == ["Yes.", "And where?"]
        assert [line.encrypted for line in said] == [room == "ward"] * 2
        await relay.say("Bring your papers.", room)
        await relay.later(60)
        assert [one.text for one in relay.ovh.records.accepted] == [TEXT, "Bring your papers."]
        told = ["ops_room_shut", "ops_reply_waits", "ops_room_moved"]
        assert sorted(relay.rows.notices()) == sorted(["2 reply", "moved", *told])
        await relay.check()


async def test_a_room_that_becomes_encrypted_stays_so_whatever_the_server_says_later(
    tmp_path: Path, synapse: Synapse
) -> None:
    async with MatrixRelay(tmp_path, synapse, PUSHED) as relay:
        await sent(relay)
        room = relay.rooms["reception"]
        switched_on = await relay.claire.encrypts(room)
        await relay.settled()
        message = await relay.say("Bring your papers.")
        await relay.later(60)
        assert await relay.mark(message) == ["✅"]
        await relay.claire.sets(room, "m.room.encryption", {})
        await relay.claire.redacts(room, switched_on)
        await relay.settled()
        await answered(relay, text="Which ones?")
        await relay.stop()
        await relay.start()
        await relay.settled()
        await answered(relay, text="And when?")
        await relay.later(5)
        said = await relay.lines()
        assert [(line.text or "").split('"')[1] for line in said] == ["Which ones?", "And when?"]
        assert all(line.encrypted for line in said)
        await relay.check()


async def test_an_invite_is_accepted_from_operators_and_into_rooms_of_the_file_alone(
    tmp_path: Path, synapse: Synapse
) -> None:
    async with MatrixRelay(tmp_path, synapse, PUSHED) as relay:
        by_stranger = await relay.claire.creates("Elsewhere", [relay.bot.user])
        by_operator = await relay.karim.creates("Approved", [relay.bot.user])
        await relay.settled()
        await relay.later(5)
        joined = (await synapse.call("GET", "/joined_rooms", relay.bot.token))[1]["joined_rooms"]
        assert by_operator in joined
        assert by_stranger not in joined
        await relay.karim.types(by_operator, "This must not leave.")
        await relay.later(60)
        assert relay.ovh.records.posts_seen == 0
        await relay.check()


class WithAPast(MatrixRelay):
    """People wrote before the bridge was ever started."""

    async def _open_chat(self, stack: AsyncExitStack) -> None:
        await super()._open_chat(stack)
        for room in PLACES:
            self.unheard.add(await self.say("Written before the first start.", room))


@ROOMS
async def test_what_was_written_before_the_first_start_never_leaves_though_the_bot_comes_anew(
    tmp_path: Path, synapse: Synapse, room: str
) -> None:
    async with WithAPast(tmp_path, synapse, PUSHED) as relay:
        await sent(relay, room)
        for up in (True, False):
            if not up:
                await relay.stop()
            await relay.claire.kicks(relay.rooms[room], relay.bot.user)
            await relay.settled()
            await relay.claire.invites(relay.rooms[room], relay.bot.user)
            if not up:
                await relay.start()
            await relay.later(60)
            await relay.say(f"Back, {up}", room)
            await relay.later(60)
        assert [one.text for one in relay.ovh.records.accepted] == [TEXT, "Back, True", "Back, False"]
        await relay.check()
