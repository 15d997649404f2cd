"""A small honest Bot API of Telegram for tests: see README.md beside this file."""

from tests.doubles.telegram.chats import Chat, Message, Topic
from tests.doubles.telegram.double import TOKEN, TelegramDouble
from tests.doubles.telegram.emoji import FREE
from tests.doubles.telegram.errors import Unsupported
from tests.doubles.telegram.faults import Fault
from tests.doubles.telegram.levers import Room
from tests.doubles.telegram.people import User

__all__ = ["FREE", "TOKEN", "Chat", "Fault", "Message", "Room", "TelegramDouble", "Topic", "Unsupported", "User"]
