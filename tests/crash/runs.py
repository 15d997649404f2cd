"""Several deaths at a time in one test process: each mostly waits for its own bridge."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress

import pytest

from tests.crash.ledger import Counted
from tests.crash.points import Death

AT_ONCE = 4

Deaths = Mapping[Death, "asyncio.Task[Counted]"]


@asynccontextmanager
async def running(deaths: Iterable[Death], die: Callable[[Death], Awaitable[Counted]]) -> AsyncIterator[Deaths]:
    """Die these deaths in their order, a few at a time; gives the task of each. What nobody awaits is cancelled."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def in_turn(death: Death) -> Counted:
        async with turns:
            return await die(death)

    tasks = {death: asyncio.create_task(in_turn(death), name=str(death)) for death in deaths}
    try:
        yield tasks
    finally:
        for task in tasks.values():
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task


def selected(request: pytest.FixtureRequest) -> list[Death]:
    """The deaths that the tests of this module will ask for, in their order."""
    called = [getattr(item, "callspec", None) for item in request.session.items if item.path == request.path]
    return [spec.params["death"] for spec in called if spec is not None and "death" in spec.params]
