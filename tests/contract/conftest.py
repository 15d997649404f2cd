from collections.abc import AsyncIterator

import pytest

from bridge.ports.chat import ChatPlatform
from tests.contract.matrix_world import EncryptedMatrixWorld, MatrixWorld
from tests.contract.telegram_world import TelegramWorld
from tests.contract.worlds import BrowserWorld, ChatWorld

ON_SYNAPSE = (MatrixWorld, EncryptedMatrixWorld)
WORLDS = [BrowserWorld, TelegramWorld, *(pytest.param(world, marks=pytest.mark.synapse) for world in ON_SYNAPSE)]


@pytest.fixture(params=WORLDS)
async def world(request: pytest.FixtureRequest) -> AsyncIterator[ChatWorld]:
    """One after the other, every chat that a platform was written for."""
    needs = [request.getfixturevalue("synapse")] if request.param in ON_SYNAPSE else []
    async with request.param(*needs) as world:
        yield world


@pytest.fixture
async def platform(world: ChatWorld) -> AsyncIterator[ChatPlatform]:
    """The bot, in the world of this test."""
    async with world.platform() as platform:
        yield platform
