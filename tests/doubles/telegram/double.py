"""The Bot API double as a whole: what tests hold in their hands."""

import asyncio
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bridge.ports.clock import Clock, SystemClock
from tests.doubles.telegram import control as controls
from tests.doubles.telegram import schema
from tests.doubles.telegram.calls import Call
from tests.doubles.telegram.chats import Chat
from tests.doubles.telegram.exchange import TOKEN_FORM, Exchange
from tests.doubles.telegram.faults import Condition, Fault, Scripted
from tests.doubles.telegram.levers import Room
from tests.doubles.telegram.methods import settings
from tests.doubles.telegram.people import BOT_RIGHTS, EVERYDAY, Membership, User
from tests.doubles.telegram.server import HOST, Door
from tests.doubles.telegram.updates import Updates
from tests.doubles.telegram.world import Pace, Press, World

TOKEN = "700000001:AAdouble-of-the-Bot-API_opens-nothing-else"


class TelegramDouble:
    """Telegram's Bot API on a real socket, in memory, with one bot and the people around it.

    An async context manager. `clock` dates everything and times long polls. `reads_all`: privacy mode is off.
    `hears_bots`: bot-to-bot mode is on. `first_update`: the id of the first update. `port` 0 lets the system choose.
    `control`: people are also played over HTTP, see control.py.
    Each answer and each update is held against the schema of the Bot API.

    Raises an ExceptionGroup on leaving when the double itself failed: an answer that is none of Telegram's, or
    a call that it does not support. Raises ValueError for a token of another form, OSError where a port is taken.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        token: str = TOKEN,
        name: str = "Relais",
        username: str = "relais_bot",
        reads_all: bool = True,
        hears_bots: bool = False,
        first_update: int = 869_000_001,
        port: int = 0,
        control: bool = False,
    ) -> None:
        if not TOKEN_FORM.fullmatch(token):
            raise ValueError("a token is digits, a colon, and letters")
        self._changed = asyncio.Event()
        self._subscribers: list[Callable[[], None]] = []
        self.clock: Clock = clock or SystemClock()
        self.bot = User(int(token.partition(":")[0]), name, username=username, is_bot=True)
        self.updates = Updates(self.clock, first_update, lambda update: schema.check("update", update), self._tell)
        self.world = World(self.clock, self.bot, self.updates, reads_all, hears_bots, {self.bot.id: self.bot})
        self.world.tell = self._tell
        self._exchange = Exchange(self.world, token, schema.check)
        self._control = control
        self._door = Door(self._respond, port)

    async def __aenter__(self) -> Self:
        await self._door.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exchange.close()
        await self._door.shut()
        if self._exchange.failures:
            raise ExceptionGroup("the Bot API double failed", self._exchange.failures)

    async def _respond(self, request: web.BaseRequest) -> web.StreamResponse:
        if self._control and request.path.startswith(controls.PREFIX):
            return await controls.respond(self, request)
        return await self._exchange.respond(request)

    # Where it is

    @property
    def url(self) -> str:
        """The API's base, http://127.0.0.1:PORT; calls go to URL/bot<TOKEN>/<method>."""
        return f"http://{HOST}:{self._door.port}"

    @property
    def token(self) -> str:
        return self._exchange.token

    async def unplug(self) -> None:
        """Nothing listens any more: connections are refused, on the same port, until `plug_in`."""
        self.release()
        await self._door.shut()

    async def plug_in(self) -> None:
        """Listens again."""
        await self._door.open()

    # People and chats

    def person(self, first_name: str, last_name: str | None = None, *, bot: bool = False, **more: Any) -> User:
        """Somebody new; `bot`: another bot."""
        user = User(5_000_000_000 + self.world.number(), first_name, last_name, is_bot=bot, **more)
        self.world.users[user.id] = user
        return user

    def private(self, person: User) -> Room:
        """The chat of a person who has started the bot."""
        return self._opened(Room(self.world, person.id, "private", person=person))

    def group(self, title: str, members: Iterable[User] = (), **more: Any) -> Room:
        """A basic group; as `supergroup`."""
        return self._peopled(
            Room(self.world, -4_000_000_000 - self.world.number(), "group", title=title), members, **more
        )

    def supergroup(
        self, title: str, members: Iterable[User] = (), *, forum: bool = False, username: str | None = None, **more: Any
    ) -> Room:
        """A supergroup. The first of `members` owns it; the bot is there as `bot` says ("administrator")."""
        room = Room(self.world, self._long_id(), "supergroup", title=title, username=username, is_forum=forum)
        return self._peopled(room, members, **more)

    def channel(self, title: str, *, linked: Chat | None = None) -> Room:
        """A channel without the bot; `linked`: the supergroup where it is discussed."""
        room = self._opened(Room(self.world, self._long_id(), "channel", title=title, linked=linked))
        if linked is not None:
            linked.linked = room
        return room

    def _long_id(self) -> int:
        return -1_000_000_000_000 - 2_000_000_000 - self.world.number()

    def _opened(self, room: Room) -> Room:
        self.world.chats[room.id] = room
        return room

    def _peopled(
        self,
        room: Room,
        members: Iterable[User],
        *,
        bot: str | None = "administrator",
        rights: frozenset[str] = BOT_RIGHTS,
        permitted: frozenset[str] = EVERYDAY,
    ) -> Room:
        room.permitted = permitted
        for user in members:
            room.members[user.id] = Membership(user, "member" if room.members else "creator")
        if bot is not None:
            held = rights if bot in ("administrator", "restricted") else frozenset()
            room.members[self.bot.id] = Membership(self.bot, bot, held)
        return self._opened(room)

    # What goes wrong

    def script(
        self,
        fault: Fault,
        on: str = "sendMessage",
        times: int | None = 1,
        *,
        chat: Chat | None = None,
        when: Condition | None = None,
    ) -> Scripted:
        """The next `times` calls (None: all) of method `on` (`*`: any), in `chat` and where `when`, meet this fault."""

        def fits(call: Call) -> bool:
            return (chat is None or call.chat_id == chat.id) and (when is None or when(call))

        return self._exchange.script.add(Scripted(fault, on, times, fits))

    def keep_pace(self, count: int = 20, seconds: float = 60.0) -> None:
        """From now on no chat is told more than that, messages and edits; Telegram's own limit is this for groups."""
        self.world.pace = Pace(self.clock, count, seconds)

    def clear_faults(self) -> None:
        """Forgets all scripted faults and lets go what hangs."""
        self._exchange.script.clear()
        self.release()

    def release(self) -> None:
        """Calls that hang go on: those carried out are answered, the others are reset."""
        self._exchange.gate.let_go()

    @property
    def hanging(self) -> int:
        """How many calls hang now."""
        return self._exchange.gate.waiting

    def revoke_token(self, *, revoked: bool = True) -> None:
        """From now on the token opens nothing (401)."""
        self._exchange.revoked = revoked
        self._tell()

    # What it tells

    @property
    def calls(self) -> list[Call]:
        """Every call with this token, oldest first."""
        return self._exchange.calls

    def called(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self.calls if call.method == method]

    @property
    def presses(self) -> list[Press]:
        """Every button that was pressed, with what the bot answered."""
        return list(self.world.presses.values())

    def menu(self, language: str = "", scope: dict[str, Any] | None = None) -> list[dict[str, str]]:
        """The commands that the bot put there."""
        return settings.menu(self.world, language, scope)

    @property
    def polled(self) -> bool:
        """Whether a long poll waits."""
        return self.updates.polled

    async def until(self, happened: Callable[[], object], within: float = 5.0) -> None:
        """Waits until something is true of the double. Raises TimeoutError after `within` seconds."""
        async with asyncio.timeout(within):
            while not happened():
                self._changed.clear()
                await self._changed.wait()

    def subscribe(self, subscriber: Callable[[], None]) -> None:
        """Calls it at every change, from the loop."""
        self._subscribers.append(subscriber)

    def _tell(self) -> None:
        self._changed.set()
        for subscriber in self._subscribers:
            subscriber()
