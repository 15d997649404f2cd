"""What befalls one side is told on the other, in words of the side that it befell; and the other goes on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.both.relay import BothRelay
from tests.doubles.telegram import Fault
from tests.matrix.proxy import BAD_GATEWAY
from tests.relay_setting import PETIT, Setting
from tests.synapse import Synapse
from tests.telegram.people import TEXT, answered

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
PUSHED = Setting(callbacks=True)
LOUD = Setting(callbacks=True, errors=frozenset({"matrix.keys_unreadable"}))
YES = 'Mme Durand, 06 12 34 56 78: "Yes."'


@pytest.fixture
async def relay(tmp_path: Path, synapse: Synapse) -> AsyncIterator[BothRelay]:
    """Alarms are told in a Telegram group."""
    async with BothRelay(tmp_path, PUSHED, synapse=synapse) as relay:
        yield relay


@pytest.fixture
async def from_matrix(tmp_path: Path, synapse: Synapse) -> AsyncIterator[BothRelay]:
    """Alarms are told in a Matrix room."""
    async with BothRelay(tmp_path, PUSHED, synapse=synapse, operations="matrix") as relay:
        yield relay


async def groups_go_on(relay: BothRelay) -> None:
    """From a group to a telephone and back."""
    message = relay.groups.say(TEXT)
    await relay.later(60)
    assert relay.groups.marks(message)[-1] == "🕊"
    await answered(relay)
    await relay.later(5)
    assert relay.groups.posts()[-1] == YES


async def rooms_go_on(relay: BothRelay) -> None:
    """From a room to a telephone and back."""
    message = await relay.say(TEXT)
    await relay.later(60)
    assert await relay.mark(message) == ["✅"]
    await answered(relay)
    await relay.later(5)
    assert (await relay.posts())[-1] == YES


# --- one side is away ----------------------------------------------------------------------------------------------
async def test_a_revoked_matrix_token_is_told_in_telegram_where_all_goes_on(relay: BothRelay) -> None:
    await relay.synapse.revoke(relay.bot)
    await relay.say("Nobody hears this.")
    relay.clock.leap(40)  # the poll that waits ends
    await relay.until(lambda: relay.trouble == "revoked", within=40)
    await relay.later(5)
    assert [one.split(".")[0] for one in await relay.told()] == [
        "Chat Matrix: it refuses our token, nothing is heard or shown any more"
    ]
    assert (await relay.ready())["chats"] == {"matrix": "revoked", "telegram": "ok"}
    await groups_go_on(relay)


async def test_a_homeserver_away_for_a_quarter_of_an_hour_is_told_in_telegram_where_all_goes_on(
    relay: BothRelay,
) -> None:
    relay.proxy.plan("/", BAD_GATEWAY, times=None)
    meanwhile = await relay.say("Bring your papers.")  # ends the poll that waits
    await relay.until(lambda: relay.trouble == "unreachable", within=20)
    await relay.later(14 * 60)
    assert await relay.told() == []
    await relay.later(120)
    assert [one.split(".")[0] for one in await relay.told()] == ["Chat Matrix: out of reach"]
    await groups_go_on(relay)
    relay.proxy.heal()
    await relay.recovers()
    await relay.later(60)
    assert await relay.mark(meanwhile) == ["✅"]
    await relay.check()


async def test_a_revoked_telegram_token_is_told_in_matrix_where_all_goes_on(from_matrix: BothRelay) -> None:
    relay = from_matrix
    relay.groups.telegram.revoke_token()
    relay.clock.leap(51)
    await relay.until(lambda: relay.groups.trouble == "revoked")
    await relay.later(5)
    assert [one.split(".")[0] for one in await relay.told()] == [
        "Chat Telegram: it refuses our token, nothing is heard or shown any more"
    ]
    await rooms_go_on(relay)
    assert (await relay.ready())["chats"] == {"matrix": "ok", "telegram": "revoked"}


async def test_a_telegram_away_for_a_quarter_of_an_hour_is_told_in_matrix_where_all_goes_on(
    from_matrix: BothRelay,
) -> None:
    relay = from_matrix
    away = relay.groups.telegram.script(Fault.broken(502), "*", None)
    meanwhile = relay.groups.say("Bring your papers.")
    await relay.until(lambda: relay.groups.trouble == "unreachable")
    await relay.later(20 * 60, step=60)
    assert [one.split(".")[0] for one in await relay.told()] == ["Chat Telegram: out of reach"]
    await rooms_go_on(relay)
    away.cancel()
    await relay.later(120)
    assert relay.groups.marks(meanwhile)[-1] == "🕊"
    await relay.check()


# --- one room is away ----------------------------------------------------------------------------------------------
async def test_a_muted_matrix_room_is_told_in_telegram_as_a_room_with_its_own_sign(relay: BothRelay) -> None:
    room = relay.rooms["reception"]
    await relay.claire.lets(room, relay.bot.user, -1)
    await relay.later(5)
    [told] = await relay.told()
    assert told.startswith(f"The bot can no longer write in the room matrix:{room}.")
    assert told.endswith("Give it that right again, then write !sms help there.")
    await relay.claire.lets(room, relay.bot.user, 50)
    await rooms_go_on(relay)
    await relay.check()


async def test_a_muted_or_lost_group_is_told_in_matrix_as_a_group_with_its_own_sign(from_matrix: BothRelay) -> None:
    relay = from_matrix
    group = relay.groups.rooms["reception"]
    group.mutes_bot(relay.groups.claire)
    await relay.later(5)
    group.kicks_bot(relay.groups.claire)
    await relay.later(5)
    muted, lost = await relay.told()
    assert muted.startswith(f"The bot can no longer write in the group telegram:{group.id}.")
    assert muted.endswith("then write /help there.")
    assert lost.startswith(f"The group telegram:{group.id} is out of reach: the bot was removed from it")
    await relay.check()


async def test_a_group_that_becomes_a_supergroup_is_told_in_matrix_as_a_group(from_matrix: BothRelay) -> None:
    relay = from_matrix
    old = relay.groups.rooms["volunteers"]
    there = old.becomes_supergroup(relay.groups.claire)
    await relay.later(5)
    assert await relay.told() == [
        f"The group telegram:{old.id} has a new address: telegram:{there.id}."
        " All goes on; change it in the configuration too."
    ]
    await relay.check()


async def test_a_matrix_room_that_is_replaced_and_then_moved_is_told_in_telegram(relay: BothRelay) -> None:
    old = relay.rooms["reception"]
    there = await relay.claire.upgrades(old)
    await relay.claire.invites(there, relay.karim.user)
    await relay.karim.joins(there)
    await relay.later(5)
    [replaced] = await relay.told()
    assert replaced.startswith(f"The room matrix:{old} was replaced by a new one. Invite the bot into that one")
    await relay.claire.invites(there, relay.bot.user)
    await relay.later(60)
    relay.rooms |= {"reception": there, "before": old}
    assert (await relay.told())[1:] == [
        f"The room matrix:{old} has a new address: matrix:{there}. All goes on; change it in the configuration too."
    ]
    await rooms_go_on(relay)
    await relay.check()


async def test_lost_keys_are_told_in_telegram_and_the_sealed_room_s_answers_go_by_the_next_rule(
    tmp_path: Path, synapse: Synapse
) -> None:
    async with BothRelay(tmp_path, LOUD, synapse=synapse) as relay:
        relay.groups.say("Bring your boots.", "volunteers")
        await relay.later(5)
        await relay.say("Your results are in.", "ward")
        await relay.later(5)
        await relay.stop()
        for path in relay.store.iterdir():
            path.unlink()
        await relay.start()
        await relay.settled()
        await answered(relay, PETIT, "Yes.")
        await relay.later(60)
        assert relay.groups.posts("volunteers") == [
            'M. Petit, 06 12 34 56 79: "Yes." (answers an SMS that was not written here)'
        ]
        [device] = [one for one in await relay.told() if one.startswith("The keys of device ")]
        keys, sealed = [one for one in await relay.told() if one != device]
        assert keys.startswith("Chat Matrix: the keys to encrypted rooms are lost")
        assert sealed.startswith(f"The encrypted room matrix:{relay.rooms['ward']} is out of reach")
        await rooms_go_on(relay)
        await relay.check()
