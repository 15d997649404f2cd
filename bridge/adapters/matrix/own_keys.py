"""Our own keys on the homeserver: the device's, and those with which whoever writes to us first begins.

Of the latter the server hands each out once, and when none is left the fallback key, again and again: so that a new
device's first message can be opened however long we were away, and whoever asked for all of them.
"""

from typing import Any

import nio
import structlog

from bridge.adapters.matrix.calls import Calls
from bridge.adapters.matrix.devices import receive
from bridge.adapters.matrix.failures import Refused
from bridge.adapters.matrix.reading import Raw, at

log = structlog.get_logger(__name__)

_KIND = "signed_curve25519"
_THERE = "already exists"
"""Synapse, of a key under whose name it has another one: `One time key … already exists`. No code says so."""


class OwnKeys:
    """What is uploaded. `client`: the library's state machine, which makes no fallback keys."""

    def __init__(self, client: Any, calls: Calls) -> None:
        self._client = client
        self._calls = calls
        self._fallback_wanted = False
        self._replaced = False

    def heard(self, sync: Raw) -> None:
        """How many keys are left, and whether the fallback key is unused: the library hears of all numbers but none."""
        count = at(sync, "device_one_time_keys_count", _KIND)
        if type(count) is int:
            self._client.olm.uploaded_key_count = count
        unused = at(sync, "device_unused_fallback_key_types")  # missing where the server knows of no such keys
        self._fallback_wanted = isinstance(unused, list) and _KIND not in unused and not self._replaced

    async def upload(self) -> None:
        """Keys are written down before the server has them: what it hands out of them must be ours after a crash too.

        Where it has others under the same names, from a process that died in between or a store that was put back,
        ours give way to new ones; what it refuses for another reason is offered again, and only the device without it.
        Raises what a call raises.
        """
        olm = self._client.olm
        account = olm.account
        if not (olm.should_upload_keys or self._fallback_wanted or self._unpublished()):
            return
        self._make()
        olm.save_account()
        lasting = {} if account.shared else {"device_keys": self._device()}
        try:
            told = await self._calls("POST", "keys", "upload", body=lasting | self._unpublished())
        except Refused as refused:
            if refused.status != 400:
                raise
            if _THERE not in refused.detail:
                log.warning("matrix.keys_refused", why=refused.detail)
                await self._upload_device(lasting)
                return
            log.warning("matrix.keys_stand_already", why=refused.detail)
            olm.mark_keys_as_published()
            olm.save_account()
            self._replaced = False
            told = await self._calls("POST", "keys", "upload", body=lasting)
        receive(self._client, nio.KeysUploadResponse.from_dict(told))

    async def _upload_device(self, lasting: Raw) -> None:
        """The device alone, which the library knows no way to do: it would take all keys for published."""
        if lasting:
            await self._calls("POST", "keys", "upload", body=lasting)
            self._client.olm.account.shared = True
            self._client.olm.save_account()

    def _make(self) -> None:
        """What is missing. A fallback key that was used is replaced once in a process: what came with it still opens,
        but what comes with the one before that would not.
        """
        olm = self._client.olm
        left = (olm.uploaded_key_count or 0) if olm.account.shared else 0
        missing = olm.account.max_one_time_keys - left - len(olm.account.one_time_keys["curve25519"])
        if missing > 0:
            olm.account.generate_one_time_keys(missing)
        if self._fallback_wanted or not olm.account.shared:
            if not self._keys.fallback_key:
                self._keys.generate_fallback_key()
            self._fallback_wanted, self._replaced = False, True

    @property
    def _keys(self) -> Any:
        """Vodozemac's account, of which the library shows only a part."""
        return self._client.olm.account._account

    def _unpublished(self) -> dict[str, Any]:
        """The keys that the server is not known to have."""
        once = self._client.olm.account.one_time_keys["curve25519"]
        found = {
            "one_time_keys": {f"{_KIND}:{name}": self._signed({"key": key}) for name, key in once.items()},
            "fallback_keys": {
                f"{_KIND}:{name}": self._signed({"key": key.to_base64(), "fallback": True})
                for name, key in self._keys.fallback_key.items()
            },
        }
        return {name: keys for name, keys in found.items() if keys}

    def _device(self) -> dict[str, Any]:
        olm = self._client.olm
        keys = {f"{kind}:{olm.device_id}": key for kind, key in olm.account.identity_keys.items()}
        named = {"user_id": olm.user_id, "device_id": olm.device_id}
        return self._signed({**named, "algorithms": list(olm._algorithms), "keys": keys})

    def _signed(self, what: dict[str, Any]) -> dict[str, Any]:
        olm = self._client.olm
        return what | {"signatures": {olm.user_id: {f"ed25519:{olm.device_id}": olm.sign_json(what)}}}
