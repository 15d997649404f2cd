"""Telegram: a chat platform that speaks to the Bot API. Importing it imports the foreign library too."""

from bridge.adapters.telegram.platform import TelegramPlatform

__all__ = ["TelegramPlatform"]
