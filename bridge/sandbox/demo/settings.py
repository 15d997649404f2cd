"""The configuration that the demonstration writes for its bridge."""

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.sandbox.demo.cast import PHONE, PLACES, PREFIX, TEAM, Place
from bridge.sandbox.ovh import SmsAccount
from bridge.sandbox.page.actions import Language


@dataclass(frozen=True, slots=True)
class Wiring:
    """Where the bridge finds the others, and where it is found itself."""

    chat_url: str
    chat_token: str
    ovh_url: str
    account: SmsAccount
    http_port: int

    @property
    def bridge_url(self) -> str:
        """The bridge's own web server."""
        return f"http://127.0.0.1:{self.http_port}"


def write_configuration(folder: Path, wiring: Wiring, language: Language) -> Path:
    """Write config.yaml into the folder, for its owner's eyes."""
    tree = {
        **shared(wiring.account, wiring.ovh_url, wiring.http_port, language),
        "browser": {"url": wiring.chat_url, "token": wiring.chat_token},
        "rooms": [room(place, str(place.address), language) for place in PLACES],
        # Whoever plays alone plays both: neither is refused the other's buttons.
        "operators": [f"web:{person.casefold()}" for person in TEAM],
    }
    return write_tree(folder, tree)


def write_tree(folder: Path, tree: Mapping[str, Any]) -> Path:
    """The same for any configuration; JSON is YAML too."""
    path = folder / "config.yaml"
    path.touch(mode=0o600)
    path.write_text(json.dumps(tree, indent=2, ensure_ascii=False), encoding="utf-8")
    return path


def shared(account: SmsAccount, ovh_url: str, http_port: int, language: Language) -> dict[str, Any]:
    """What no chat has a part in: one phone at the simulated OVH, which calls the bridge back on this port."""
    return {
        "database": "sqlite:///bridge.db",
        "public_url": f"http://127.0.0.1:{http_port}",
        "language": language,
        "http": {"host": "127.0.0.1", "port": http_port},
        "phones": [
            {
                "name": PHONE,
                "service_name": account.service_name,
                "endpoint": ovh_url,
                "application_key": account.application_key,
                "application_secret": account.application_secret,
                "consumer_key": account.consumer_key,
                "prefix": PREFIX,
                "poll_every": 1,
            }
        ],
        "reconcile_after": [1, 2, 3, 4],
        "logs": "console",
    }


def room(place: Place, address: str, language: Language, hold: int = 0) -> dict[str, Any]:
    """A room for whom this place texts. `hold`: seconds in which an edit still counts."""
    to = [{"name": one.name(language), "number": one.number} for one in place.receivers]
    return {"room": address, "phone": PHONE, "to": to, "hold": hold}


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def listen_near(wanted: int, tries: int = 50) -> socket.socket:
    """A socket that listens on the wanted port, or else on the next free one. 0: on any.

    Raises OSError when none of so many ports is free.
    """
    for port in range(wanted, min(wanted + tries, 65536)):
        try:
            return socket.create_server(("127.0.0.1", port))
        except OSError:
            if wanted == 0:
                raise
    raise OSError(f"no free port from {wanted} to {min(wanted + tries, 65536) - 1}")
