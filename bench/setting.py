"""What both sides are given: rooms, numbers, texts' prefix, and the bridge's configuration."""

import json
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


def number_of(room: int) -> str:
    """The one receiver of a room: a mobile number of metropolitan France, E.164."""
    return f"+336{10_000_000 + room:08d}"


def write_configuration(folder: Path, chat_url: str, token: str, ovh_url: str, port: int) -> Path:
    """The bridge's configuration: nothing held back, everything polled, SQLite in `folder`."""
    path = folder / "config.yaml"
    tree = _tree(chat_url, token, ovh_url, port)
    path.write_text(json.dumps(tree, indent=2), encoding="utf-8")  # JSON is YAML too
    return path


def _tree(chat_url: str, token: str, ovh_url: str, port: int) -> dict[str, Any]:
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
        "browser": {"url": chat_url, "token": token},
        "rooms": [{"room": f"web:{name}", "phone": PHONE, "to": to, "hold": 0} for name, to in rooms],
        "logs": "json",
    }
