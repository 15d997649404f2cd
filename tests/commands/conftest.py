"""What the tests of commands begin with."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge.ports.clock import SystemClock
from bridge.sandbox.ovh import SimulatedOvh, SmsAccount
from tests.commands.checking import Place
from tests.doubles.telegram.double import TelegramDouble


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    clock = SystemClock()
    async with SimulatedOvh([SmsAccount()]) as ovh, TelegramDouble(clock=clock) as telegram:
        ovh.books().settings["automaticRecreditAmount"] = 500
        group = telegram.supergroup("Accueil", [telegram.person("Claire")])
        group.promotes_bot(telegram.person("Ann"))
        yield Place(tmp_path, ovh, telegram, group)
