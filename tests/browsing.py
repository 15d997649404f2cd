"""One Chromium for all tests of a folder, and pages in it. A browser belongs to one event loop: the session's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest_asyncio

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.sandbox.page.opening import NewPage


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
