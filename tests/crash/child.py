"""The bridge as it is started in service: a process of its own, whose log is read and whose death is seen."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Child:
    """One `bridge run`. `changed` is called at each line of its log, and at its end."""

    def __init__(self, process: asyncio.subprocess.Process, changed: Callable[[], None]) -> None:
        self._process = process
        self._changed = changed
        self.log: list[str] = []
        self._watching = asyncio.create_task(self._watch(), name="child")

    @classmethod
    async def start(cls, config: Path, changed: Callable[[], None], probe: str | None = None) -> "Child":
        """Start it, to kill itself at `probe`; what it does from here on is waited for by what it does."""
        options = ("--probe", probe) if probe else ()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bridge", "run", "-c", str(config), "--short-delays", "--register", *options),
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if not name.startswith(("BRIDGE_", "OVH_"))},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        return cls(process, changed)

    async def _watch(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self.log.append(line.decode(errors="replace").rstrip())
            self._changed()
        await self._process.wait()
        self._changed()

    @property
    def ended(self) -> bool:
        """Whether it is dead, and all it said has been read."""
        return self._process.returncode is not None and self._process.stderr.at_eof()  # type: ignore[union-attr]

    @property
    def status(self) -> int | None:
        """Its exit code, or minus the signal that ended it; None while it lives."""
        return self._process.returncode if self.ended else None

    def told(self, event: str) -> bool:
        """Whether its log has this event."""
        return any(_event(line) == event for line in self.log)

    def terminate(self) -> None:
        """SIGTERM: come to an end."""
        self._process.terminate()

    def kill(self) -> None:
        """SIGKILL: as when the power fails."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)

    async def bury(self) -> None:
        """Make sure that it is dead."""
        self.kill()
        await self._watching


def _event(line: str) -> str | None:
    try:
        return str(json.loads(line)["event"])
    except (ValueError, KeyError, TypeError):
        return None
