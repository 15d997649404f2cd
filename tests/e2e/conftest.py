"""The demonstration itself, one for each language, in one Chromium."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal

import pytest
import pytest_asyncio

from tests.browsing import browser, new_page
from tests.demonstration import demonstration, where

__all__ = ["browser", "new_page"]


@dataclass(frozen=True)
class Shown:
    """Where a demonstration is shown, and in which language."""

    url: str
    language: Literal["fr", "en"]


@pytest_asyncio.fixture(loop_scope="session", scope="module", params=["fr", "en"])
async def shown(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shown]:
    """`bridge demo` on a terminal of this language."""
    folder = tmp_path_factory.mktemp("demo")
    async with demonstration(folder, "--port", "0", language=request.param) as process:
        yield Shown(await where(process), request.param)
    assert list(folder.iterdir()) == []
