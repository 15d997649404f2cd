"""A bridge on Matrix that is a process of its own, to be killed: a real Synapse, simulated telephones, one clock."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from bridge.sandbox.ovh import SimulatedOvh, SmsAccount
from tests.crash.child import Child
from tests.crash.world import ARRIVES_AFTER, DURAND, KLEIN, WITHIN
from tests.matrix.person import Person
from tests.matrix.proxy import Proxy
from tests.matrix.timeline import Line
from tests.synapse import Synapse

TO = {"reception": ("Durand", DURAND), "ward": ("Klein", KLEIN)}
"""The rooms and whom they write to; the ward is encrypted."""


class KilledWorld:
    """An async context manager; every bridge started in it is dead when it is left."""

    def __init__(self, folder: Path, synapse: Synapse) -> None:
        self._synapse, self._folder = synapse, folder
        self._account = SmsAccount(credits=10_000)
        self._open = AsyncExitStack()
        self._news = asyncio.Event()
        self.children: list[Child] = []
        self.rooms: dict[str, str] = {}
        self.ovh = SimulatedOvh([self._account], delivery_after=ARRIVES_AFTER)
        self.proxy = Proxy(synapse.url)

    async def __aenter__(self) -> Self:
        self.ovh.subscribe(lambda _: self._news.set())
        self.proxy.watch(self._news.set)
        await self._open.enter_async_context(self.ovh)
        await self._open.enter_async_context(self.proxy)
        self.bot = await self._synapse.register("Sms")
        claire = Person(self._synapse.url, await self._synapse.register("Claire"), encryption=True)
        self.claire = await self._open.enter_async_context(claire)
        for name in TO:
            room = await self.claire.creates(name, [self.bot.user], encrypted=name == "ward")
            status, told = await self._synapse.call("POST", f"/join/{room}", self.bot.token, {})
            assert status == 200, told
            self.rooms[name] = room
        self._write_configuration()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self.children:
            await child.bury()
        await self._open.aclose()

    def _write_configuration(self) -> None:
        account = self._account
        phone = {
            "name": "office",
            "service_name": account.service_name,
            "endpoint": self.ovh.url,
            "application_key": account.application_key,
            "application_secret": account.application_secret,
            "consumer_key": account.consumer_key,
            "poll_every": 1,
        }
        matrix = {
            "homeserver": self.proxy.url,
            "user": self.bot.user,
            "access_token": self.bot.token,
            "device_id": self.bot.device,
            "store": "matrix",
        }
        rooms = [
            {"room": f"matrix:{room}", "phone": "office", "hold": 0, "to": [{"name": who, "number": number}]}
            for room, (who, number) in ((self.rooms[name], to) for name, to in TO.items())
        ]
        tree = {
            "database": "sqlite:///bridge.db",
            "language": "en",
            "http": {"host": "127.0.0.1", "port": 0},
            "phones": [phone],
            "matrix": matrix,
            "reconcile_after": [1, 2],
            "rooms": rooms,
            "logs": "json",
        }
        self._config.write_text(json.dumps(tree), encoding="utf-8")

    @property
    def _config(self) -> Path:
        return self._folder / "config.yaml"

    # The bridge

    async def start(self, probe: str | None = None) -> Child:
        """Start the bridge, to be killed at `probe`; returns at once."""
        child = await Child.start(self._config, self._news.set, probe)
        self.children.append(child)
        return child

    async def started(self) -> Child:
        """Start the bridge; returns when it has asked for what happened, and so has its keys on the server."""
        before = len(self.proxy.asked("/sync", "GET"))
        child = await self.start()
        await self.until(lambda: child.ended or len(self.proxy.asked("/sync", "GET")) > before + 1, "it listens")
        return child

    async def until(self, happened: Callable[[], object], what: str, within: float = WITHIN) -> None:
        """Wait until something is true of this world. Raises AssertionError, with the latest log, when it is late."""

        async def looked() -> object:
            return happened()

        await self.until_seen(looked, what, within)

    async def until_seen(self, happened: Callable[[], Awaitable[object]], what: str, within: float = WITHIN) -> None:
        """The same for what people must look at."""
        try:
            async with asyncio.timeout(within):
                while True:
                    self._news.clear()
                    if await happened():
                        return
                    await self._news.wait()
        except TimeoutError:
            logs = "\n---\n".join("\n".join(child.log[-40:]) for child in self.children)
            raise AssertionError(f"it never came to this: {what}\n{logs}") from None

    async def kill(self, child: Child) -> None:
        """SIGKILL, and wait for its end."""
        child.kill()
        await self.until(lambda: child.ended, "it is dead")

    # The people

    async def say(self, room: str, text: str, reply_to: str | None = None) -> str:
        """Claire writes."""
        return await self.claire.types(self.rooms[room], text, reply_to=reply_to)

    def inbox(self, room: str) -> list[str]:
        """What the telephone of that room's person has received, in its order."""
        return [sms.text for sms in self.ovh.telephone(TO[room][1]).inbox]

    async def mark(self, room: str, event: str) -> list[str]:
        """The bot's reactions on a message."""
        [line] = [one for one in await self.claire.shown(self.rooms[room]) if one.id == event]
        return line.given(self.bot.user)

    async def until_marked(self, room: str, event: str, sign: str = "✅") -> None:
        """Wait for this mark, alone."""

        async def marked() -> bool:
            return await self.mark(room, event) == [sign]

        await self.until_seen(marked, f"a message bears {sign}")

    async def lines(self, room: str) -> list[Line]:
        """What the bot said, the pinned first message apart."""
        place = self.rooms[room]
        pinned = await self.claire.pinned(place)
        return [one for one in await self.claire.shown(place) if one.sender == self.bot.user and one.id not in pinned]

    async def until_said(self, room: str, words: str) -> Line:
        """Wait for a line of the bot with these words."""
        found: list[Line] = []

        async def said() -> bool:
            found[:] = [one for one in await self.lines(room) if words in (one.text or "")]
            return bool(found)

        await self.until_seen(said, f"the bot says {words!r}")
        return found[-1]
