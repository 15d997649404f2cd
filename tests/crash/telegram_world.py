"""The same surroundings with Telegram's groups in place of the room in the browser."""

from contextlib import AsyncExitStack
from pathlib import Path

from tests.crash.world import PLACES, Line, World
from tests.doubles.telegram import Message, Room, TelegramDouble


class TelegramWorld(World):
    """An async context manager; every bridge started in it is dead when it is left."""

    platform = "telegram"
    delivered = "🕊"
    idempotent = False

    def __init__(self, folder: Path, database: str | None = None) -> None:
        super().__init__(folder, database)
        self.telegram = TelegramDouble()
        self.claire = self.telegram.person("Claire")
        self._rooms = {place.name: self.telegram.supergroup(place.name, [self.claire]) for place in PLACES}

    async def open_chat(self, stack: AsyncExitStack) -> str:
        """Start the Bot API until the stack ends; gives its URL."""
        await stack.enter_async_context(self.telegram)
        self.telegram.subscribe(self._changed)
        return self.telegram.url

    def chat_settings(self, url: str) -> dict[str, object]:
        """Its section of the configuration."""
        return {"telegram": {"token": self.telegram.token, "api_url": url}}

    def address(self, place: str) -> str:
        """The group's id."""
        return str(self._rooms[place].id)

    def room(self, place: str) -> Room:
        """The group."""
        return self._rooms[place]

    def lines(self, place: str) -> list[Line]:
        """All that stands there, oldest first, without what Telegram itself tells."""
        return [self._line(one) for one in self._rooms[place].messages if not one.service]

    def say(self, place: str, text: str, reply_to: str | None = None) -> Line:
        """Claire of the team writes."""
        room = self._rooms[place]
        answered = None if reply_to is None else room.find(int(reply_to))
        return self._line(room.types(self.claire, text, reply_to=answered))

    def _line(self, message: Message) -> Line:
        bot = self.telegram.bot.id
        given = message.by_emoji.get(bot, [])
        return Line(
            room=str(message.chat.id),
            id=str(message.id),
            text=message.text,
            by_person=message.sender.id != bot,
            reply_to=None if message.reply_to is None else str(message.reply_to.id),
            mark=given[0] if given else None,
        )
