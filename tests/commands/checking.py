"""A bridge set up well, for `bridge check` to look at, until a test spoils something."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.app import Options, assemble
from bridge.app.operator import run_check
from bridge.config import Config
from bridge.domain.patience import Patience
from bridge.logs import Redactor
from bridge.ports.clock import SystemClock
from bridge.sandbox.ovh import SimulatedOvh, SmsAccount
from tests.doubles.telegram.double import TelegramDouble
from tests.doubles.telegram.levers import Room


@dataclass(slots=True)
class Place:
    """A bridge that is set up well, until a test spoils something. `values`: what differs in the configuration."""

    folder: Path
    ovh: SimulatedOvh
    telegram: TelegramDouble
    group: Room
    values: dict[str, Any] = field(default_factory=dict)
    phone: dict[str, Any] = field(default_factory=dict)

    def config(self) -> Config:
        account = SmsAccount()
        phone = {
            "name": "accueil",
            "service_name": account.service_name,
            "endpoint": self.ovh.url,
            "application_key": account.application_key,
            "application_secret": account.application_secret,
            "consumer_key": account.consumer_key,
            "prefix": "Cabinet Martin : ",
        }
        values: dict[str, Any] = {
            "database": f"sqlite:///{self.folder / 'bridge.db'}",
            "language": "en",
            "http": {"port": 0},
            "phones": [phone | self.phone],
            "telegram": {"token": self.telegram.token, "api_url": self.telegram.url},
            "rooms": [{"room": f"telegram:{self.group.id}", "phone": "accueil", "to": ["06 12 34 56 78"]}],
        }
        return Config(**values | self.values)

    async def check(self) -> tuple[int, str]:
        """The exit code and what was told."""
        lines: list[str] = []
        code = await run_check(self.config(), Redactor(), lines.append)
        told = "\n".join(lines)
        for secret in (self.telegram.token, SmsAccount().application_secret, SmsAccount().consumer_key):
            assert secret not in told
        return code, told

    async def start_once(self) -> None:
        """The first start makes the database, and the secret of the callbacks with it."""
        async with AsyncExitStack() as resources:
            await assemble(self.config(), Options(Patience()), Redactor(), resources, SystemClock())


def lines(told: str, sign: str) -> list[str]:
    return [line.strip() for line in told.splitlines() if line.strip().startswith(sign)]
