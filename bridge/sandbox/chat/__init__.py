"""A small chat server in memory: rooms in the browser, with an API for one bot as real chats have one."""

from bridge.sandbox.chat.entries import Button, Entry, Mark
from bridge.sandbox.chat.events import Event
from bridge.sandbox.chat.mischief import Mischief, Trouble
from bridge.sandbox.chat.server import BotCall, ChatServer

__all__ = ["BotCall", "Button", "ChatServer", "Entry", "Event", "Mark", "Mischief", "Trouble"]
