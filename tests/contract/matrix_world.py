"""A Matrix room in which the platform is tried: a real Synapse behind a proxy, and people with clients of their own."""

import asyncio
import json
import re
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bridge.adapters.matrix import MatrixPlatform, MatrixSettings, Welcome
from bridge.adapters.matrix.marks import SIGNS
from bridge.domain.events import ChatEvent, Kind
from bridge.domain.ids import ChatRef, RoomAddress
from bridge.ports.chat import ChatSink, Mark, PostedRef
from tests.contract.telegram_world import PassingClock
from tests.contract.worlds import Break, Can, Recorder, Shown, listening
from tests.matrix.person import Person
from tests.matrix.proxy import BAD_GATEWAY, Fault, Proxy
from tests.matrix.timeline import Line
from tests.synapse import Synapse

MODERATOR = 50
"""The power level that pins, and redacts what others wrote."""


class SleptThrough(PassingClock):
    """Sleeps are over at once, and so much time has passed: there may be one request in five seconds."""

    async def sleep(self, seconds: float) -> None:
        self.passed += seconds
        self.slept.append(seconds)
        await asyncio.sleep(0)


class Remembered:
    """Which rooms were encrypted once; outlives the platform, as the database does."""

    def __init__(self) -> None:
        self._rooms: set[RoomAddress] = set()
        self.left_behind: set[RoomAddress] = set()

    async def remember_encrypted(self, rooms: Collection[RoomAddress]) -> None:
        self._rooms |= set(rooms)

    async def encrypted(self, platform: str) -> set[RoomAddress]:
        return {room for room in self._rooms if room.platform == platform}

    async def moved(self, rooms: Collection[RoomAddress]) -> set[RoomAddress]:
        return self.left_behind & set(rooms)


class OnceTold(MatrixPlatform):
    """What was told before the test (each start says anew which rooms can be read) is dropped, as the database does."""

    def __init__(self, told: set[str], *settings: Any, **more: Any) -> None:
        super().__init__(*settings, **more)
        self._told = told

    async def listen(self, sink: ChatSink, cursor: str | None) -> None:
        await super().listen(_Sieve(sink, self._told), cursor)


class _Sieve:
    def __init__(self, sink: ChatSink, told: set[str]) -> None:
        self._sink, self._told = sink, told

    async def accept(self, events: Sequence[ChatEvent], cursor: str | None) -> None:
        await self._sink.accept([event for event in events if event.event_id not in self._told], cursor)


