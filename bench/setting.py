"""What both sides are given: ways, rooms, numbers, and the bridge's configuration."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOMS = 50
LIST = "list"
"""The room of LIST_SIZE receivers."""
LIST_SIZE = 500
PHONE = "accueil"
SERVICE = "sms-ab12345-1"
KEYS = {  # they open nothing but the simulated OVH
    "application_key": "application-key",
    "application_secret": "application-secret",
    "consumer_key": "consumer-key",
}


@dataclass(frozen=True, slots=True)
class Way:
    """Where messages come from. `chat`: the module of its server, `script`: that of the usual script for it.

    `section` is the platform's in the bridge's configuration, of the server's URL and token; `room` an address there.
    """

    name: str
    chat: str
    script: str
    section: Callable[[str, str], dict[str, Any]]
    room: Callable[[str], str]


def number_of(room: int) -> str:
    """The one receiver of a room: a mobile number of metropolitan France, E.164."""
    return f"+336{10_000_000 + room:08d}"


def chat_id(room: str) -> int:
    """A room's supergroup on Telegram."""
    return -1_001_000_000_000 - (999 if room == LIST else int(room))


TELEGRAM = Way(
    "Telegram",
    "bench.telegram_process",
    "bench.usual_telegram",
    lambda url, token: {"telegram": {"api_url": url, "token": token}},
    lambda room: f"telegram:{chat_id(room)}",
)
BROWSER = Way(
    "the browser",
    "bench.chat_process",
    "bench.usual_script",
    lambda url, token: {"browser": {"url": url, "token": token}},
    lambda room: f"web:{room}",
)


def write_configuration(folder: Path, way: Way, chat_url: str, token: str, ovh_url: str, port: int) -> Path:
    """The bridge's configuration: nothing held back, everything polled, SQLite in `folder`."""
    path = folder / "config.yaml"
    tree = _tree(way, ovh_url, port) | way.section(chat_url, token)
    path.write_text(json.dumps(tree, indent=2), encoding="utf-8")  # JSON is YAML too
    return path


def _tree(way: Way, ovh_url: str, port: int) -> dict[str, Any]:
    rooms = [(str(number), [number_of(number)]) for number in range(ROOMS)]
    rooms.append((LIST, [number_of(1000 + number) for number in range(LIST_SIZE)]))
    return {
        "database": "sqlite:///bridge.db",
        "public_url": None,
        "http": {"host": "127.0.0.1", "port": port},
        "phones": [
            {
                "name": PHONE,
                "service_name": SERVICE,
                "endpoint": ovh_url,
                "poll_every": 60,
                **KEYS,
            }
        ],
        "rooms": [{"room": way.room(name), "phone": PHONE, "to": to, "hold": 0} for name, to in rooms],
        "logs": "json",
    }
