"""Who the bot is: its user, its device, its token. A token that a password brought is kept in the store's folder.

The device stays the same for ever, as the encryption keys are its own: whoever logs in again names it.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import structlog

from bridge.adapters.matrix.addresses import local_part
from bridge.adapters.matrix.calls import Calls
from bridge.adapters.matrix.failures import Refused
from bridge.domain.failures import OutcomeUnknown, Reason, Temporary
from bridge.domain.retry import doubled
from bridge.ports.clock import Clock

log = structlog.get_logger(__name__)

KEPT = "session.json"
"""The file in the store's folder, readable by its owner alone."""
REFUSED = (30.0, 300.0)
"""Seconds between two tries with what is refused, at first and at most: a server may lock who tries too often."""
_SHOWN = "SMS bridge"  # what other devices' lists of ours call it


@dataclass(frozen=True, slots=True)
class MatrixSettings:
    """The account. `access_token` with its `device_id`, or a `password`; `store`: the folder of keys and session.

    `encryption`: whether encrypted rooms can be read and written; without it nothing is written into one.
    """

    homeserver: str
    user: str
    store: Path
    access_token: str | None = field(default=None, repr=False)
    device_id: str | None = None
    password: str | None = field(default=None, repr=False)
    encryption: bool = True


@dataclass(frozen=True, slots=True)
class Session:
    """What the server knows us by."""

    user: str
    device: str
    token: str = field(repr=False)


class Login:
    """How a session comes about. `hide` is told each token, so that no log shows it."""

    def __init__(self, settings: MatrixSettings, calls: Calls, clock: Clock, hide: Callable[[str], object]) -> None:
        self._settings = settings
        self._calls = calls
        self._clock = clock
        self._refused_times = 0
        self._not_before = 0.0
        self._hide = hide
        self._path = settings.store / KEPT

    async def session(self) -> Session:
        """The token of the configuration, else the kept one, else a new one for the password. The server was asked.

        Raises Temporary (keys) when it is refused, and there is nothing to get another one with.
        """
        token = self._settings.access_token
        if token is not None:
            self._calls.token = token
            return await self._asked(token)
        kept = self.kept()
        if kept is None:
            return await self._new(self._settings.device_id)
        self._calls.token = kept.token
        return kept

    async def again(self, device: str | None) -> Session:
        """After a soft logout: another token for the same device. Raises Temporary (keys) without a password.

        `device` None: not known yet; the one that an earlier login was given, if there was one.
        """
        kept = self.kept() if device is None else None
        return await self._new(device if kept is None else kept.device)

    @property
    def known(self) -> str | None:
        """The token as it stands, before anything was asked."""
        if self._settings.access_token is not None:
            return self._settings.access_token
        kept = self.kept()
        return None if kept is None else kept.token

    def kept(self) -> Session | None:
        """What an earlier login left. A file that cannot be read is none: the password brings another."""
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
            session = Session(told["user"], told["device"], told["token"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if session.user != self._settings.user or not all(map(_is_word, (session.device, session.token))):
            return None
        self._hide(session.token)
        return session

    async def _asked(self, token: str) -> Session:
        """Whose the token is, and of which device: the server knows better than the configuration."""
        told = await self._calls("GET", "account", "whoami")
        user, device = told.get("user_id"), told.get("device_id") or self._settings.device_id
        if not isinstance(user, str) or not isinstance(device, str):
            raise OutcomeUnknown(Reason.SERVER)
        return Session(user, device, token)

    async def _new(self, device: str | None) -> Session:
        wait = self._not_before - self._clock.monotonic()
        if self._settings.password is None or wait > 0:
            raise Temporary(Reason.KEYS, timedelta(seconds=wait) if wait > 0 else None, scope="account")
        body = password_of(self._settings.user, self._settings.password) | {"initial_device_display_name": _SHOWN}
        try:
            named = {"device_id": device} if device else {}
            told = await self._calls("POST", "login", body=body | named, patient=True, anonymous=True)
        except Refused as refused:
            log.warning("matrix.login_refused", why=refused.detail)
            self._refused_times += 1
            self._not_before = self._clock.monotonic() + doubled(*REFUSED, self._refused_times)
            raise Temporary(Reason.KEYS, scope="account") from None
        match told:
            case {"user_id": str(user), "device_id": str(known_as), "access_token": str(token)}:
                session = Session(user, known_as, token)
            case _:
                raise OutcomeUnknown(Reason.SERVER)
        self._refused_times = 0
        self._hide(token)
        self._keep(session)
        self._calls.token = token
        return session

    def _keep(self, session: Session) -> None:
        keep(self._path, {"user": session.user, "device": session.device, "token": session.token})


def folder_for_keys(folder: Path) -> None:
    """Make the folder, for its owner alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def keep(path: Path, secrets: Mapping[str, str]) -> None:
    """On disk, all or nothing, and never readable by others, not even for a moment. Raises OSError."""
    folder_for_keys(path.parent)
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600, exist_ok=False)
    with part.open("w", encoding="utf-8") as file:
        file.write(json.dumps(secrets))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def password_of(user: str, password: str) -> dict[str, object]:
    """How logins, and those who are asked who they are, say it."""
    named = {"type": "m.id.user", "user": local_part(user)}
    return {"type": "m.login.password", "identifier": named, "password": password}


def _is_word(value: object) -> bool:
    return isinstance(value, str) and bool(value)
