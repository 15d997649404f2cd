"""Our account signs our device (Client-Server API, "Cross-signing"), which the library cannot.

Clients of Element neither give room keys to a device that its own account has not signed, nor show what it writes
(MSC4153). Keys of the account that are on the server and not ours were made by somebody with a client, who may have
shown them to others: they are never replaced.
"""

import math
from typing import Final

import structlog

from bridge.adapters.matrix.account_keys import AccountKeys, Shown
from bridge.adapters.matrix.calls import Calls
from bridge.adapters.matrix.crypto import Crypto
from bridge.adapters.matrix.failures import WhoAsked
from bridge.adapters.matrix.session import MatrixSettings, Session, password_of
from bridge.domain.failures import OutcomeUnknown, Permanent, Refusal, Temporary
from bridge.ports.clock import Clock

log = structlog.get_logger(__name__)

AGAIN: Final = 3600.0
"""Seconds after which it is tried again."""


class Signing:
    """What is asked until the device is signed, once at a start and then hourly. None of it stops anything else."""

    def __init__(self, settings: MatrixSettings, calls: Calls, clock: Clock) -> None:
        self._settings = settings
        self._calls = calls
        self._clock = clock
        self._not_before = 0.0

    async def keep_up(self, crypto: Crypto, session: Session) -> None:
        """Have the device signed, where that is due. What does not go is logged."""
        if not crypto.works or self._clock.monotonic() < self._not_before:
            return
        self._not_before = self._clock.monotonic() + AGAIN
        try:
            await self._sign(crypto, session)
        except (Temporary, Permanent, OutcomeUnknown) as failure:
            log.warning("matrix.device_not_signed", why=str(failure))
        except (OSError, ValueError) as error:  # our file's: it cannot be read, or not be written
            log.warning("matrix.device_not_signed", why="signing_keys", error=type(error).__name__)
        else:
            self._not_before = math.inf

    async def _sign(self, crypto: Crypto, session: Session) -> None:
        shown = await Shown.asked(self._calls, session)
        if shown.signed:
            return
        own = AccountKeys.kept(self._settings.store, session.user)
        if not shown.may_be_signed_with(own):
            log.warning("matrix.account_has_other_keys", device=session.device)  # `check` tells the way out
            return
        if own is None:
            own = AccountKeys.made(self._settings.store, session.user)
        signatures = own.signatures(shown, crypto)
        if not shown.complete:
            await self._publish(own, crypto, session)
        told = await self._calls("POST", "keys", "signatures", "upload", body={session.user: signatures})
        if told.get("failures"):
            raise Permanent(Refusal.OTHER, "signature not taken")
        log.info("matrix.device_signed", device=session.device)

    async def _publish(self, own: AccountKeys, crypto: Crypto, session: Session) -> None:
        """A first upload is taken without more ado (MSC3967), but not by all servers."""
        path, password = ("keys", "device_signing", "upload"), self._settings.password
        keys = own.published(crypto, session)
        try:
            await self._calls("POST", *path, body=keys)
            return
        except WhoAsked as asked:
            if password is None or not asked.password:
                raise
            auth = password_of(session.user, password) | {"session": asked.session}
        if not (await Shown.asked(self._calls, session)).may_be_signed_with(own):  # that is when all servers ask
            raise Permanent(Refusal.OTHER, "other keys came meanwhile")
        await self._calls("POST", *path, body=keys | {"auth": auth})
