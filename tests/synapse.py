"""A throw-away Matrix homeserver: a real Synapse (bridge/sandbox/synapse.py) that tests stop, start and look into."""

import asyncio
import os
import secrets
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from bridge.sandbox.synapse import RELAXED, Homeserver, find_synapse

__all__ = ["Account", "Synapse", "find_synapse", "running_synapse"]

SERVER_NAME = "bridge.test"
_STARTS_WITHIN = 40.0  # seconds: a bound for what never comes
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the homeserver, logged in once."""

    user: str
    password: str
    device: str
    token: str
    name: str


class Synapse:
    """One homeserver on a port of its own. May be stopped and started: it keeps its port and all it knows."""

    def __init__(self, python: Path, folder: Path, limits: dict[str, Any] | None = None) -> None:
        self._home = Homeserver(python, folder, _free_port(), SERVER_NAME)
        self.folder, self.port, self.url = folder, self._home.port, self._home.url
        self._process: subprocess.Popen[bytes] | None = None
        self._home.configure(RELAXED if limits is None else limits)

    # Life

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it; returns when it takes requests, which it tells as it would tell systemd."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told, (self.folder / "output").open("ab") as output:
            address = str(self.folder / "ready")
            Path(address).unlink(missing_ok=True)
            told.bind(address)
            told.settimeout(0.2)
            self._process = subprocess.Popen(
                self._home.command,
                cwd=self.folder,
                env={"PATH": os.environ.get("PATH", os.defpath), "NOTIFY_SOCKET": address, "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
            for _ in range(int(_STARTS_WITHIN / 0.2)):
                try:
                    if told.recv(1024).startswith(b"READY=1"):
                        return
                except TimeoutError:
                    if not self.running:
                        break
        raise RuntimeError(f"Synapse did not start: {self.told()}")

    def stop(self) -> None:
        """End it as an operator does. Raises TimeoutExpired, and kills it, when it does not end."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise

    def told(self) -> str:
        """The end of what it logged, for who reads a failure."""
        texts = [
            path.read_text(errors="replace") for name in ("output", "log") if (path := self.folder / name).exists()
        ]
        return "\n".join(texts)[-3000:]

    # People

    async def register(self, name: str) -> Account:
        """A new user, whose display name is `name`; the user's id is this test's alone. Not rate limited."""
        localpart = f"{name.lower()}{next(_numbers)}"
        password = secrets.token_hex(8)
        async with ClientSession() as session:
            told = await self._home.register(session, localpart, name, password)
        return Account(told["user_id"], password, told["device_id"], told["access_token"], name)

    async def call(self, method: str, path: str, token: str, body: Any = None) -> tuple[int, Any]:
        """One request of the client API, below `/_matrix/client/v3`: status and answer."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{self.url}/_matrix/client/v3{path}"
        async with ClientSession() as session, session.request(method, url, json=body, headers=headers) as response:
            return response.status, await response.json()

    async def log_in(self, account: Account) -> Account:
        """The same user with another device."""
        body = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": account.user}}
        status, told = await self.call("POST", "/login", "", body | {"password": account.password})
        assert status == 200, told
        return replace(account, device=told["device_id"], token=told["access_token"])

    async def revoke(self, account: Account) -> None:
        """Log the account out for good: its token is refused from now on, and its device is gone."""
        status, told = await self.call("POST", "/logout", account.token)
        assert status == 200, told

    def forget_transactions(self) -> None:
        """Let a day have passed: the numbers that clients gave what they sent are forgotten. It must be stopped."""
        assert not self.running
        with closing(sqlite3.connect(self.folder / "homeserver.db")) as database, database:
            database.execute("DELETE FROM event_txn_id_device_id")

    async def expire(self, account: Account) -> None:
        """Let the account's token have run out: a soft logout. Restarts the server, which remembers tokens."""
        await asyncio.to_thread(self.stop)
        with closing(sqlite3.connect(self.folder / "homeserver.db")) as database, database:
            done = database.execute("UPDATE access_tokens SET valid_until_ms = 1 WHERE token = ?", (account.token,))
            assert done.rowcount == 1
        await asyncio.to_thread(self.start)


@contextmanager
def running_synapse(python: Path, limits: dict[str, Any] | None = None) -> Iterator[Synapse]:
    """Start one in a folder of its own; stop it and remove the folder at the end. `limits` {}: Synapse's own."""
    folder = Path(tempfile.mkdtemp(prefix="bridge-mx-", dir="/tmp"))  # a socket's path: under 108 characters
    server = Synapse(python, folder, limits)
    try:
        server.start()
        yield server
    finally:
        try:
            server.stop()
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
