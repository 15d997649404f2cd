"""Processes of their own, asked over their standard input and output: one JSON object a line, each answered by one."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Self

Command = Callable[..., Awaitable[Any]]
STARTS_WITHIN = 30.0  # seconds
_ANSWERS_WITHIN = 240.0  # seconds: what is asked has a bound of its own
_LONGEST_LINE = 64 * 1024 * 1024  # bytes


async def obey(told: Mapping[str, Any], commands: Mapping[str, Command]) -> None:
    """Say where we are, then do what each line asks until the input ends."""
    _say(dict(told))
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        asked = json.loads(line)
        name = asked.pop("do")
        try:
            _say({"answer": await commands[name](**asked)})
        except Exception as error:
            _say({"failed": f"{name}: {type(error).__name__}: {error}"})


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class Child:
    """A module of this package as a process. `told` is what it said of itself when it was ready."""

    def __init__(self, module: str, *arguments: str, ends_within: float = 2.0) -> None:
        self._ends_within = ends_within
        self._command = (sys.executable, "-m", module, *arguments)
        self._process: asyncio.subprocess.Process | None = None
        self.told: dict[str, Any] = {}

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            env=clean_environment(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LONGEST_LINE,
            start_new_session=True,  # Ctrl-C is for the parent, which ends this one itself
        )
        async with asyncio.timeout(STARTS_WITHIN):
            self.told = await self._read()
        return self

    async def ask(self, do: str, **what: Any) -> Any:
        """Have something done and give what came of it. Raises RuntimeError, or TimeoutError."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **what}).encode() + b"\n")
        async with asyncio.timeout(_ANSWERS_WITHIN):
            said = await self._read()
        if "failed" in said:
            raise RuntimeError(said["failed"])
        return said["answer"]

    async def _read(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(self._command[1:3])} ended")
        said: dict[str, Any] = json.loads(line)
        return said

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await end(self._process, self._ends_within)


async def end(process: asyncio.subprocess.Process | None, within: float = 2.0) -> None:
    """SIGTERM, and SIGKILL if that takes too long."""
    if process is None or process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), within)
    except TimeoutError:
        process.kill()
        await process.wait()


def clean_environment() -> dict[str, str]:
    """Without what would configure a bridge, OVH's client, or a proxy between processes of one machine.

    Bytecode may be kept, as it is wherever the bridge runs for good: else every start would compile everything.
    """
    return {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("BRIDGE_", "OVH_"))
        and not key.lower().endswith("_proxy")
        and key != "PYTHONDONTWRITEBYTECODE"
    }
