"""`bridge run`: the lock first, then everything, until a signal."""

import asyncio
import os
import signal
from contextlib import AbstractContextManager, AsyncExitStack
from pathlib import Path

from bridge.adapters.database.lock import AlreadyRunning, owner_lock
from bridge.adapters.database.migrate import WrongRevision
from bridge.adapters.database.ownership import own
from bridge.app.assembling import Options, assemble
from bridge.config import Config, opening_database, opening_keys
from bridge.logs import Redactor
from bridge.ports.clock import SystemClock


async def run_bridge(config: Config, options: Options, redactor: Redactor) -> None:
    """Run until SIGINT or SIGTERM; a second one ends at once.

    Raises AlreadyRunning before any other I/O, ConfigMistakes for a database, keys or a port that cannot be had.
    """
    stopping = asyncio.Event()
    async with AsyncExitStack() as resources:
        with opening_database(config, WrongRevision):
            await resources.enter_async_context(own(config.database))
        if config.matrix is not None:
            with opening_keys(config, AlreadyRunning):
                resources.enter_context(_own_keys(Path(config.matrix.store)))
        _stop_on_signals(stopping)
        bridge = await assemble(config, options, redactor, resources, SystemClock())
        await bridge.run(stopping)


def _own_keys(folder: Path) -> AbstractContextManager[None]:
    """Hold Matrix's keys: two processes with one device's keys break both. The folder is made for its owner alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return owner_lock(folder / "keys")


def _stop_on_signals(stopping: asyncio.Event) -> None:
    def stop() -> None:
        if stopping.is_set():
            os._exit(1)  # asked twice: at once
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
