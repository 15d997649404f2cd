"""Second thoughts upon second thoughts: what was told of a message keeps to what became of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.relay import Relay, Setting
from tests.test_commands import sent

LONG = "a" * 161
DETAIL = "See example.org " + "b" * 200


@pytest.fixture
async def relay(tmp_path: Path) -> AsyncIterator[Relay]:
    async with Relay(tmp_path, Setting(hold=5, callbacks=True)) as relay:
        yield relay
        await relay.settled()
        relay.check_invariants()


async def test_what_is_tried_anyway_after_an_edit_tells_its_cost_again(relay: Relay) -> None:
    entry = relay.say(LONG)
    await relay.settled()
    relay.chat.edit(entry.id, DETAIL)
    await relay.later(10)
    assert relay.posts()[0] == "Not sent in the end: another message here says why."
    relay.press("anyway")
    await relay.later(60)
    assert [text for text, _ in sent(relay)] == [DETAIL]
    assert relay.posts()[0] == "This message makes 2 SMS: 2 credits."
