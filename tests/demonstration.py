"""`bridge demo` as a person starts it: a process of its own, with the real bridge as its child."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

WITHIN = 40.0  # seconds for anything that should follow


@asynccontextmanager
async def demonstration(
    folder: Path, *options: str, language: str = "en", keyboard: bool = False
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`bridge demo`, with its temporary files under `folder`; ended at the latest here. `keyboard`: one can type."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bridge",
        "demo",
        *options,
        env={**os.environ, "TMPDIR": str(folder), "LANG": language, "LC_ALL": "", "BRIDGE_LANGUAGE": "de"},
        stdin=asyncio.subprocess.PIPE if keyboard else asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        async with asyncio.timeout(WITHIN):
            await process.wait()


async def where(process: asyncio.subprocess.Process) -> str:
    """The page's address, as it is told."""
    assert process.stdout is not None
    async with asyncio.timeout(WITHIN):
        while line := (await process.stdout.readline()).decode():
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                return found[0]
    raise AssertionError("it never said where the page is")
