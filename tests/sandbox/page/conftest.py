"""The page on a real socket, played on a `FixtureStage`, in one Chromium for all tests here.

A browser belongs to one event loop: these tests share the session's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest_asyncio

from tests.sandbox.page.fixture_stage import FixtureStage
from tests.sandbox.page.serving import Served

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.sandbox.page.opening import NewPage


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


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser(chromium_path: Path) -> AsyncIterator[Browser]:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def new_page(browser: Browser) -> AsyncIterator[NewPage]:
    """Open pages; afterwards no error and no breach of the CSP may have shown up in their consoles."""
    from tests.sandbox.page.opening import NewPage

    opened = NewPage(browser)
    yield opened
    await opened.close()
    assert opened.complaints == []
