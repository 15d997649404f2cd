"""The operator's configuration: one YAML file, parsed once into a frozen tree.

Imported by the command line and the composition root alone; everybody else is given values.
"""

from bridge.config.checks import no_address
from bridge.config.loading import load
from bridge.config.mistakes import ConfigMistakes, Mistake
from bridge.config.rows import account_key, file_phones, file_rooms
from bridge.config.starting import opening_database, opening_keys, opening_port
from bridge.config.tree import (
    BrowserConfig,
    Config,
    HttpConfig,
    MatrixConfig,
    PhoneConfig,
    Recipient,
    RoomConfig,
    TelegramConfig,
    secrets_of,
)

__all__ = [
    "BrowserConfig",
    "Config",
    "ConfigMistakes",
    "HttpConfig",
    "MatrixConfig",
    "Mistake",
    "PhoneConfig",
    "Recipient",
    "RoomConfig",
    "TelegramConfig",
    "account_key",
    "file_phones",
    "file_rooms",
    "load",
    "no_address",
    "opening_database",
    "opening_keys",
    "opening_port",
    "secrets_of",
]
