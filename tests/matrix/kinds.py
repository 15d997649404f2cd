"""The whole bridge on Matrix in other circumstances: keys that come late, a password for a token, rooms with a past."""

from contextlib import AsyncExitStack

from tests.matrix.person import Person
from tests.matrix.proxy import Proxy
from tests.matrix.relay import MatrixRelay
from tests.synapse import Account


class SlowKeys(MatrixRelay):
    """Claire's keys can be held back on their way: `way.keep(KEYS)`, `way.deliver()`."""

    async def _person(self, name: str, stack: AsyncExitStack) -> Person:
        if name != "Claire":
            return await super()._person(name, stack)
        self.way = await stack.enter_async_context(Proxy(self.synapse.url))
        account = await self.synapse.register(name)
        return await stack.enter_async_context(Person(self.way.url, account, encryption=True))


KEYS = "/sendToDevice/m.room.encrypted"


class WithPassword(MatrixRelay):
    """The bot logs in by itself, once."""

    def credentials(self, bot: Account) -> dict[str, str]:
        return {"password": bot.password}


class WithAPast(MatrixRelay):
    """People wrote before the bridge was ever started."""

    async def _open_chat(self, stack: AsyncExitStack) -> None:
        await super()._open_chat(stack)
        for room in ("reception", "ward"):
            self.unheard.add(await self.say("Written before the first start.", room))
