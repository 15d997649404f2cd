from collections.abc import AsyncIterator

import pytest

from bridge.adapters.matrix import MatrixPlatform
from tests.contract.matrix_world import EncryptedMatrixWorld, MatrixWorld
from tests.synapse import Synapse


@pytest.fixture
async def plain(synapse: Synapse) -> AsyncIterator[MatrixWorld]:
    """A room that is not encrypted."""
    async with MatrixWorld(synapse) as world:
        yield world


@pytest.fixture(params=[MatrixWorld, EncryptedMatrixWorld], ids=["plain", "encrypted"])
async def world(request: pytest.FixtureRequest, synapse: Synapse) -> AsyncIterator[MatrixWorld]:
    """One room of each kind, one after the other."""
    async with request.param(synapse) as world:
        yield world


@pytest.fixture
async def sealed(synapse: Synapse) -> AsyncIterator[MatrixWorld]:
    """An encrypted room."""
    async with EncryptedMatrixWorld(synapse) as world:
        yield world


@pytest.fixture
async def platform(world: MatrixWorld) -> AsyncIterator[MatrixPlatform]:
    """The bot, in the world of this test."""
    async with world.platform() as platform:
        yield platform
