"""What a message is made of: its kind, the words that may leave, and what it answers."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Final, Literal

from telegram import Message
from telegram.constants import MessageType

from bridge.adapters.telegram.rich import flattened
from bridge.domain.events import Kind
from bridge.domain.wellformed import well_formed

_CONTENT: Final[Mapping[str, Kind]] = {
    "text": "text",
    "animation": "picture",  # before document, which it fills too
    "live_photo": "picture",
    "photo": "picture",
    "audio": "file",
    "document": "file",
    "sticker": "sticker",
    "voice": "voice",
    "venue": "location",
    "location": "location",
    **dict.fromkeys(
        ("video", "video_note", "contact", "poll", "dice", "game", "story", "checklist", "paid_media", "giveaway"),
        "other",
    ),
    "invoice": "other",
}
"""What people put into a room, by the message's field. All other fields known to the library tell of events."""

_EVENTS: Final = tuple(
    {one.value for one in MessageType}
    - _CONTENT.keys()
    - {"effect_id", "reply_to_story", "sender_boost_count", "sender_business_bot", "business_connection_id"}
    | {"migrate_from_chat_id"}
)
_NEWER: Final = frozenset({"rich_message", "community_chat_added", "community_chat_joined", "community_chat_removed"})
"""Fields that the library does not know yet, and we do."""
_BESIDE: Final = frozenset({"receiver_user", "ephemeral_message_id", "sender_tag", "guest_query_id"})
"""The same, of what says something about a message and is not its content."""

_COMMAND: Final = re.compile(r"(/[A-Za-z0-9_]+)@([A-Za-z0-9_]+)")

SOMEBODY: Final = "elsewhere"
"""What a message answers that is in another chat, or a story: no message of ours has this id."""


class Words(Enum):
    """Instead of words."""

    FOR_ANOTHER_BOT = "for another bot"


def kind_of(message: Message) -> Kind | None:
    """The kind of content, None for what Telegram itself tells. A kind that nobody knows yet is "other"."""
    for field, kind in _CONTENT.items():
        if getattr(message, field):
            return kind
    if "rich_message" in message.api_kwargs:
        return "text" if _rich(message) else "other"
    if any(getattr(message, field, None) for field in _EVENTS):
        return None
    return "other" if message.api_kwargs.keys() - _NEWER - _BESIDE else None


def words_of(message: Message, username: str) -> str | Literal[Words.FOR_ANOTHER_BOT]:
    """The text, without what is quoted. A command loses our name; one that names another bot is not for us."""
    text = well_formed(message.text) if message.text else _rich(message)
    command = _COMMAND.match(text)
    if command is None:
        return text
    if command[2].lower() != username.lower():
        return Words.FOR_ANOTHER_BOT
    return command[1] + text[command.end() :]


def _rich(message: Message) -> str:
    return well_formed(flattened(message.api_kwargs.get("rich_message"))).strip()


def reply_to(message: Message) -> str | None:
    """The id of what it answers. In a topic, what answers nothing bears the topic's own first message there."""
    answered = message.reply_to_message
    if answered is not None and not (message.is_topic_message and answered.message_id == message.message_thread_id):
        return str(answered.message_id)
    if message.external_reply is not None or message.reply_to_story is not None:
        return SOMEBODY
    return None


def said_by(bot: int, message: Message) -> str | None:
    """The text of what it answers, if that is the bot's own."""
    answered = message.reply_to_message
    if answered is None or answered.from_user is None or answered.from_user.id != bot or reply_to(message) is None:
        return None
    return well_formed(answered.text or "")
