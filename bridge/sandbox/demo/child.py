"""The real bridge as a child process: started, killed with SIGKILL, started again. A homeserver beside it likewise."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

READY_WITHIN = 30.0  # seconds
ASK_EVERY = 0.05  # seconds
STOP_WITHIN = 3.0  # seconds
TAIL = 4000  # characters of the log that are told when the bridge ends by itself

_PR_SET_PDEATHSIG = 1  # prctl(2)


class ChildEnded(RuntimeError):
    """It ended by itself; the message is the end of its log."""


class BridgeEnded(ChildEnded):
    """And it was the bridge."""


def command(config: Path) -> Sequence[str]:
    """How the bridge is started: with the delays of the demonstration, telling OVH where to call."""
    run = ("run", "-c", str(config), "--short-delays", "--register")
    return (sys.executable, "-m", "bridge", *run)


class Child:
    """One process, on or off. `ready`: the URL that answers 200 once it is; `log`: where its output goes, in `folder`.

    What `ended` is, is raised when it ends though nobody ended it.
    """

    ended: type[ChildEnded] = ChildEnded

    def __init__(self, command: Sequence[str], ready: str, folder: Path, log: str) -> None:
        self._command = command
        self._ready = ready
        self._folder = folder
        self._log = folder / log
        self._process: asyncio.subprocess.Process | None = None
        self._wanted = False
        self.up = False
        self.since = datetime.now(UTC)
        """When it went on or off."""

    async def start(self) -> None:
        """Return once it is ready. Raises ChildEnded when it ends before, or is not ready within 30 s."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=self._folder,
                env=_environment(os.environ),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the parent, which ends this one itself
                preexec_fn=_dying_with_parent(),
            )
        self._wanted = True
        try:
            async with asyncio.timeout(READY_WITHIN):
                await self._until_ready(self._process)
        except TimeoutError:
            raise self.ended(self._tail()) from None
        self.up, self.since = True, datetime.now(UTC)

    async def _until_ready(self, process: asyncio.subprocess.Process) -> None:
        timeout = aiohttp.ClientTimeout(total=2)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while process.returncode is None:
                with suppress(aiohttp.ClientError, TimeoutError):
                    async with session.get(self._ready) as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(ASK_EVERY)
        raise self.ended(self._tail())

    async def kill(self) -> None:
        """SIGKILL, as when the power fails."""
        await self._end(gently=False)

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL if that takes too long."""
        await self._end(gently=True)

    async def _end(self, gently: bool) -> None:
        self._wanted = False
        if self.up:
            self.up, self.since = False, datetime.now(UTC)
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            if gently:
                process.terminate()
                with suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), STOP_WITHIN)
            if process.returncode is None:
                process.kill()
        await process.wait()

    def check(self) -> None:
        """Raises ChildEnded when it has ended though nobody ended it."""
        if self._wanted and self._process is not None and self._process.returncode is not None:
            raise self.ended(self._tail())

    def _tail(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")[-TAIL:]


class Bridge(Child):
    """One bridge. `url`: its own web server."""

    ended = BridgeEnded

    def __init__(self, config: Path, url: str, log: str = "bridge.log") -> None:
        super().__init__(command(config), f"{url}/readyz", config.parent, log)


def _dying_with_parent() -> Callable[[], None] | None:
    """On Linux: what makes the kernel end the child when its parent is killed and can no longer do it."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)  # loaded here, since little is safe between fork and exec

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    return ask


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """Without what would configure a bridge or OVH's client: the demonstration uses nothing of the user's."""
    return {key: value for key, value in given.items() if not key.startswith(("BRIDGE_", "OVH_"))}
