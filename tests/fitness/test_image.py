"""The image without a Docker engine: the very commands of its Dockerfile, in a folder with what it copies."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import web

from bridge.web.server import serve
from tests.deployment import ROOT, copied, environment, only, stages


def uv() -> str:
    own = ROOT / ".uv" / "bin" / "uv"
    found = str(own) if own.exists() else shutil.which("uv")
    if found is None:
        pytest.skip("no uv: `make install` brings it")
    return found


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_what_the_image_copies_and_runs_gives_a_bridge_that_starts(tmp_path: Path) -> None:
    for source in copied():
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, tmp_path / source, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, tmp_path / source)
    build = stages()[0]
    place = tmp_path / ".venv"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BRIDGE_", "VIRTUAL_ENV"))}
    settings = {**environment(build), "UV_PROJECT_ENVIRONMENT": str(place), "UV_PYTHON": sys.executable}
    del settings["UV_NO_CACHE"]  # here the machine's own cache serves
    commands = [one.parts for one in build if one.word == "RUN" and one.parts[0] == "uv"]
    assert [command[1] for command in commands] == ["sync", "sync"]
    for command in commands:
        subprocess.run([uv(), *command[1:]], cwd=tmp_path, env={**kept, **settings}, capture_output=True, check=True)
    entry = only(stages()[-1], "ENTRYPOINT").parts[0]
    told = subprocess.run([place / "bin" / entry, "--help"], capture_output=True, text=True, check=True, cwd="/")
    assert "run" in told.stdout
    chats = "import bridge.adapters.matrix, bridge.adapters.telegram"
    subprocess.run([place / "bin" / "python", "-c", chats], check=True, cwd="/")
    assert not (place / "bin" / "pytest").exists()  # nothing but what it needs
    assert list((place / "lib").glob("python*/site-packages/bridge/locales/*.toml"))
    assert list((place / "lib").glob("python*/site-packages/asyncpg"))


@pytest.mark.parametrize(("status", "expected"), [(200, 0), (503, 1), (None, 1)])
async def test_the_image_is_healthy_exactly_while_healthz_says_so(status: int | None, expected: int) -> None:
    async def healthz(_: web.Request) -> web.Response:
        return web.Response(status=status or 500)

    command = only(stages()[-1], "HEALTHCHECK").parts
    inside = environment(stages()[-1])["BRIDGE_HTTP__PORT"]
    assert inside in command[-1]
    async with serve("127.0.0.1", 0, [web.get("/healthz", healthz)]) as port:
        asked = command[-1].replace(inside, str(port if status else 1))  # nobody listens on port 1
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command[1:-1], asked, stderr=asyncio.subprocess.DEVNULL
        )
        assert await process.wait() == expected
