"""All that the Bot API double knows: the bot, people, chats, and what the bot is told of them."""

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from bridge.ports.clock import Clock
from tests.doubles.telegram.chats import Chat, Message, Topic
from tests.doubles.telegram.errors import flood
from tests.doubles.telegram.people import Membership, User
from tests.doubles.telegram.updates import Updates

CALLBACKS_KEPT_FOR = timedelta(seconds=150)
"""A press is told for so long, and may be answered for so long."""
SERVICE_THAT_COMES_BACK = frozenset(
    {"new_chat_title", "left_chat_member", "pinned_message"}
    | {f"forum_topic_{what}" for what in ("created", "edited", "closed", "reopened")}
)
"""Of what the bot itself does, only this comes back to it (Client::need_skip_update_message)."""
COMMAND = re.compile(r"/\w+(?:@(\w+))?")


@dataclass(slots=True)
class Press:
    """A pressed button. `answer`: what the bot showed the person, None until it answered."""

    id: str
    message: Message
    by: User
    data: str
    at: datetime
    answer: str | None = None


class Pace:
    """How much a bot may say in a chat: `count` messages and edits in `seconds` of the clock."""

    def __init__(self, clock: Clock, count: int, seconds: float) -> None:
        self._clock, self._count, self._seconds = clock, count, seconds
        self._said: dict[int, deque[float]] = {}

    def take(self, chat: Chat) -> None:
        """Something is to be said there. Raises Refused (429) where it is too soon."""
        now = self._clock.monotonic()
        said = self._said.setdefault(chat.id, deque())
        while said and now - said[0] >= self._seconds:
            said.popleft()
        if len(said) >= self._count:
            raise flood(ceil(said[0] + self._seconds - now))
        said.append(now)


@dataclass(eq=False)
class World:
    """What the methods and the levers act on."""

    clock: Clock
    bot: User
    updates: Updates
    reads_all: bool = True
    """Whether privacy mode is off."""
    hears_bots: bool = False
    """Whether bot-to-bot mode is on."""
    users: dict[int, User] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    presses: dict[str, Press] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    """The menu by (scope as JSON, language code)."""
    pace: Pace | None = None
    """None: as much as it likes."""
    actions: list[tuple[int, str]] = field(default_factory=list)
    tell: Callable[[], None] = lambda: None
    _numbers: int = 0
    _last_id: int = 0

    def number(self) -> int:
        """The next of the numbers that only need to differ."""
        self._numbers += 1
        return self._numbers

    def now(self) -> int:
        return int(self.clock.now().timestamp())

    def message_id(self, chat: Chat) -> int:
        """Supergroups and channels count for themselves; private chats and groups share the bot's own numbers."""
        if chat.type in ("supergroup", "channel"):
            return next(reversed(chat.everything), 0) + 1
        self._last_id += 1
        return self._last_id

    # What happens in chats

    def put(
        self,
        chat: Chat,
        sender: User,
        content: dict[str, Any],
        *,
        sender_chat: Chat | None = None,
        topic: Topic | None = None,
        reply_to: Message | None = None,
        markup: dict[str, Any] | None = None,
        extra: dict[str, Any] | None = None,
        tell: bool = True,
    ) -> Message:
        """A message that now stands there; the bot is told where Telegram would."""
        message = Message(chat, self.message_id(chat), self.now(), sender, content, sender_chat, topic, reply_to)
        message.extra = extra or {}
        message.markup = markup
        if tell:
            self.stands(message)
        else:
            chat.everything[message.id] = message
        return message

    def stands(self, message: Message) -> None:
        """Puts a finished message into its chat and tells the bot."""
        message.chat.everything[message.id] = message
        if self.sees(message):
            self.tell_message(message)
        self.tell()

    def tell_message(self, message: Message) -> None:
        """The bot is told, whatever it sees."""
        kind = "channel_post" if message.chat.type == "channel" else "message"
        self.updates.add(kind, message.json(), datetime.fromtimestamp(message.date, UTC))

    def edited(self, message: Message) -> None:
        """A person changed it."""
        message.edit_date = self.now()
        if self.sees(message):
            kind = "edited_channel_post" if message.chat.type == "channel" else "edited_message"
            self.updates.add(kind, message.json(), datetime.fromtimestamp(message.edit_date, UTC))
        self.tell()

    def sees(self, message: Message) -> bool:
        """Whether the bot is told of it: presence, privacy mode, other bots, its own doings."""
        chat, sender = message.chat, message.sender
        if sender.id == self.bot.id:
            return bool(SERVICE_THAT_COMES_BACK & message.content.keys())
        if chat.type == "private":
            return not chat.blocked
        me = chat.member(self.bot)
        if not me.present:
            return False
        if message.service:
            return True
        if sender.is_bot and message.sender_chat is None:
            return self.hears_bots and self._meant_for_bot(message, by_name=True)
        return self.reads_all or me.status == "administrator" or self._meant_for_bot(message, by_name=False)

    def _meant_for_bot(self, message: Message, *, by_name: bool) -> bool:
        if message.reply_to is not None and message.reply_to.sender.id == self.bot.id:
            return True
        command = COMMAND.match(message.text)
        if command is None:
            return False
        named = (command[1] or "").lower()
        return named == (self.bot.username or "").lower() or (not named and not by_name)

    def becomes(self, chat: Chat, by: User, new: Membership) -> None:
        """Somebody stands otherwise to a chat; the bot hears of itself, and as an administrator of others."""
        old = chat.member(new.user)
        chat.members[new.user.id] = new
        body = {"chat": chat.json(), "from": by.json(), "date": self.now()}
        body |= {"old_chat_member": old.json(), "new_chat_member": new.json()}
        if new.user.id == self.bot.id:
            self.updates.add("my_chat_member", body, self.clock.now())
        elif chat.member(self.bot).status == "administrator":
            self.updates.add("chat_member", body, self.clock.now())
        self.tell()

    def pressed(self, message: Message, by: User, data: str) -> Press:
        """A person pressed a button of the bot's."""
        press = Press(str(4_000_000_000 + self.number()), message, by, data, self.clock.now())
        self.presses[press.id] = press
        body = {"id": press.id, "from": by.json(), "message": message.json(), "data": data}
        body["chat_instance"] = str(abs(message.chat.id) * 7)
        self.updates.add("callback_query", body, press.at, CALLBACKS_KEPT_FOR)
        self.tell()
        return press

    def reacted(self, message: Message, by: User, emoji: list[str]) -> None:
        """A person's reactions are now these; told to administrators who asked."""
        old = message.by_emoji.get(by.id, [])
        message.by_emoji[by.id] = emoji
        if message.chat.member(self.bot).status == "administrator" and not by.is_bot:
            body = {"chat": message.chat.json(), "message_id": message.id, "user": by.json(), "date": self.now()}
            body |= {"old_reaction": emoji_json(old), "new_reaction": emoji_json(emoji)}
            self.updates.add("message_reaction", body, self.clock.now())
        self.tell()


def emoji_json(emoji: list[str]) -> list[dict[str, str]]:
    return [{"type": "emoji", "emoji": one} for one in emoji]
