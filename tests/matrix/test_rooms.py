"""Rooms that the Matrix bot is asked into, anew or by strangers. (What else befalls rooms: docs/reliability.md.)"""

from pathlib import Path

import pytest

from tests.matrix.kinds import WithAPast
from tests.matrix.people import PLACES, sent
from tests.matrix.relay import MatrixRelay
from tests.relay_setting import Setting
from tests.synapse import Synapse
from tests.telegram.people import TEXT

pytestmark = pytest.mark.slow
PUSHED = Setting(callbacks=True)


async def test_an_invite_is_accepted_from_operators_and_into_rooms_of_the_file_alone(
    tmp_path: Path, synapse: Synapse
) -> None:
    async with MatrixRelay(tmp_path, PUSHED, synapse=synapse) as relay:
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


async def test_asked_in_anew_while_it_was_off_it_still_sends_nothing_old(tmp_path: Path, synapse: Synapse) -> None:
    """Nor is it told that the bot is not there: whether it is, is looked at once invitations were followed."""
    async with WithAPast(tmp_path, PUSHED, synapse=synapse) as relay:
        await sent(relay)
        await relay.stop()
        for room in PLACES:
            await relay.claire.kicks(relay.rooms[room], relay.bot.user)
            relay.unheard.add(await relay.say("Written while it was out.", room))
            await relay.claire.invites(relay.rooms[room], relay.bot.user)
        await relay.start()
        await relay.later(60)
        for room in PLACES:
            await relay.say("Bring your papers.", room)
        await relay.later(60)
        assert [one.text for one in relay.ovh.records.accepted] == [TEXT, TEXT, *["Bring your papers."] * 2]
        assert not any("check_" in told for told in relay.rows.notices())
        await relay.check()
