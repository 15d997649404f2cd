"""How often a homeserver is asked that is away or refuses our token. (What comes of it: docs/reliability.md.)"""

import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.matrix.kinds import WithPassword
from tests.matrix.people import sent
from tests.matrix.proxy import BAD_GATEWAY, Seen
from tests.matrix.relay import MatrixRelay
from tests.relay_setting import Setting
from tests.synapse import Synapse
from tests.telegram.people import TEXT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
PUSHED = Setting(callbacks=True)
EVERY = 4.8
"""Five seconds between two requests, but for what the way takes."""


@pytest.fixture
async def relay(tmp_path: Path, synapse_again: Synapse) -> AsyncIterator[MatrixRelay]:
    async with MatrixRelay(tmp_path, PUSHED, synapse=synapse_again) as relay:
        yield relay


def too_close(requests: list[Seen], since: float) -> list[str]:
    """The requests that came less than five seconds after the one before."""
    asked = [one for one in requests if one.at >= since]
    return [
        f"{before.method} {before.path} at {before.at - since:.2f}, {one.method} {one.path} at {one.at - since:.2f}"
        for before, one in itertools.pairwise(asked)
        if one.at - before.at < EVERY
    ]


@pytest.mark.parametrize("busy", [False, True], ids=["nothing to say", "answers and marks waiting"])
async def test_behind_a_502_it_asks_once_in_five_seconds_at_most(relay: MatrixRelay, busy: bool) -> None:
    await sent(relay, "reception")
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
    await sent(relay, "reception")
    await relay.synapse.revoke(relay.bot)
    if busy:
        await relay.ovh.answer("+33612345678", "Yes.")
    await relay.say("Bring your papers.")  # ends the poll that waits
    await relay.until(lambda: relay.trouble == "revoked", within=40)
    began = relay.clock.monotonic()
    await relay.later(200)
    assert len([one for one in relay.proxy.seen if one.at >= began]) > 1
    assert too_close(relay.proxy.seen, began) == []
    assert "ops_chat_revoked" in str(relay.rows.notices())
    assert (await relay.ready())["chats"] == {"matrix": "revoked"}


async def test_it_logs_in_once_and_not_again_at_the_next_start(tmp_path: Path, synapse: Synapse) -> None:
    async with WithPassword(tmp_path, PUSHED, synapse=synapse) as relay:
        before = relay.kept()
        assert oct((relay.store / "session.json").stat().st_mode)[-3:] == "600"
        await relay.stop()
        await relay.start()
        await sent(relay, "ward")
        assert relay.kept() == before
        assert len(relay.proxy.asked("/login", "POST")) == 1
        await relay.check()
