"""What others wrote, kept from stopping the library: it trusts the shape of their devices' keys and events.

Whatever it stumbles over is left out, told by the error's type (its words may repeat what somebody wrote), and the
rest is taken.
"""

import copy
from collections.abc import Callable, Mapping
from typing import Any

import nio
import structlog
import vodozemac

from bridge.adapters.matrix.reading import Raw, at

log = structlog.get_logger(__name__)


def guarded(what: str, act: Callable[..., Any]) -> Callable[..., Any]:
    """The same, giving None where it stumbles."""

    def careful(*given: Any) -> Any:
        try:
            return act(*given)
        except Exception as error:
            log.warning("matrix.left_out", what=what, error=type(error).__name__)
            return None

    return careful


def guard(client: Any) -> None:
    """Let this client's handling of one message or request end with that one: what comes behind it is taken."""
    client._handle_decrypt_to_device = guarded("to_device", client._handle_decrypt_to_device)
    client._collect_key_requests = guarded("key_request", client._collect_key_requests)
    if client.olm is not None:
        client.olm.handle_key_verification = _unheard  # nobody is here who could compare signs with somebody
        client.olm.check_if_wedged = _unheard  # keys are asked for by ourselves, once, and not at each try to open
        client.olm._decrypt_megolm_no_error = guarded("sealed", client.olm._decrypt_megolm_no_error)


def _unheard(*given: Any) -> None:
    """What others want of us that would cost requests, and come to nothing."""


class GuardedRoom(nio.MatrixRoom):  # type: ignore[misc]
    """A room of which one event after the other is taken in: who joined and who left must be known whatever else."""

    def handle_event(self, event: Any) -> None:
        """Take it in, or leave it out."""
        guarded("event", super().handle_event)(event)

    def handle_membership(self, event: Any) -> bool:
        """Whether who is in the room has changed: also taken for so when it cannot be told."""
        found = guarded("membership", super().handle_membership)(event)
        return found is None or bool(found)

    def update_summary(self, summary: Any) -> None:
        """The same for how the server counts the room."""
        guarded("summary", super().update_summary)(summary)

    def update_unread_notifications(self, unread: Any) -> None:
        """Nobody asks for these."""


def usable_devices(olm: Any, told: Raw) -> dict[str, dict[str, Any]]:
    """Of an answer to /keys/query each user's devices whose keys are keys, signed by themselves."""
    found = at(told, "device_keys")
    return {
        user: {device: keys for device, keys in devices.items() if _usable(olm, user, device, keys)}
        for user, devices in (found.items() if isinstance(found, Mapping) else ())
        if isinstance(devices, Mapping)
    }


def _usable(olm: Any, user: str, device: str, keys: Any) -> bool:
    try:
        shaped = nio.KeysQueryResponse.from_dict({"device_keys": {user: {device: keys}}, "failures": {}})
        vodozemac.Curve25519PublicKey.from_base64(keys["keys"][f"curve25519:{device}"])
        if not isinstance(shaped, nio.KeysQueryResponse) or not isinstance(keys.get("unsigned", {}), dict):
            return False
        return bool(olm.verify_json(copy.deepcopy(keys), keys["keys"][f"ed25519:{device}"], user, device))
    except Exception as error:
        log.info("matrix.device_left_out", device=str(device)[:40], error=type(error).__name__)
        return False
