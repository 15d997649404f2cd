"""What is imported at start: a chat's library only where that chat is configured, for it takes half a second."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.test_starting import KEYS

LOOK = """
import asyncio, sys
from contextlib import AsyncExitStack
from bridge import cli
from bridge.app import Options, assemble
from bridge.config import Config
from bridge.domain.patience import Patience
from bridge.logs import Redactor
from bridge.ports.clock import SystemClock

async def main():
    async with AsyncExitStack() as stack:
        await assemble(Config.model_validate({tree!r}), Options(Patience()), Redactor(), stack, SystemClock())

asyncio.run(main())
print("imported:", *sorted({{"nio", "vodozemac", "telegram"}} & sys.modules.keys()))
"""
MATRIX = {"homeserver": "http://127.0.0.1:9", "user": "@sms:example.org", "access_token": "t", "device_id": "D"}
TELEGRAM = {"api_url": "http://127.0.0.1:9", "token": "700000001:AAtest_it-opens-nothing"}


@pytest.mark.parametrize(
    ("platforms", "libraries"),
    [({}, ""), ({"matrix": MATRIX}, "nio vodozemac"), ({"telegram": TELEGRAM}, "telegram")],
    ids=["none", "matrix", "telegram"],
)
def test_a_chat_s_library_is_imported_only_where_that_chat_is_configured(
    tmp_path: Path, platforms: dict[str, dict[str, Any]], libraries: str
) -> None:
    phone = {"name": "accueil", "endpoint": "http://127.0.0.1:9/1.0", **KEYS}
    if "matrix" in platforms:
        platforms = {"matrix": platforms["matrix"] | {"store": str(tmp_path / "matrix")}}
    tree = {"database": f"sqlite:///{tmp_path}/b.db", "http": {"port": 0}, "phones": [phone], **platforms}
    child = [sys.executable, "-c", LOOK.format(tree=tree)]
    told = subprocess.run(child, cwd=tmp_path, capture_output=True, text=True, timeout=50, check=False)
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[-1].removeprefix("imported:").strip() == libraries
