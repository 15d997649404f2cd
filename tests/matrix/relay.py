"""The whole bridge on Matrix: a real Synapse behind a proxy, the rooms of a team, and the people who write there."""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import ClientSession

from bridge.config import Config
from tests.matrix.person import Person
from tests.matrix.proxy import Proxy
from tests.matrix.timeline import Line
from tests.relay_setting import NAMED, Setting, shared
from tests.synapse import Account, Synapse
from tests.whole import Whole

MODERATOR = 50
_AT_START = ("matrix.look_around", "matrix.offer", "matrix.greet")


class MatrixRelay(Whole):
    """As `Relay`, with rooms: reception (one person), everyone (three), ward (one, encrypted), operations, and
    a desk where one is wanted. Claire made them, the operator Karim and the bot are in all.

    The clock leaps, and Synapse's does not: what is written after a leap was written that long ago.
    """

    def __init__(self, folder: Path, setting: Setting | None = None, *, synapse: Synapse) -> None:
        self.begin = _begin()
        super().__init__(folder, setting)
        self.synapse, self.proxy = synapse, Proxy(synapse.url, self.clock.monotonic)
        self.store = folder / "matrix"
        self.rooms: dict[str, str] = {}
        self.unheard: set[str] = set()
        """Events of which nothing need become."""

    async def _open_chat(self, stack: AsyncExitStack) -> None:
        await stack.enter_async_context(self.proxy)
        self.bot = await self.synapse.register("Sms")
        self.claire, self.karim = [await self._person(name, stack) for name in ("Claire", "Karim")]
        for name in ("reception", "everyone", "ward", "operations", *(["desk"] if self.setting.desk else [])):
            self.rooms[name] = await self.room(name, encrypted=name == "ward")

    async def _person(self, name: str, stack: AsyncExitStack) -> Person:
        account = await self.synapse.register(name)
        return await stack.enter_async_context(Person(self.synapse.url, account, encryption=True))

    async def room(self, name: str, *, encrypted: bool = False, **more: Any) -> str:
        """A new room of Claire's with Karim and the bot, which is a moderator; gives its id."""
        levels = {"users": {self.bot.user: MODERATOR}}
        invited = [self.bot.user, self.karim.user]
        room = await self.claire.creates(name.capitalize(), invited, encrypted=encrypted, levels=levels, **more)
        await self.karim.joins(room)
        status, told = await self.synapse.call("POST", f"/join/{room}", self.bot.token, {})
        assert status == 200, told
        return room

    def config(self) -> Config:
        """The configuration from the next start on."""
        durand, petit, _ = NAMED
        to: dict[str, list[Any]] = {"reception": [durand], "everyone": [*NAMED], "ward": [petit], "desk": []}
        values = shared(self.setting, f"sqlite:///{self.rows.path}", self.ovh.url, self.port) | {
            "matrix": {
                "homeserver": self.proxy.url,
                "user": self.bot.user,
                "store": str(self.store),
                **self.credentials(self.bot),
            },
            "rooms": [
                {"room": f"matrix:{self.rooms[name]}", "phone": "accueil", "to": people, "hold": self.setting.hold}
                for name, people in to.items()
                if name in self.rooms
            ],
            "operators": [f"matrix:{self.karim.user}"],
            "operations_room": f"matrix:{self.rooms['operations']}",
        }
        return Config(**values)

    def credentials(self, bot: Account) -> dict[str, str]:
        """How the bot logs in."""
        return {"access_token": bot.token, "device_id": bot.device}

    # Rest

    def _chat_rests(self) -> bool:
        if self.bridge is None:
            return True
        if any(name in _AT_START for name in self.tasks()):
            return False
        # In trouble it rests when who listens waits to ask again: on the clock, as all others.
        return self.trouble is None or self.clock.asleep > self.waits + len(self.bridge.pollers)

    async def settled(self, within: float = 40.0) -> None:
        """Wait, in real seconds, until nothing is due or under way, and the bridge knows all that the server knows."""
        async with asyncio.timeout(within):
            while True:
                while not await self._heard_all():
                    await self._something_new()
                await super().settled(within)
                if await self._heard_all():
                    return

    async def _heard_all(self) -> bool:
        """Whether the bridge waits for news, and the server has none for it; while it is deaf, it knows no more."""
        if self.bridge is None or self.trouble is not None or not self.synapse.running:
            return True
        waiting = [one for one in self.proxy.asked("/sync", "GET") if not one.answered]
        if not waiting or "since" not in waiting[-1].query:
            return False
        query = f"timeout=0&since={waiting[-1].query['since']}&filter={quote(waiting[-1].query['filter'])}"
        status, told = await self.synapse.call("GET", f"/sync?{query}", self.bot.token)
        news = any(told.get("rooms", {}).values()) or told.get("to_device", {}).get("events")
        return status != 200 or not news

    @property
    def trouble(self) -> str | None:
        """Why Matrix is not heard, as `/readyz` tells."""
        return None if self.bridge is None else self.bridge.deliveries.platforms["matrix"].trouble

    async def ready(self) -> Any:
        """What `/readyz` tells; there must be callbacks, else nobody knows the port."""
        url = f"http://127.0.0.1:{self.port}/readyz"
        async with ClientSession() as session, session.get(url) as response:
            assert response.status == 200
            return await response.json()

    def kept(self) -> Account:
        """The session that the bridge keeps in its store."""
        told = json.loads((self.store / "session.json").read_text())
        return replace(self.bot, device=told["device"], token=told["token"])

    async def recovers(self, within: float = 40.0) -> None:
        """Let time pass until Matrix is heard again, and wait for what that brings."""
        async with asyncio.timeout(within):
            while self.trouble is not None:
                await self.settled(within)
                self.clock.leap(31)  # whoever waits to ask again, asks
                await self._asked_again()
        await self.settled(within)

    async def _asked_again(self) -> None:
        """Nobody sleeps any more beyond the time that has come."""
        while self.clock.overdue:
            await self._something_new()

    async def until_seen(self, condition: Callable[[], Awaitable[object]], within: float = 20.0) -> None:
        """Wait, in real seconds, until people see something."""
        async with asyncio.timeout(within):
            while not await condition():
                await self._something_new()

    # What people do, and what they see

    async def say(self, text: str, room: str = "reception", *, by: Person | None = None, **more: Any) -> str:
        """Claire writes; gives the event's id."""
        return await (by or self.claire).types(self.rooms[room], text, **more)

    async def lines(self, room: str = "reception") -> list[Line]:
        """What the bot said there, oldest first; the pinned first message apart."""
        place = self.rooms[room]
        pinned = await self.karim.pinned(place)
        return [one for one in await self.karim.shown(place) if one.sender == self.bot.user and one.id not in pinned]

    async def posts(self, room: str = "reception") -> list[str | None]:
        """The same, as people read it."""
        return [one.text for one in await self.lines(room)]

    async def line(self, words: str, room: str = "reception") -> Line:
        """The latest line of the bot with these words. Raises LookupError without one."""
        found = await self.lines(room)
        for one in reversed(found):
            if words in (one.text or ""):
                return one
        raise LookupError(f"{words!r} is not in {[one.text for one in found]}")

    async def mark(self, event: str, room: str = "reception") -> list[str]:
        """The reactions that the bot shows on a message now."""
        [line] = [one for one in await self.karim.shown(self.rooms[room]) if one.id == event]
        return line.given(self.bot.user)

    def marks(self, event: str) -> list[str]:
        """All reactions that the bot gave a message, oldest first."""
        given = [json.loads(one.body)["m.relates_to"] for one in self.proxy.asked("/send/m.reaction/", "PUT")]
        return list(dict.fromkeys(one["key"] for one in given if one["event_id"] == event))

    # The house rules

    async def check(self) -> None:
        """What must hold after every test."""
        self._seen = {name: await self.karim.shown(room) for name, room in self.rooms.items()}
        self.check_invariants()

    def _check_chat(self) -> None:
        self._check_events()
        self._check_posts()
        self._check_answers()
        self._check_secrecy()

    def _check_events(self) -> None:
        """Each message that a person typed in a room of the file became rows, or a sentence that says why not."""
        refs = {row["ref"] for row in self.rows.all("SELECT ref FROM message")}
        for name in ("reception", "everyone", "ward"):
            told = {line.reply_to for line in self._seen[name]} | refs | self.unheard
            for line in self._seen[name]:
                if line.sender != self.bot.user and line.content.get("msgtype") == "m.text" and not line.reply_to:
                    heard = line.id in told or (line.text or "").startswith(("//", "/", "!sms"))
                    assert heard, f"nothing became of {line.text!r}"

    def _check_posts(self) -> None:
        """Every post that a row knows stands where the row says, by the bot."""
        ours = {line.id for lines in self._seen.values() for line in lines if line.sender == self.bot.user}
        for row in self.rows.all("SELECT kind, remote FROM post WHERE state = 'posted' AND remote LIKE '%$%'"):
            event = row["remote"].rpartition("#")[2]  # before it stands the room, where that has moved since
            assert event in ours, tuple(row)

    def _check_answers(self) -> None:
        """Each answer stands in one room once."""
        said = [line.text or "" for lines in self._seen.values() for line in lines if line.sender == self.bot.user]
        answers = Counter(row["text"] for row in self.rows.all("SELECT text FROM reply WHERE state = 'routed'"))
        for text, times in answers.items():
            assert sum(text in one for one in said) <= times, f"shown more than once: {text}"

    def _check_secrecy(self) -> None:
        """Nothing that the bot says in an encrypted room can be read on the server."""
        bare = [line.text for line in self._seen["ward"] if line.sender == self.bot.user and not line.encrypted]
        assert not bare, f"open words in an encrypted room: {bare}"


def _begin() -> datetime:
    """Now, as the homeserver has it; but no hour ends in the next ten minutes, as some things are told once in one."""
    now = datetime.now(UTC)
    left = timedelta(hours=1) - timedelta(minutes=now.minute, seconds=now.second)
    return now if left > timedelta(minutes=10) else now + left
