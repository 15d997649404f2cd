"""The whole bridge on Telegram: the Bot API double, the groups of a team, and the people who write there."""

import json
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from bridge.config import Config
from tests.doubles.telegram import Message, Room, TelegramDouble, Topic, User
from tests.relay_setting import NAMED, Setting, shared
from tests.whole import LOOPS, Whole

QUIET = ("//", "/")
REPEAT = " (possible repeat)"
_AT_START = ("telegram.look_around", "telegram.offer", "telegram.greet")


class TelegramRelay(Whole):
    """As `Relay`, with groups: reception (one person), everyone (three), volunteers (one, a basic group), a forum
    with one topic for one person, a desk where one is wanted, operations, and one that nobody mapped.

    `unheard`: messages of which nothing need become.
    """

    waits = LOOPS + 1  # a poll that Telegram keeps open, or who waits to ask again

    def __init__(self, folder: Path, setting: Setting | None = None, **double: object) -> None:
        super().__init__(folder, setting)
        self.telegram = TelegramDouble(**{"clock": self.clock, **double})  # type: ignore[arg-type]
        self.claire, self.karim = self.telegram.person("Claire"), self.telegram.person("Karim")
        team = [self.claire, self.karim]
        self.forum = self.telegram.supergroup("Astreinte", team, forum=True)
        self.topic = self.forum.opens_topic(self.claire, "Mme Diallo")
        self.rooms: dict[str, Room] = {
            name: self.telegram.supergroup(name.capitalize(), team)
            for name in ("reception", "everyone", "desk", "operations", "elsewhere")
        }
        self.rooms["volunteers"] = self.telegram.group("Volunteers", team)
        self.unheard: list[Message] = []

    async def _open_chat(self, stack: AsyncExitStack) -> None:
        await stack.enter_async_context(self.telegram)
        self.telegram.subscribe(self.news.set)

    def config(self) -> Config:
        """The configuration from the next start on."""
        durand, petit, diallo = NAMED
        to = {"reception": [durand], "everyone": [*NAMED], "volunteers": [petit]} | (
            {"desk": []} if self.setting.desk else {}
        )
        rooms = {f"telegram:{self.rooms[name].id}": people for name, people in to.items()}
        rooms[f"telegram:{self.forum.id}/{self.topic.id}"] = [diallo]
        values = shared(self.setting, f"sqlite:///{self.rows.path}", self.ovh.url, self.port) | {
            "telegram": {"token": self.telegram.token, "api_url": self.telegram.url},
            "rooms": [
                {"room": room, "phone": "accueil", "to": people, "hold": self.setting.hold}
                for room, people in rooms.items()
            ],
            "operators": [f"telegram:{self.karim.id}"],
            "operations_room": f"telegram:{self.rooms['operations'].id}",
        }
        return Config(**values)

    def _chat_rests(self) -> bool:
        if self.bridge is None or any(name in _AT_START for name in self.tasks()):
            return False
        if self.trouble is not None:
            return True
        return self.telegram.polled and not self.telegram.updates.waiting

    @property
    def trouble(self) -> str | None:
        """Why Telegram is not heard, as `/readyz` tells."""
        return None if self.bridge is None else self.bridge.deliveries.platforms["telegram"].trouble

    async def ready(self) -> Any:
        """What `/readyz` tells in detail; there must be callbacks, else nobody knows the port."""
        url = f"http://127.0.0.1:{self.port}/readyz"
        async with ClientSession() as session, session.get(url) as response:
            assert response.status == 200
            return await response.json()

    # What people do, and what they see

    def say(self, text: str, room: str = "reception", *, by: User | None = None, **more: object) -> Message:
        """Claire writes."""
        return self.rooms[room].types(by or self.claire, text, **more)  # type: ignore[arg-type]

    def say_in_topic(self, text: str, topic: Topic | None = None, **more: object) -> Message:
        """Claire writes in the forum's topic."""
        return self.forum.types(self.claire, text, topic=topic or self.topic, **more)  # type: ignore[arg-type]

    def lines(self, room: str | Room = "reception") -> list[Message]:
        """What the bot said there, oldest first; the pinned first message apart."""
        place = room if isinstance(room, Room) else self.rooms[room]
        own = [one for one in place.messages if one.sender.id == self.telegram.bot.id and not one.service]
        return [one for one in own if not one.pinned]

    def posts(self, room: str | Room = "reception") -> list[str]:
        """The same, as people read it."""
        return [one.text for one in self.lines(room)]

    def line(self, words: str, room: str | Room = "reception") -> Message:
        """The latest line of the bot with these words. Raises LookupError without one."""
        for one in reversed(self.lines(room)):
            if words in one.text:
                return one
        raise LookupError(f"{words!r} is not in {self.posts(room)}")

    def press(self, action: str, room: str = "reception", by: User | None = None) -> None:
        """Press the latest button there that does this."""
        for line in reversed(self.lines(room)):
            for data in line.data:
                if data.startswith(f"{action}:"):
                    self.rooms[room].presses(by or self.claire, line, data)
                    return
        raise LookupError(action)

    def marks(self, message: Message) -> list[str]:
        """All reactions that the bot gave a message, oldest first; "" where it took its own away."""
        shown = []
        for call in self.telegram.called("setMessageReaction"):
            if call.chat_id == message.chat.id and int(call.args["message_id"]) == message.id and call.status == 200:
                given = call.args["reaction"]
                given = json.loads(given) if isinstance(given, str) else given
                shown.append(given[0]["emoji"] if given else "")
        return shown

    # The house rules

    def _check_chat(self) -> None:
        self._check_events()
        self._check_posts()
        self._check_answers()

    def _check_events(self) -> None:
        """Each message that a person typed in a room of the file became rows, or a sentence that says why not."""
        places: list[tuple[Room, Topic | None]] = [(self.rooms[one], None) for one in ("reception", "everyone")]
        places += [(self.rooms["volunteers"], None), (self.forum, self.topic)]
        for room, topic in places:
            address = f"{room.id}/{topic.id}" if topic else str(room.id)
            rows = self.rows.all("SELECT ref FROM message WHERE address = :of", of=address)
            refs = {row["ref"] for row in rows} | {
                str(one.reply_to.id) for one in self.lines(room) if one.reply_to is not None
            }
            for message in room.messages:
                if message.topic is topic and message not in self.unheard and _leaves(message):
                    assert str(message.id) in refs, f"nothing became of {message.text!r}"

    def _check_posts(self) -> None:
        """Every post that a row knows stands where the row says."""
        posted = self.rows.all(
            "SELECT post.kind, post.remote, room_address.address FROM post"
            " JOIN room_address ON room_address.room_id = post.room_id AND room_address.current"
            " WHERE post.state = 'posted' AND room_address.platform = 'telegram'"
        )
        for row in posted:
            if "#" not in row["remote"]:  # the room has moved since
                chat = self.telegram.world.chats[int(row["address"].partition("/")[0])]
                stands = chat.everything.get(int(row["remote"]))  # people may have deleted it since
                assert stands is not None, tuple(row)
                assert stands.sender.id == self.telegram.bot.id, tuple(row)

    def _check_answers(self) -> None:
        """Each answer stands in one room once; whatever stands there besides says that it may be a repeat."""
        said = [text for chat in self.telegram.world.chats.values() if isinstance(chat, Room) for text in _said(chat)]
        answers = Counter(row["text"] for row in self.rows.all("SELECT text FROM reply WHERE state = 'routed'"))
        for text, times in answers.items():
            plain = [one for one in said if text in one and not one.endswith(REPEAT)]
            assert len(plain) <= times, f"shown more than once: {plain}"


def _leaves(message: Message) -> bool:
    """Whether a person wrote words there that are meant for a telephone."""
    own = message.sender_chat is None or message.sender_chat is message.chat
    said = "text" in message.content and not message.text.startswith(QUIET) and message.reply_to is None
    return said and own and not message.sender.is_bot and "forward_origin" not in message.extra


def _said(chat: Room) -> list[str]:
    bot = chat.world.bot.id
    return [one.text for one in chat.messages if one.sender.id == bot and not one.service]
