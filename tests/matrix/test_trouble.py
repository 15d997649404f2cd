"""A homeserver that is away, slow to take more, or refuses our token; and how often it is asked meanwhile."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.matrix.proxy import BAD_GATEWAY, Seen
from tests.matrix.relay import MatrixRelay
from tests.relay_setting import PETIT, Setting
from tests.synapse import Account, Synapse
from tests.telegram.people import answered

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
TEXT = "Your appointment is at 9."
PUSHED = Setting(callbacks=True)
LOUD = Setting(callbacks=True, errors=frozenset({"matrix.keys_unreadable"}))
EVERY = 4.8
"""Five seconds between two requests, but for what the way takes."""


@pytest.fixture
async def relay(tmp_path: Path, synapse_again: Synapse) -> AsyncIterator[MatrixRelay]:
    async with MatrixRelay(tmp_path, synapse_again, PUSHED) as relay:
        yield relay


async def sent(relay: MatrixRelay, room: str = "reception") -> str:
    """A message that arrived."""
    message = await relay.say(TEXT, room)
    await relay.later(5)
    return message


def too_close(requests: list[Seen], since: float) -> list[str]:
    """The requests that came less than five seconds after the one before."""
    asked = [one for one in requests if one.at >= since]
    return [
        f"{before.method} {before.path} at {before.at - since:.2f}, {one.method} {one.path} at {one.at - since:.2f}"
        for before, one in itertools.pairwise(asked)
        if one.at - before.at < EVERY
    ]


async def test_answers_wait_in_order_while_the_homeserver_is_stopped(relay: MatrixRelay) -> None:
    await sent(relay)
    await asyncio.to_thread(relay.synapse.stop)
    for number in (1, 2, 3):
        await relay.ovh.answer("+33612345678", f"Number {number}.")
    await relay.until(lambda: relay.trouble == "unreachable")
    relay.clock.leap(1000)
    await relay.later(60, step=30)
    await asyncio.to_thread(relay.synapse.start)
    while_away = await relay.say("Bring your papers.")
    await relay.recovers()
    await relay.later(60)
    assert [(text or "").split('"')[1] for text in await relay.posts()] == ["Number 1.", "Number 2.", "Number 3."]
    assert await relay.mark(while_away) == ["✅"]
    assert "ops_chat_unreachable" in str(relay.rows.notices())
    await relay.check()


@pytest.mark.parametrize("busy", [False, True], ids=["nothing to say", "answers and marks waiting"])
async def test_behind_a_502_it_asks_once_in_five_seconds_at_most(relay: MatrixRelay, busy: bool) -> None:
    await sent(relay)
    await relay.settled()
    relay.proxy.plan("/", BAD_GATEWAY, times=None)
    if busy:
        for number in (1, 2, 3):
            await relay.ovh.answer("+33612345678", f"Number {number}.")
    await relay.say("Bring your papers.")  # ends the poll that waits
    await relay.until(lambda: relay.trouble == "unreachable", within=20)
    began = relay.clock.monotonic()
    await relay.later(90)
    assert len([one for one in relay.proxy.seen if one.at >= began]) > 2
    assert too_close(relay.proxy.seen, began) == []
    relay.proxy.heal()
    await relay.recovers()
    await relay.later(60)
    assert len(await relay.posts()) == (3 if busy else 0)
    assert [one.text for one in relay.ovh.records.accepted] == [TEXT, "Bring your papers."]
    await relay.check()


@pytest.mark.parametrize("busy", [False, True], ids=["nothing to say", "answers waiting"])
async def test_a_revoked_token_is_told_and_tried_rarely(relay: MatrixRelay, busy: bool) -> None:
    await sent(relay)
    await relay.settled()
    await relay.synapse.revoke(relay.bot)
    if busy:
        await relay.ovh.answer("+33612345678", "Yes.")
    await relay.say("Bring your papers.")
    relay.clock.leap(40)  # the poll that waits ends
    await relay.until(lambda: relay.trouble == "revoked", within=40)
    began = relay.clock.monotonic()
    await relay.later(200)
    assert len([one for one in relay.proxy.seen if one.at >= began]) > 1
    assert too_close(relay.proxy.seen, began) == []
    assert "ops_chat_revoked" in str(relay.rows.notices())
    assert (await relay.ready())["chats"] == {"matrix": "revoked"}


class WithPassword(MatrixRelay):
    """The bot logs in by itself, once."""

    def credentials(self, bot: Account) -> dict[str, str]:
        return {"password": bot.password}


@pytest.mark.parametrize("room", ["reception", "ward"], ids=["plain", "encrypted"])
async def test_a_token_that_ran_out_is_replaced_and_the_device_stays(
    tmp_path: Path, synapse_again: Synapse, room: str
) -> None:
    async with WithPassword(tmp_path, synapse_again, PUSHED) as relay:
        await sent(relay, room)
        kept = relay.kept()
        assert oct((relay.store / "session.json").stat().st_mode)[-3:] == "600"
        await synapse_again.expire(kept)
        message = await relay.say("Bring your papers.", room)
        await relay.until(lambda: relay.trouble is not None)
        await relay.recovers()
        await relay.later(60)
        assert await relay.mark(message, room) == ["✅"]
        assert (relay.kept().device, relay.kept().token == kept.token) == (kept.device, False)
        await relay.check()


async def test_it_logs_in_once_and_not_again_at_the_next_start(tmp_path: Path, synapse: Synapse) -> None:
    async with WithPassword(tmp_path, synapse, PUSHED) as relay:
        before = relay.kept()
        await relay.stop()
        await relay.start()
        await sent(relay, "ward")
        assert relay.kept() == before
        assert len(relay.proxy.asked("/login", "POST")) == 1
        await relay.check()


@pytest.mark.parametrize("room", ["reception", "ward"], ids=["plain", "encrypted"])
async def test_under_synapse_s_own_limits_everything_arrives_in_its_time(
    tmp_path: Path, strict_synapse: Synapse, room: str
) -> None:
    async with MatrixRelay(tmp_path, strict_synapse, PUSHED) as relay:
        messages = [await relay.say(f"Number {number}", room) for number in range(6)]
        await relay.settled()
        await answered(relay, PETIT if room == "ward" else "+33612345678", "Yes.")
        await relay.until_seen(lambda: _all_marked(relay, room, messages), within=100)
        assert 'Yes."' in str(await relay.posts(room))
        assert [one.text for one in relay.ovh.records.accepted] == [f"Number {number}" for number in range(6)]
        await relay.check()


async def _all_marked(relay: MatrixRelay, room: str, messages: list[str]) -> bool:
    shown = {line.id: line.given(relay.bot.user) for line in await relay.karim.shown(relay.rooms[room])}
    return all(shown[message] == ["✅"] for message in messages)


def without_keys(relay: MatrixRelay) -> None:
    """The store is lost: its folder is empty."""
    for path in relay.store.iterdir():
        path.unlink()


async def test_a_lost_store_silences_encrypted_rooms_tells_the_way_out_and_leaves_plain_ones_alone(
    tmp_path: Path, synapse: Synapse
) -> None:
    async with MatrixRelay(tmp_path, synapse, LOUD) as relay:
        await sent(relay, "ward")
        await relay.stop()
        without_keys(relay)
        await relay.start()
        await relay.settled()
        plain = await sent(relay)
        await answered(relay, PETIT, "Yes.")
        await relay.later(600)
        assert await relay.mark(plain) == ["✅"]
        assert "Yes." not in str(list(await relay.karim.events(relay.rooms["ward"])))
        assert "device" in str(await relay.posts("operations"))
        await relay.check()


async def test_a_new_device_after_a_lost_store_reads_and_writes_again(tmp_path: Path, synapse: Synapse) -> None:
    async with MatrixRelay(tmp_path, synapse, LOUD) as relay:
        await sent(relay, "ward")
        await relay.stop()
        without_keys(relay)
        relay.bot = await relay.synapse.log_in(relay.bot)
        await relay.start()
        await relay.settled()
        message = await relay.say("Bring your papers.", "ward")
        await relay.later(60)
        assert await relay.mark(message, "ward") == ["✅"]
        await answered(relay, PETIT, "Yes.")
        assert await relay.posts("ward") == ['M. Petit, 06 12 34 56 79: "Yes."']
        await relay.check()
