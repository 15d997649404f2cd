"""A bot at the Bot API double, people who write to it, and a clock that leaps."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bridge.adapters.telegram import TelegramPlatform
from tests.clock import LeapingClock
from tests.doubles.telegram import Room, TelegramDouble, User

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> LeapingClock:
    return LeapingClock(NOON)


@pytest.fixture
async def telegram(clock: LeapingClock) -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble(clock=clock) as telegram:
        yield telegram


@pytest.fixture
async def platform(telegram: TelegramDouble, clock: LeapingClock) -> AsyncIterator[TelegramPlatform]:
    async with TelegramPlatform(telegram.token, telegram.url, clock, timeout=1.0) as platform:
        yield platform


@pytest.fixture
def claire(telegram: TelegramDouble) -> User:
    return telegram.person("Claire")


@pytest.fixture
def group(telegram: TelegramDouble, claire: User) -> Room:
    return telegram.supergroup("Accueil", [claire])


@pytest.fixture
def forum(telegram: TelegramDouble, claire: User) -> Room:
    return telegram.supergroup("Guichet", [claire], forum=True)