class MatrixWorld:
    """A room with Claire and Karim, in which the bot is a moderator and has been listening before."""

    can = Can(opens_conversations=False, repeats_events=False, keeps_surrogates=False, crowd=250)
    retry_after = timedelta(seconds=7)
    encrypted = False

    def __init__(self, synapse: Synapse) -> None:
        self.clock = SleptThrough()
        self.proxy = Proxy(synapse.url)
        self.synapse = synapse
        self._open = AsyncExitStack()
        self._poisoned = False
        self._begin: str | None = None
        self._told: set[str] = set()
        self.memory = Remembered()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opening:
            await self._settle(opening)
            self._open = opening.pop_all()
        return self

    async def _settle(self, opening: AsyncExitStack) -> None:
        await opening.enter_async_context(self.proxy)
        self.folder = Path(opening.enter_context(tempfile.TemporaryDirectory()))
        self.bot = await self.synapse.register("Sms")
        self.claire, self.karim = await self._person("Claire", opening), await self._person("Karim", opening)
        self.room = await self._room("Accueil")
        await self.claire.invites(self.room.address, self.karim.user)
        await self.karim.joins(self.room.address)
        sink = Recorder()
        async with self.platform() as platform, listening(platform, sink):
            await sink.until(lambda seen: bool(seen.cursors))
            await self.proxy.until(lambda: len(self.proxy.asked("/sync", "GET")) > 1)  # by then its keys are there
        assert sink.cursors[-1] is not None
        self._begin = json.loads(sink.cursors[-1])["since"]
        self._told.update(event.event_id for event in sink.events)
        self.proxy.seen.clear()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def _person(self, name: str, opening: AsyncExitStack) -> Person:
        account = await self.synapse.register(name)
        return await opening.enter_async_context(Person(self.synapse.url, account, encryption=self.encrypted))

    async def _room(self, name: str) -> RoomAddress:
        levels = {"users": {self.bot.user: MODERATOR}}
        room = await self.claire.creates(name, [self.bot.user], encrypted=self.encrypted, levels=levels)
        await self._bot_joins(room)
        return RoomAddress("matrix", room)

    async def _bot_joins(self, room: str) -> None:
        status, told = await self.synapse.call("POST", f"/join/{room}", self.bot.token, {})
        assert status == 200, told

    # The bot

    def platform(self) -> MatrixPlatform:
        return self.platform_with()

    def unreachable(self) -> MatrixPlatform:
        return self.platform_with(homeserver="http://127.0.0.1:1")

    def platform_with(
        self, people: Collection[str] = (), hide: Callable[[str], object] = str, **settings: Any
    ) -> MatrixPlatform:
        """The bot, some of its settings others; `people` may ask it in, `hide` is told of new tokens."""
        return OnceTold(
            self._told,
            replace(self.settings, **settings),
            self.clock,
            self.memory,
            Welcome(frozenset(people), frozenset()),
            timeout=1.2,
            sync_wait=0.2,
            begin=self._begin,
            hide=hide,
        )

    @property
    def settings(self) -> MatrixSettings:
        """The bot's own."""
        return MatrixSettings(self.proxy.url, self.bot.user, self.folder, self.bot.token, self.bot.device)

    def wait_out(self, pause: timedelta | None) -> None:
        self.clock.passed += pause.total_seconds() if pause else 0.0

    # The people

    async def person_types(
        self, text: str, reply_to: str | None = None, kind: Kind = "text", forwarded: bool = False
    ) -> ChatRef:
        if self._poisoned:
            self._poisoned = False
            await self._edits_nothing()
        room, more = self.room.address, FORWARDED if forwarded else {}
        if kind == "sticker":
            event = await self.claire.sends(room, "m.sticker", {"body": text, "info": {}, "url": MEDIA})
        else:
            event = await self.claire.types(room, text, reply_to=reply_to, **KINDS.get(kind, {}), **more)
        return ChatRef(self.room, event)

    async def _edits_nothing(self) -> None:
        """An edit that does not say what from now on stands there."""
        before = await self.claire.types(self.room.address, "* ", msgtype="m.notice")
        relation = {"rel_type": "m.replace", "event_id": before}
        content = {"msgtype": "m.text", "body": "* ", "m.relates_to": relation}
        await self.claire.sends(self.room.address, "m.room.message", content)

    async def person_edits(self, ref: ChatRef, text: str) -> None:
        await self.claire.edits(ref.room.address, ref.id, text)

    async def person_deletes(self, ref: ChatRef) -> None:
        await self.claire.redacts(ref.room.address, ref.id)

    async def person_presses(self, ref: PostedRef, data: str) -> None:
        [line] = [line for line in await self.karim.shown(ref.room.address) if line.id == ref.id]
        [key] = [key for event, (_, key) in line.reactions.items() if line.meanings[event] == data]
        await self.karim.reacts(ref.room.address, ref.id, key)

    async def shown(self, room: RoomAddress | None = None) -> list[Shown]:
        place = (room or self.room).address
        pinned = await self.karim.pinned(place)
        return [self._shown(line, line.id in pinned) for line in await self.karim.shown(place)]

    def _shown(self, line: Line, pinned: bool) -> Shown:
        text, *choices = CHOICES.split(line.text or "")
        marks = [key for key in line.given(self.bot.user) if CHOICE.fullmatch(key) is None]
        assert len(marks) < 2, marks
        return Shown(
            id=line.id,
            text=text.removesuffix("\n") if choices else text,
            by_bot=line.sender == self.bot.user,
            reply_to=line.reply_to,
            buttons=tuple(choices),
            pinned=pinned,
            mark=next(iter(marks), None),
        )

    def drawn(self, mark: Mark) -> str | None:
        return SIGNS[mark.status] or None

    # The room

    async def remove_bot(self) -> None:
        await self.claire.kicks(self.room.address, self.bot.user)

    async def restore_bot(self) -> None:
        await self.claire.invites(self.room.address, self.bot.user)
        await self._bot_joins(self.room.address)

    async def mute_bot(self) -> None:
        await self.claire.lets(self.room.address, self.bot.user, -1)

    async def move_room(self) -> RoomAddress:
        there = await self.claire.upgrades(self.room.address)
        for user in (self.bot.user, self.karim.user):
            await self.claire.invites(there, user)
        await self.karim.joins(there)
        await self._bot_joins(there)
        return RoomAddress("matrix", there)

    async def invite_bot(self) -> RoomAddress:
        room = await self.claire.creates("Bénévoles", [self.bot.user], encrypted=self.encrypted)
        return RoomAddress("matrix", room)

    # What goes wrong

    def break_next_post(self, how: Break) -> None:
        self.proxy.plan("/send/", FAULTS[how], method="PUT")

    def break_listening(self, how: Break, times: int) -> None:
        self.proxy.plan("/sync", FAULTS[how], method="GET", times=times)

    def poison(self) -> None:
        self._poisoned = True

    def repeat_events(self) -> None:
        """It never does: what was before a token does not come after it."""


