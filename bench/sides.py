"""The two that are compared, as processes: the usual script, and the real bridge."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench.control import clean_environment, end
from bench.setting import Way, write_configuration
from bridge.sandbox.demo.settings import free_port

READY_WITHIN = 30.0  # seconds
_ASK_EVERY = 0.01  # seconds
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Outside:
    """Where a side finds the chat server and OVH, and which kind of chat it is. `more`: told to the usual script."""

    way: Way
    chat_url: str
    token: str
    ovh_url: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """A running side. `ready_after`: seconds from its start until it could work."""

    pid: int
    ready_after: float

    def cpu(self) -> float:
        """Seconds of CPU that the process has used, user and system, all its threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Inside, the process stands still; it is told nothing of it, as if the network had kept all from it."""
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)

    def most_memory(self) -> float:
        """The most memory it ever held, in MB (VmHWM)."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("this system tells no VmHWM")


@asynccontextmanager
async def usual_script(outside: Outside, folder: Path) -> AsyncIterator[Side]:
    """Ready once it says so."""
    where = (outside.chat_url, outside.token, outside.ovh_url, *outside.more)
    command = (sys.executable, "-m", outside.way.script, *where)
    began = time.monotonic()
    process = await _start(command, folder / "usual.log", stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(READY_WITHIN):
            if not await process.stdout.readline():
                raise RuntimeError(_tail(folder / "usual.log"))
        yield Side(process.pid, time.monotonic() - began)
    finally:
        await end(process)


@asynccontextmanager
async def bridge(outside: Outside, folder: Path) -> AsyncIterator[Side]:
    """`bridge run` on a new database; ready once /readyz answers 200."""
    port = free_port()
    config = write_configuration(folder, outside.way, outside.chat_url, outside.token, outside.ovh_url, port)
    log = folder / "bridge.log"
    module = "bench.profiled" if os.environ.get("BENCH_PROFILE") else "bridge"
    began = time.monotonic()
    process = await _start((sys.executable, "-m", module, "run", "-c", str(config)), log)
    try:
        async with asyncio.timeout(READY_WITHIN):
            await _until_ready(process, f"http://127.0.0.1:{port}/readyz")
        ready_after = time.monotonic() - began
        yield Side(process.pid, ready_after)
        if process.returncode is not None:
            raise RuntimeError(f"the bridge ended with {process.returncode}")
    except Exception as error:
        error.add_note(f"what the bridge said last:\n{_tail(log)}")
        raise
    finally:
        await end(process)  # what it still asks OVH for, reports of SMS, is not waited for


async def _start(command: Sequence[str], log: Path, stdout: int | None = None) -> asyncio.subprocess.Process:
    with log.open("ab") as told:
        return await asyncio.create_subprocess_exec(
            *command,
            env=clean_environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=told if stdout is None else stdout,
            stderr=told,
            start_new_session=True,  # Ctrl-C is for the parent, which ends this one itself
        )


async def _until_ready(process: asyncio.subprocess.Process, url: str) -> None:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
        while process.returncode is None:
            with suppress(aiohttp.ClientError, TimeoutError):
                async with session.get(url) as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(_ASK_EVERY)
    raise RuntimeError("the bridge did not start")


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-4000:]
