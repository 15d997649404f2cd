"""Tasks that end with the simulator, and whose failures are not lost."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Tasks:
    """What was started in the background.

    A task group would have to be left by the task that entered it, which a test's fixture is not; so this one
    keeps failures and raises them when it is closed.
    """

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()
        self._failures: list[Exception] = []

    def start(self, work: Coroutine[Any, Any, object]) -> None:
        """Runs the work beside the caller."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)

    def failed(self, failure: Exception) -> None:
        """Keeps a failure that nobody else would hear of."""
        self._failures.append(failure)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        failure = None if task.cancelled() else task.exception()
        if isinstance(failure, Exception):
            self._failures.append(failure)

    async def close(self) -> None:
        """Cancels what still runs. Raises an ExceptionGroup of what failed, if anything did."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if self._failures:
            raise ExceptionGroup("the simulated OVH failed", self._failures)
