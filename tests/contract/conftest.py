from collections.abc import AsyncIterator

import pytest

from bridge.ports.chat import ChatPlatform
from tests.contract.telegram_world import TelegramWorld
from tests.contract.worlds import BrowserWorld, ChatWorld


@pytest.fixture(params=[BrowserWorld, TelegramWorld])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[ChatWorld]:
    """One after the other, every chat that a platform was written for."""
    async with request.param() as world:
        yield world


@pytest.fixture
async def platform(world: ChatWorld) -> AsyncIterator[ChatPlatform]:
    """The bot, in the world of this test."""
    async with world.platform() as platform:
        yield platform
