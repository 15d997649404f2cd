"""A message that comes before its key: kept, told after five minutes, and sent once when the key is there."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.matrix.person import Person
from tests.matrix.proxy import Proxy
from tests.matrix.relay import MatrixRelay
from tests.relay_setting import Setting
from tests.synapse import Synapse

pytestmark = pytest.mark.slow
TEXT = "Your appointment is at 9."
KEYS = "/sendToDevice/m.room.encrypted"


class SlowKeys(MatrixRelay):
    """Claire's keys can be held back on their way."""

    async def _person(self, name: str, stack: AsyncExitStack) -> Person:
        if name != "Claire":
            return await super()._person(name, stack)
        self.way = await stack.enter_async_context(Proxy(self.synapse.url))
        account = await self.synapse.register(name)
        return await stack.enter_async_context(Person(self.way.url, account, encryption=True))


@pytest.mark.parametrize("late", [False, True], ids=["soon", "after six minutes"])
@pytest.mark.parametrize("restarted", [False, True], ids=["", "restarted meanwhile"])
async def test_a_message_whose_key_comes_late_leaves_once(
    tmp_path: Path, synapse: Synapse, late: bool, restarted: bool
) -> None:
    async with SlowKeys(tmp_path, synapse, Setting(callbacks=True)) as relay:
        relay.way.keep(KEYS)
        message = await relay.say(TEXT, "ward")
        await relay.settled()
        if restarted:
            await relay.stop()
            await relay.start()
        if late:
            relay.clock.leap(360)
            await relay.say("The kettle is on.")  # ends the poll that waits
            await relay.later(60)
        told = [line for line in await relay.lines("ward") if line.reply_to == message]
        assert len(told) == late
        assert TEXT not in [one.text for one in relay.ovh.records.accepted]
        assert relay.proxy.asked("/sendToDevice/m.room_key_request", "PUT")

        assert await relay.way.deliver()
        await relay.settled()
        await relay.later(60)
        assert [one.text for one in relay.ovh.records.accepted].count(TEXT) == 1
        assert await relay.mark(message, "ward") == ["✅"]
        await relay.check()
