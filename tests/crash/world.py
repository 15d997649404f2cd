"""Everything around a bridge that will be killed: OVH with its telephones, the chat, a team, a database."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from bridge.sandbox.chat.entries import Entry
from bridge.sandbox.chat.server import ChatServer
from bridge.sandbox.ovh import IncomingSms, SimulatedOvh, SmsAccount
from tests.crash.child import Child

DELIVERED = "delivered"
ARRIVES_AFTER = 0.05  # seconds from OVH to the telephone
WITHIN = 40.0  # seconds: a bound for what never comes, not a pace


@dataclass(frozen=True, slots=True)
class Place:
    """A room and the numbers that it writes to, by name; none: a desk."""

    name: str
    to: dict[str, str]


DURAND, KLEIN, LOPEZ, MOREL = "+33612345678", "+33612345679", "+33712345680", "+33712345681"
STRANGER = "+33699999999"
PLACES = (
    Place("reception", {"Durand": DURAND}),
    Place("choir", {"Klein": KLEIN, "Lopez": LOPEZ, "Morel": MOREL}),
    Place("night", {"Durand": DURAND}),  # shares a receiver with the reception
    Place("desk", {}),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a room as people see it. `room`: its address; `mark`: what the message bears, as it is drawn."""

    room: str
    id: str
    text: str
    by_person: bool
    reply_to: str | None
    mark: str | None


class World:
    """An async context manager; every bridge started in it is dead when it is left.

    The chat is the room in the browser. Whoever has another one puts what is said of `self.chat` in its own words.
    """

    platform = "web"
    delivered = DELIVERED
    """How a mark says so."""
    idempotent = True
    """Whether a post that is repeated stays one line."""

    def __init__(self, folder: Path, database: str | None = None) -> None:
        self.database = database or f"sqlite:///{folder / 'bridge.db'}"
        self._config = folder / "config.yaml"
        self._account = SmsAccount(credits=10_000)
        self._news = asyncio.Event()
        self.changes = 0
        """How often anything has changed, here or in the bridge's log: a measure of how far things are."""
        self.children: list[Child] = []
        self.ovh = SimulatedOvh([self._account], delivery_after=ARRIVES_AFTER)
        self._around = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self.ovh.subscribe(lambda _: self._changed())
        await self._around.enter_async_context(self.ovh)
        chat_url = await self.open_chat(self._around)
        self.write_configuration(self.ovh.url, chat_url)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self.children:
            await child.bury()
        await self._around.aclose()

    def write_configuration(self, ovh_url: str, chat_url: str) -> None:
        """Where the bridge finds everything; JSON is YAML too."""
        account = self._account
        phone = {
            "name": "office",
            "service_name": account.service_name,
            "endpoint": ovh_url,
            "application_key": account.application_key,
            "application_secret": account.application_secret,
            "consumer_key": account.consumer_key,
            "poll_every": 1,
        }
        rooms = [
            {
                "room": f"{self.platform}:{self.address(place.name)}",
                "phone": "office",
                "hold": 0,
                "to": [{"name": name, "number": number} for name, number in place.to.items()],
            }
            for place in PLACES
        ]
        tree = {
            "database": self.database,
            "language": "en",
            "http": {"host": "127.0.0.1", "port": 0},
            "phones": [phone],
            "reconcile_after": [1, 2],
            "rooms": rooms,
            "logs": "json",
        }
        tree |= self.chat_settings(chat_url)
        self._config.write_text(json.dumps(tree), encoding="utf-8")

    # The bridge

    async def start(self, probe: str | None = None) -> Child:
        """Start the bridge, to be killed at `probe`."""
        child = await Child.start(self._config, self._changed, probe)
        self.children.append(child)
        return child

    def _changed(self) -> None:
        self.changes += 1
        self._news.set()

    async def until(self, happened: Callable[[], object], what: str) -> None:
        """Wait until something is true of this world. Raises AssertionError, with the latest log, when it is late."""
        try:
            async with asyncio.timeout(WITHIN):
                while not happened():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            logs = "\n---\n".join("\n".join(child.log[-40:]) for child in self.children)
            raise AssertionError(f"it never came to this: {what}\n{self.stands()}\n{logs}") from None

    @property
    def registered(self) -> bool:
        """Whether OVH knows where to call."""
        books = self.ovh.books()
        return None not in (books.call_back, books.reply_url)

    # The chat

    async def open_chat(self, stack: AsyncExitStack) -> str:
        """Start it, with a room for each place, until the stack ends; gives its URL."""
        self.chat = await stack.enter_async_context(ChatServer())
        self.chat.subscribe(self._changed)
        for place in PLACES:
            self.chat.add_room(place.name)
        return self.chat.url

    def chat_settings(self, url: str) -> dict[str, object]:
        """Its section of the configuration."""
        return {"browser": {"url": url, "token": self.chat.bot_token}}

    def address(self, place: str) -> str:
        """Where the place is."""
        return place

    def lines(self, place: str) -> list[Line]:
        """All that stands there, oldest first."""
        return [_line(entry) for entry in self.chat.entries(place)]

    def say(self, place: str, text: str, reply_to: str | None = None) -> Line:
        """Claire of the team writes."""
        return _line(self.chat.say(place, "Claire", text, reply_to))

    # The people

    def inbox(self, number: str) -> list[str]:
        """What a telephone has received, in its order."""
        return [sms.text for sms in self.ovh.telephone(number).inbox]

    @property
    def typed(self) -> list[Line]:
        """All that the team wrote."""
        return [line for place in PLACES for line in self.lines(place.name) if line.by_person]

    @property
    def posted(self) -> list[Line]:
        """All that the bot said."""
        return [line for place in PLACES for line in self.lines(place.name) if not line.by_person]

    @property
    def incoming(self) -> list[IncomingSms]:
        """All that was written back."""
        return list(self.ovh.books().incoming.values())

    def posts_of(self, answer: IncomingSms) -> list[Line]:
        """Where an answer stands; the people here never write the same twice."""
        return [line for line in self.posted if answer.message in line.text]

    @property
    def at_rest(self) -> bool:
        """Whether all that was written has arrived, as far as people see."""
        marked = all(line.mark == self.delivered for line in self.typed)
        return marked and all(self.posts_of(answer) for answer in self.incoming)

    def stands(self) -> str:
        """How far it is, for who reads a failure."""
        marks = Counter(line.mark or "none" for line in self.typed)
        missing = [answer.message for answer in self.incoming if not self.posts_of(answer)]
        return f"marks {dict(marks)}, answers without a post {missing}, POSTs {self.ovh.records.posts_seen}"


def _line(entry: Entry) -> Line:
    mark = entry.mark.status if entry.mark else None
    return Line(entry.room, entry.id, entry.text, bool(entry.person), entry.reply_to, mark)
