"""A throw-away Matrix homeserver: a real Synapse, in an environment of its own that `make synapse` fills."""

import asyncio
import base64
import hashlib
import hmac
import json
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

ENVIRONMENT = Path(__file__).parents[1] / ".synapse"
SERVER_NAME = "bridge.test"
_SECRET = "shared by this server and its tests alone"
_STARTS_WITHIN = 40.0  # seconds: a bound for what never comes
_numbers = count(1)
_OFTEN = {"per_second": 10_000, "burst_count": 10_000}
RELAXED: dict[str, Any] = {
    "rc_message": _OFTEN,
    "rc_registration": _OFTEN,
    "rc_login": {"address": _OFTEN, "account": _OFTEN, "failed_attempts": _OFTEN},
    "rc_joins": {"local": _OFTEN, "remote": _OFTEN},
    "rc_joins_per_room": _OFTEN,
    "rc_invites": {"per_room": _OFTEN, "per_user": _OFTEN, "per_issuer": _OFTEN},
    "rc_room_creation": _OFTEN,
    "rc_key_requests": _OFTEN,
    "rc_media_create": _OFTEN,
    "rc_admin_redaction": _OFTEN,
    # What no test looks at costs a fifth of the processor's time.
    "presence": {"enabled": False},
    "push": {"enabled": False},
    "stats": {"enabled": False},
    "user_directory": {"enabled": False},
    "enable_search": False,
}
"""What lets many messages pass; without it Synapse takes ten at once, and then one in five seconds."""


def find_synapse() -> Path | None:
    """The Python that has Synapse; None where `make synapse` was not called."""
    python = ENVIRONMENT / "bin" / "python"
    return python if (ENVIRONMENT / "installed").exists() else None


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
        self._python, self.folder = python, folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._configure(RELAXED if limits is None else limits)

    def _configure(self, limits: dict[str, Any]) -> None:
        (self.folder / "signing.key").write_text(f"ed25519 a_1 {_unpadded(secrets.token_bytes(32))}\n")
        listener = {
            "port": self.port,
            "bind_addresses": ["127.0.0.1"],
            "type": "http",
            "tls": False,
            "resources": [{"names": ["client"]}],
        }
        tree = {
            "server_name": SERVER_NAME,
            "listeners": [listener],
            "database": {"name": "sqlite3", "args": {"database": str(self.folder / "homeserver.db")}},
            "signing_key_path": str(self.folder / "signing.key"),
            "media_store_path": str(self.folder / "media"),
            "log_config": str(self._write_log_config()),
            "pid_file": str(self.folder / "pid"),
            "federation_domain_whitelist": [],
            "trusted_key_servers": [],
            "report_stats": False,
            "registration_shared_secret": _SECRET,
            "macaroon_secret_key": secrets.token_hex(16),
            "form_secret": secrets.token_hex(16),
            "bcrypt_rounds": 4,
            "enable_media_repo": True,
            "suppress_key_server_warning": True,
        }
        (self.folder / "homeserver.yaml").write_text(json.dumps(tree | limits, indent=1))

    def _write_log_config(self) -> Path:
        path = self.folder / "log.json"
        handler = {"class": "logging.FileHandler", "filename": str(self.folder / "log"), "formatter": "plain"}
        tree = {
            "version": 1,
            "formatters": {"plain": {"format": "%(asctime)s %(name)s %(levelname)s %(message)s"}},
            "handlers": {"file": handler},
            "root": {"level": "WARNING", "handlers": ["file"]},
            "disable_existing_loggers": False,
        }
        path.write_text(json.dumps(tree))
        return path

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
                [self._python, "-m", "synapse.app.homeserver", "-c", self.folder / "homeserver.yaml"],
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
        url = f"{self.url}/_synapse/admin/v1/register"
        async with ClientSession() as session:
            async with session.get(url) as response:
                nonce = (await response.json())["nonce"]
            signed = "\0".join([nonce, localpart, password, "notadmin"]).encode()
            body = {
                "nonce": nonce,
                "username": localpart,
                "displayname": name,
                "password": password,
                "admin": False,
                "mac": hmac.new(_SECRET.encode(), signed, hashlib.sha1).hexdigest(),
            }
            async with session.post(url, json=body) as response:
                told = await response.json()
                assert response.status == 200, told
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


def _unpadded(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")
