"""The keys of an account with which it signs its devices: those that the server shows, and ours in the store's folder.

The master key signs the self-signing key, and that one the devices ("Cross-signing" in the Client-Server API).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from vodozemac import Account, Ed25519PublicKey, Ed25519Signature

from bridge.adapters.matrix.calls import Calls
from bridge.adapters.matrix.crypto import Crypto
from bridge.adapters.matrix.reading import Raw, at
from bridge.adapters.matrix.session import Session, keep
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Refusal

_KINDS: Final = ("master", "self_signing", "user_signing")
"""The last one signs people: nobody here does, but clients that log in as the bot expect all three."""
_SEAL: Final = b"bridge".ljust(32)  # the folder's rights guard the keys; a word beside them would not


@dataclass(frozen=True, slots=True)
class Shown:
    """What the server shows of our device and of the account's keys. `device` is what it says of the device."""

    session: Session
    device: Raw
    keys: Mapping[str, Any]

    @classmethod
    async def asked(cls, calls: Calls, session: Session) -> "Shown":
        """Raises what a call raises, and OutcomeUnknown where our device is not there."""
        told = await calls("POST", "keys", "query", body={"device_keys": {session.user: []}})
        device = at(told, "device_keys", session.user, session.device)
        if not isinstance(at(device, "keys"), Mapping):
            raise OutcomeUnknown(Reason.SERVER)
        return cls(session, device, {kind: at(told, f"{kind}_keys", session.user) for kind in _KINDS})

    @property
    def complete(self) -> bool:
        """Whether there is a key that signs devices."""
        return self.keys["master"] is not None and self.keys["self_signing"] is not None

    def may_be_signed_with(self, own: "AccountKeys | None") -> bool:
        """Whether the account's keys are these, or it has none."""
        return self.keys["master"] is None or (own is not None and _public(self.keys["master"]) == own.master)

    @property
    def signed(self) -> bool:
        """Whether the account has signed the device, with whosever keys."""
        master, signing = self.keys["master"], self.keys["self_signing"]
        return self._vouches(master, signing) and self._vouches(signing, self.device)

    def _vouches(self, by: object, what: object) -> bool:
        key = _public(by)
        signature = at(what, "signatures", self.session.user, f"ed25519:{key}")
        if key is None or not isinstance(signature, str) or not isinstance(what, Mapping):
            return False
        try:
            given = Ed25519Signature.from_base64(signature)
            Ed25519PublicKey.from_base64(key).verify_signature(_canonical(_bare(what)), given)
        except ValueError:  # as all of that library's exceptions are
            return False
        return True


@dataclass(frozen=True, slots=True)
class AccountKeys:
    """The account's keys, as far as they are ours: kept beside the device's, before the server has them."""

    user: str
    keys: Mapping[str, Account] = field(repr=False)

    @classmethod
    def kept(cls, store: Path, user: str) -> "AccountKeys | None":
        """None when there are none. Raises OSError and ValueError when they cannot be read."""
        try:
            told = json.loads(_file(store, user).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        sealed = [at(told, kind) for kind in _KINDS]
        if not all(isinstance(one, str) for one in sealed):
            raise ValueError("no signing keys")
        return cls(user, {kind: Account.from_pickle(one, _SEAL) for kind, one in zip(_KINDS, sealed, strict=True)})

    @classmethod
    def made(cls, store: Path, user: str) -> "AccountKeys":
        """New ones, on disk. Raises OSError."""
        keys = {kind: Account() for kind in _KINDS}
        keep(_file(store, user), {kind: key.pickle(_SEAL) for kind, key in keys.items()})
        return cls(user, keys)

    @property
    def master(self) -> str:
        """The public half of the first one."""
        return self.keys["master"].ed25519_key.to_base64()

    def published(self, crypto: Crypto, session: Session) -> dict[str, Any]:
        """All three, signed by the first one, which the device signs."""
        found = {f"{kind}_key": self._signed("master", self._key(kind)) for kind in _KINDS[1:]}
        return found | {"master_key": self._signed_by_device(self._key("master"), crypto, session)}

    def signatures(self, shown: Shown, crypto: Crypto) -> dict[str, Any]:
        """The account's for the device and the device's for the account, each with what it is for.

        Raises Permanent where what the server shows is not what our device said of itself.
        """
        bare, session = _bare(shown.device), shown.session
        by_itself = at(shown.device, "signatures", session.user, f"ed25519:{session.device}")
        if by_itself != crypto.signature(bare):
            raise Permanent(Refusal.OTHER, "the server shows another device")
        master = self._signed_by_device(self._key("master"), crypto, session)
        return {session.device: self._signed("self_signing", bare), self.master: master}

    def _key(self, kind: str) -> dict[str, Any]:
        name = self.keys[kind].ed25519_key.to_base64()
        return {"user_id": self.user, "usage": [kind], "keys": {f"ed25519:{name}": name}}

    def _signed(self, kind: str, what: Raw) -> dict[str, Any]:
        key = self.keys[kind]
        named = {f"ed25519:{key.ed25519_key.to_base64()}": key.sign(_canonical(what)).to_base64()}
        return {**what, "signatures": {self.user: named}}

    def _signed_by_device(self, what: Raw, crypto: Crypto, session: Session) -> dict[str, Any]:
        return {**what, "signatures": {self.user: {f"ed25519:{session.device}": crypto.signature(what)}}}


def _file(store: Path, user: str) -> Path:
    return store / f"{quote(user, safe='@:')}_signing.json"


def _public(key: object) -> str | None:
    """The one key of what is told of it."""
    keys = at(key, "keys")
    names = [one for one in keys.values() if isinstance(one, str)] if isinstance(keys, Mapping) else []
    return names[0] if len(names) == 1 else None


def _bare(what: Raw) -> dict[str, Any]:
    return {name: value for name, value in what.items() if name not in ("signatures", "unsigned")}


def _canonical(what: Raw) -> bytes:
    """The one way of writing it that is signed ("Canonical JSON")."""
    return json.dumps(what, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
