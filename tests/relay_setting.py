"""How the bridge is set up for one test: the phone, the rooms, and what differs from test to test."""

from dataclasses import dataclass
from typing import Any, Literal

from bridge.config import Config
from bridge.sandbox.chat import ChatServer
from bridge.sandbox.ovh import SmsAccount

DURAND, PETIT, DIALLO = "+33612345678", "+33612345679", "+33612345680"
BIG_LIST = tuple(f"+33620{place:06d}" for place in range(500))
ABROAD = "+41791234567"
STRANGER = "+33698765432"


@dataclass(frozen=True, slots=True)
class Setting:
    """What differs from one test to the next.

    `callbacks`: OVH reaches the bridge; else everything is polled. `delivery_after`: seconds until an SMS arrives,
    None: reports come by hand. `skew`: seconds by which OVH's clock is ahead. `errors`: events that may be logged as
    errors.
    """

    on_uncertain: Literal["resend", "ask"] = "resend"
    expires_after: str = "12h"
    hold: float = 0
    callbacks: bool = False
    desk: bool = False
    delivery_after: float | None = 2.0
    credits: float = 10_000.0
    skew: float = 0.0
    errors: frozenset[str] = frozenset()


def shared(setting: Setting, database: str, ovh_url: str, port: int) -> dict[str, Any]:
    """What every chat's configuration has: one phone on the simulated OVH."""
    account = SmsAccount()
    phone = {
        "name": "accueil",
        "service_name": account.service_name,
        "endpoint": ovh_url,
        "application_key": account.application_key,
        "application_secret": account.application_secret,
        "consumer_key": account.consumer_key,
        "on_uncertain": setting.on_uncertain,
        "expires_after": setting.expires_after,
    }
    return {
        "database": database,
        "public_url": f"http://127.0.0.1:{port}" if setting.callbacks else None,
        "language": "en",
        "http": {"port": port},
        "phones": [phone],
    }


NAMED: tuple[dict[str, str], ...] = (
    {"name": "Mme Durand", "number": DURAND},
    {"name": "M. Petit", "number": PETIT},
    {"name": "Mme Diallo", "number": DIALLO},
)
"""The people that rooms write to, as the file names them."""


def configuration(setting: Setting, database: str, ovh_url: str, chat: ChatServer, port: int) -> Config:
    """A line, lists, a desk where one is wanted, and an operations room."""
    rooms: dict[str, list[Any]] = {
        "reception": [NAMED[0]],
        "everyone": [*NAMED],
        "big": list(BIG_LIST),
        "operations": [NAMED[0]],
        "abroad": [NAMED[0], {"name": "Mme Keller", "number": ABROAD}],
    }
    if setting.desk:
        rooms["desk"] = []
    values = shared(setting, database, ovh_url, port) | {
        "browser": {"url": chat.url, "token": chat.bot_token},
        "rooms": [
            {"room": f"web:{name}", "phone": "accueil", "to": to, "hold": setting.hold}
            | ({"sends": "commands"} if name == "operations" else {})
            for name, to in rooms.items()
        ],
        "operators": ["web:karim"],
        "operations_room": "web:operations",
    }
    return Config(**values)
