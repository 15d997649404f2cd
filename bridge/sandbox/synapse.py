"""A Matrix homeserver for this machine alone: a real Synapse, in an environment of its own that `make synapse` fills.

How it is configured and how people come to be in it; the demonstration and the tests each start it in their own way.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientSession

ENVIRONMENT: Final = Path(__file__).parents[2] / ".synapse"
_OFTEN: Final = {"per_second": 10_000, "burst_count": 10_000}
RELAXED: Final[Mapping[str, Any]] = {
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
    # What nobody here looks at costs a fifth of the processor's time.
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


class NotRegistered(RuntimeError):
    """The homeserver did not take a new user; the message is its answer."""


@dataclass(frozen=True, slots=True)
class Homeserver:
    """One homeserver on 127.0.0.1, federated with none. `folder` holds all that it is; `name` ends its user ids."""

    python: Path
    folder: Path
    port: int
    name: str
    secret: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def command(self) -> Sequence[str]:
        """How it is started, once `configure` was called."""
        return (str(self.python), "-m", "synapse.app.homeserver", "-c", str(self.folder / "homeserver.yaml"))

    def configure(self, limits: Mapping[str, Any]) -> None:
        """Write its files, with new keys; `limits` {} leaves those that Synapse comes with."""
        (self.folder / "signing.key").write_text(f"ed25519 a_1 {_unpadded(secrets.token_bytes(32))}\n")
        listener = {
            "port": self.port,
            "bind_addresses": ["127.0.0.1"],
            "type": "http",
            "tls": False,
            "resources": [{"names": ["client"]}],
        }
        tree = {
            "server_name": self.name,
            "listeners": [listener],
            "database": {"name": "sqlite3", "args": {"database": str(self.folder / "homeserver.db")}},
            "signing_key_path": str(self.folder / "signing.key"),
            "media_store_path": str(self.folder / "media"),
            "log_config": str(self._write_log_config()),
            "pid_file": str(self.folder / "pid"),
            "federation_domain_whitelist": [],
            "trusted_key_servers": [],
            "report_stats": False,
            "registration_shared_secret": self.secret,
            "macaroon_secret_key": secrets.token_hex(16),
            "form_secret": secrets.token_hex(16),
            "bcrypt_rounds": 4,
            "enable_media_repo": True,
            "suppress_key_server_warning": True,
        }
        # JSON is YAML too.
        (self.folder / "homeserver.yaml").write_text(json.dumps({**tree, **limits}, indent=1))

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

    async def register(self, session: ClientSession, local: str, shown: str, password: str) -> dict[str, str]:
        """A new user, logged in: `user_id`, `device_id`, `access_token`. Not rate limited.

        `local`: the name in the id; `shown`: what people see. Raises NotRegistered. (Synapse's shared-secret API.)
        """
        url = f"{self.url}/_synapse/admin/v1/register"
        async with session.get(url) as response:
            nonce = (await response.json())["nonce"]
        signed = "\0".join([nonce, local, password, "notadmin"]).encode()
        body = {
            "nonce": nonce,
            "username": local,
            "displayname": shown,
            "password": password,
            "admin": False,
            "mac": hmac.new(self.secret.encode(), signed, hashlib.sha1).hexdigest(),
        }
        async with session.post(url, json=body) as response:
            told: dict[str, str] = await response.json()
        if "access_token" not in told:
            raise NotRegistered(json.dumps(told))
        return told


def _unpadded(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")
