"""Who signed what, worked out apart from the bridge."""

import json
from collections.abc import Mapping
from typing import Any

import vodozemac


def canonical(what: Mapping[str, Any]) -> bytes:
    bare = {name: value for name, value in what.items() if name not in ("signatures", "unsigned")}
    return json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def vouched(key: str, name: str, what: Mapping[str, Any]) -> bool:
    """Whether this key signed that, under this name. A signature that is none raises."""
    given = what.get("signatures", {}).get(what["user_id"], {}).get(f"ed25519:{name}")
    if given is None:
        return False
    signature = vodozemac.Ed25519Signature.from_base64(given)
    vodozemac.Ed25519PublicKey.from_base64(key).verify_signature(canonical(what), signature)
    return True


def public(key: Mapping[str, Any]) -> str:
    [(name, value)] = key["keys"].items()
    assert name == f"ed25519:{value}"
    return str(value)