class EncryptedMatrixWorld(MatrixWorld):
    """The same, and nobody but the people and the bot can read the room."""

    encrypted = True

    async def shown(self, room: RoomAddress | None = None) -> list[Shown]:
        bare = [line for line in await self.karim.shown((room or self.room).address) if not line.encrypted]
        assert not bare, f"open words in an encrypted room: {bare}"
        return await super().shown(room)


MEDIA = "mxc://bridge.test/a"
CHOICES = re.compile(r"\n[1-9]\ufe0f\u20e3 ")
CHOICE = re.compile(r"[1-9]\ufe0f?\u20e3")
FORWARDED: Mapping[str, Any] = {"m.forwarded": {"event_id": "$elsewhere"}}
KINDS: Mapping[str, Mapping[str, Any]] = {
    "picture": {"msgtype": "m.image", "url": MEDIA},
    "file": {"msgtype": "m.file", "url": MEDIA},
    "voice": {"msgtype": "m.audio", "url": MEDIA, "org.matrix.msc3245.voice": {}},
    "location": {"msgtype": "m.location", "geo_uri": "geo:48.85,2.35"},
}
_WAIT = {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests"}
_WAIT_SO_LONG = _WAIT | {"retry_after_ms": int(MatrixWorld.retry_after.total_seconds() * 1000)}
_REFUSED = {"errcode": "M_UNKNOWN_TOKEN", "error": "Invalid access token passed.", "soft_logout": False}
FAULTS: Mapping[Break, Fault] = {
    Break.RATE: Fault(429, json.dumps(_WAIT_SO_LONG)),
    Break.RATE_WITHOUT_A_TIME: Fault(429, json.dumps(_WAIT)),
    Break.KEYS: Fault(401, json.dumps(_REFUSED)),
    Break.ERROR: BAD_GATEWAY,
    Break.DONE_THEN_ERROR: replace(BAD_GATEWAY, carried_out=True),
    Break.CUT: Fault(),
    Break.DONE_THEN_CUT: Fault(carried_out=True),
    Break.HANGS: Fault(hangs=True),
    Break.DONE_THEN_HANGS: Fault(hangs=True, carried_out=True),
    Break.DONE_THEN_GARBAGE: Fault(200, "<html>", "text/html", carried_out=True),
}
