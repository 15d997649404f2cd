"""The page on a real socket, played on a `FixtureStage`, in one Chromium for all tests here.

A browser belongs to one event loop: these tests share the session's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.browsing import browser, new_page
from tests.sandbox.page.fixture_stage import FixtureStage
from tests.sandbox.page.serving import Served

__all__ = ["browser", "new_page"]


@pytest_asyncio.fixture(loop_scope="session")
async def stage() -> FixtureStage:
    return FixtureStage()


@pytest_asyncio.fixture(loop_scope="session")
async def served(stage: FixtureStage) -> AsyncIterator[Served]:
    server = Served(stage)
    await server.start()
    yield server
    await server.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def address(served: Served) -> str:
    """Where the page is served, without a slash at its end."""
    return served.address
