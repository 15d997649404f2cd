"""What a command says reaches its terminal, whatever that can show and whether or not anybody still reads."""

import asyncio
import os
import pty
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

WITHIN = 15.0  # seconds, of a busy machine
CONFIG = """
database: "sqlite:///{folder}/none.db"
http: {{port: 1}}
phones:
  - name: "{name}"
    service_name: sms-ab12345-1
    endpoint: http://127.0.0.1:9/1.0
    application_key: AKAKAKAK
    application_secret: secretsecret
    consumer_key: consumerconsumer
"""
ASKS = """
import asyncio
from bridge.cli import _yes_or_no

async def asking():
    print(_yes_or_no("en")("Really?"))
    await asyncio.sleep(0)
    print("went on")

try:
    asyncio.run(asking())
except KeyboardInterrupt:
    print("ended")
"""


async def check(
    folder: Path, env: Mapping[str, str], *, name: str = "accueil", read: bool = True
) -> tuple[int, bytes, bytes]:
    """`bridge check`: exit code, output, errors. Without `read` nobody is there from the beginning."""
    (folder / "config.yaml").write_text(CONFIG.format(folder=folder, name=name), encoding="utf-8")
    out, into = os.pipe()
    if not read:
        os.close(out)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bridge", "check", "-c", str(folder / "config.yaml")),
        env={**{key: value for key, value in os.environ.items() if not key.startswith(("BRIDGE_", "PYTHON"))}, **env},
        stdout=into,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(into)
    async with asyncio.timeout(WITHIN):
        _, errors = await process.communicate()
    said = b""
    if read:
        with open(out, "rb") as pipe:
            said = pipe.read()
    return process.returncode or 0, said, errors


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
async def test_signs_that_the_terminal_cannot_show_are_replaced(tmp_path: Path, encoding: str) -> None:
    code, said, errors = await check(tmp_path, {"PYTHONIOENCODING": encoding})

    assert code == 1
    assert b"127.0.0.1:9" in said
    assert errors == b""


async def test_who_reads_no_further_ends_nothing_and_sees_no_traceback(tmp_path: Path) -> None:
    code, _, errors = await check(tmp_path, {}, read=False)

    assert code == 1
    assert errors == b""


async def test_what_steers_a_terminal_is_not_passed_on_to_it(tmp_path: Path) -> None:
    _, said, _ = await check(tmp_path, {"PYTHONIOENCODING": "utf-8"}, name=r"a\e[2J\x9b2Jb")

    assert "a�[2J�2Jb".encode() in said
    assert b"\x1b" not in said


async def reading(pid: int) -> None:
    """Wait until a process that has asked waits for its answer: in the moment between, nobody presses a key."""
    while Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "S":
        await asyncio.sleep(0)


async def test_one_ctrl_c_at_a_question_ends_the_command() -> None:
    main, ours = pty.openpty()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", ASKS, stdin=ours, stdout=ours, stderr=ours)
    os.close(ours)
    told = ""
    try:
        async with asyncio.timeout(WITHIN):
            while "[y/N]" not in told:
                told += (await asyncio.to_thread(os.read, main, 1000)).decode()
            await reading(process.pid)
            process.send_signal(signal.SIGINT)
            await process.wait()
        told += os.read(main, 1000).decode()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        os.close(main)

    assert told.split()[-1] == "ended"
    assert "went on" not in told
