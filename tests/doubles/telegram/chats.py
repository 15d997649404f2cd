"""Chats: who is there, what stands there, and which of it the bot is told."""

from dataclasses import dataclass, field
from typing import Any

from tests.doubles.telegram.people import EVERYDAY, Membership, User, permissions_json

PURPLE = 0x6FB9F0
"""The first of the colours for a topic's icon."""


@dataclass(eq=False, slots=True)
class Topic:
    """A topic of a forum; its id is that of the service message that opened it."""

    id: int
    name: str
    closed: bool = False
    deleted: bool = False
    icon_color: int = PURPLE

    def json(self) -> dict[str, Any]:
        return {"message_thread_id": self.id, "name": self.name, "icon_color": self.icon_color}


@dataclass(eq=False, repr=False)
class Message:
    """Something that stands in a chat. `content`: its own fields, as `text`, `photo`, `pinned_message`."""

    chat: "Chat"
    id: int
    date: int
    sender: User
    content: dict[str, Any]
    sender_chat: "Chat | None" = None
    topic: Topic | None = None
    reply_to: "Message | None" = None
    extra: dict[str, Any] = field(default_factory=dict)
    markup: dict[str, Any] | None = None
    edit_date: int | None = None
    pinned: bool = False
    deleted: bool = False
    by_emoji: dict[int, list[str]] = field(default_factory=dict)
    """Reactions by who gave them."""

    def __repr__(self) -> str:
        return f"<message {self.id} of {self.sender.first_name}: {self.text or ', '.join(self.content)}>"

    @property
    def text(self) -> str:
        """What people read in it, "" where there is nothing."""
        return str(self.content.get("text", self.content.get("caption", "")))

    @property
    def service(self) -> bool:
        """Whether it tells of an event, and is nobody's words."""
        return bool(SERVICE & self.content.keys())

    @property
    def reactions(self) -> list[str]:
        """All emoji below it."""
        return [emoji for given in self.by_emoji.values() for emoji in given]

    @property
    def buttons(self) -> tuple[str, ...]:
        """The labels of its buttons, row after row."""
        return tuple(button["text"] for button in self._buttons())

    def _buttons(self) -> list[dict[str, Any]]:
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    @property
    def data(self) -> tuple[str, ...]:
        """What its buttons send back."""
        return tuple(button.get("callback_data", "") for button in self._buttons())

    @property
    def thread(self) -> int | None:
        """`message_thread_id`: the topic, or where a supergroup has none, the first message of the replies."""
        if self.topic is not None:
            return self.topic.id
        if self.chat.type != "supergroup" or self.reply_to is None:
            return None
        return self.reply_to.thread or self.reply_to.id

    def json(self, *, nested: bool = False) -> dict[str, Any]:
        """As Telegram tells it; `nested` within another message, without what it replies to."""
        told: dict[str, Any] = {"message_id": self.id, "from": self.sender.json(), "chat": self.chat.json()}
        told["date"] = self.date
        if self.sender_chat is not None:
            told["sender_chat"] = self.sender_chat.json()
        if self.thread is not None:
            told["message_thread_id"] = self.thread
        if self.topic is not None:
            told["is_topic_message"] = True
        if not nested and (replied := self.replied) is not None:
            told["reply_to_message"] = replied.json(nested=True)
        if self.edit_date is not None:
            told["edit_date"] = self.edit_date
        told |= self.extra | self.content
        if self.markup is not None:
            told["reply_markup"] = self.markup
        return told

    @property
    def replied(self) -> "Message | None":
        """`reply_to_message`: where it answers nothing (any more), the first message of its topic or thread."""
        if self.reply_to is not None and not self.reply_to.deleted:
            return self.reply_to
        return self.chat.find(self.thread) if self.thread not in (None, self.id) else None


SERVICE = frozenset(
    {
        "new_chat_members",
        "left_chat_member",
        "new_chat_title",
        "pinned_message",
        "migrate_to_chat_id",
        "migrate_from_chat_id",
        "group_chat_created",
        "supergroup_chat_created",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_closed",
        "forum_topic_reopened",
    }
)


@dataclass(eq=False, repr=False)
class Chat:
    """A private chat, group, supergroup or channel."""

    id: int
    type: str
    title: str = ""
    username: str | None = None
    is_forum: bool = False
    person: User | None = None
    """Who is on the other side of a private chat."""
    members: dict[int, Membership] = field(default_factory=dict)
    permitted: frozenset[str] = EVERYDAY
    available_reactions: list[str] | None = None
    """None: all of them."""
    linked: "Chat | None" = None
    migrated_to: "Chat | None" = None
    blocked: bool = False
    """Of a private chat: the person does not want to hear of the bot."""
    topics: dict[int, Topic] = field(default_factory=dict)
    everything: dict[int, Message] = field(default_factory=dict)
    """All that ever stood there, by id."""

    def __repr__(self) -> str:
        return f"<{self.type} {self.id} {self.title}>"

    @property
    def messages(self) -> list[Message]:
        """What stands there, oldest first; without what was deleted."""
        return [message for message in self.everything.values() if not message.deleted]

    @property
    def texts(self) -> list[str]:
        """What people read there, oldest first; without what Telegram itself tells."""
        return [message.text for message in self.messages if not message.service]

    @property
    def pinned(self) -> list[Message]:
        return [message for message in self.messages if message.pinned]

    def find(self, message_id: int | None) -> Message | None:
        """The message of this id, None where there is none (any more)."""
        found = None if message_id is None else self.everything.get(message_id)
        return None if found is None or found.deleted else found

    def member(self, user: User) -> Membership:
        """How somebody stands to this chat; who was never here has left."""
        return self.members.get(user.id) or Membership(user, "left")

    def may(self, user: User, right: str) -> bool:
        return self.type == "private" or self.member(user).may(right, self.permitted)

    def json(self) -> dict[str, Any]:
        told: dict[str, Any] = {"id": self.id, "type": self.type}
        if self.person is not None:
            told |= {name: value for name, value in self.person.json().items() if name in NAMES}
        else:
            told["title"] = self.title
        if self.username is not None:
            told["username"] = self.username
        if self.is_forum:
            told["is_forum"] = True
        return told

    def full_json(self) -> dict[str, Any]:
        """As getChat tells it."""
        told = self.json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _NO_GIFTS}
        if self.type in ("group", "supergroup"):
            told["permissions"] = permissions_json(self.permitted)
        if self.available_reactions is not None:
            told["available_reactions"] = [{"type": "emoji", "emoji": one} for one in self.available_reactions]
        if self.linked is not None:
            told["linked_chat_id"] = self.linked.id
        if self.pinned:
            told["pinned_message"] = self.pinned[-1].json(nested=True)
        return told


NAMES = ("first_name", "last_name", "username")
_NO_GIFTS = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}
