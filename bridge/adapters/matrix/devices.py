"""The devices of others: which there are, and a session with each. Their keys are anybody's word (guarding.py)."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any, Final

import nio
import structlog

from bridge.adapters.matrix.calls import Calls
from bridge.adapters.matrix.failures import Refused
from bridge.adapters.matrix.guarding import guarded, usable_devices
from bridge.adapters.matrix.reading import Raw, at
from bridge.domain.failures import OutcomeUnknown, Reason

log = structlog.get_logger(__name__)

_RAREST: Final = 64
"""Syncs, half an hour where nothing happens, after which at the latest a homeserver that is silent is asked again."""


class Devices:
    """What is asked about them. `client`: the library's state machine."""

    def __init__(self, client: Any, calls: Calls) -> None:
        self._client = client
        self._calls = calls
        self._asking = asyncio.Lock()
        self._syncs = 0
        self._silent: dict[str, tuple[int, int]] = {}

    def ask_again(self) -> None:
        """Once after each sync: of whom nothing was told is asked anew, more rarely each time."""
        self._syncs += 1
        due = {user for user, (_, at_sync) in self._silent.items() if at_sync <= self._syncs}
        self._client.olm.users_for_key_query.update(due)

    async def query(self) -> None:
        """Who has which devices, of all whose devices are new or were changed. Raises what a call raises."""
        olm = self._client.olm
        async with self._asking:
            asked = sorted(olm.users_for_key_query)
            if not asked:
                return
            olm.users_for_key_query.clear()  # what is told to be changed meanwhile must be asked again
            try:
                told = await self._told(asked)
            except BaseException:
                olm.users_for_key_query.update(asked)
                raise
            changed = set(olm.users_for_key_query)
            found = usable_devices(olm, told)
            back = _back(olm, found)
            receive(self._client, nio.KeysQueryResponse.from_dict({"device_keys": found, "failures": {}}))
            olm.users_for_key_query.update(changed)
            self._welcome(back)
            self._note(asked, found)

    async def _told(self, users: list[str]) -> dict[str, Any]:
        """What the server says of them. An id that it refuses to look up keeps none of the others from being asked."""
        try:
            return await self._calls("POST", "keys", "query", body={"device_keys": {user: [] for user in users}})
        except Refused as refused:
            log.info("matrix.query_refused", users=len(users), why=refused.detail)
        found: dict[str, Any] = {}
        for user in users if len(users) > 1 else ():
            found |= at(await self._told([user]), "device_keys") or {}
        return {"device_keys": found}

    def _note(self, asked: list[str], found: Collection[str]) -> None:
        for user in asked:
            if user in found:
                self._silent.pop(user, None)
            else:
                times = self._silent.get(user, (0, 0))[0] + 1
                self._silent[user] = times, self._syncs + min(2**times, _RAREST)
        self._client.olm.tracked_users.update(asked)

    def _welcome(self, back: list[Any]) -> None:
        """The library keeps a device away for good that was missing once; rooms' next posts are for it again."""
        for device in back:
            device.deleted = False
            self._client.store.save_device_keys({device.user_id: {device.id: device}})
            for room in self._client.rooms.values():
                if device.user_id in room.users:
                    self._client.invalidate_outbound_session(room.room_id)

    async def claim(self, devices: Mapping[str, list[str]]) -> None:
        """A session with each of these, one by one: whose key is none gets nothing, and the others do.

        Raises what a call raises.
        """
        wanted = {user: dict.fromkeys(ids, "signed_curve25519") for user, ids in devices.items()}
        told = await self._calls("POST", "keys", "claim", body={"one_time_keys": wanted})
        take = guarded("one_time_key", receive)
        for user, ids in wanted.items():
            for device in ids:
                key = at(told, "one_time_keys", user, device)
                if key:
                    one = {"one_time_keys": {user: {device: key}}, "failures": {}}
                    take(self._client, nio.KeysClaimResponse.from_dict(one))

    async def mend(self) -> None:
        """New sessions where old ones opened nothing: tried once, and again when the device writes once more."""
        client = self._client
        if client.should_claim_keys:
            try:
                await self.claim(client.get_users_for_key_claiming())
            finally:
                client.olm.wedged_devices.clear()
                client.olm.key_request_devices_no_session.clear()


def receive(client: Any, response: Any) -> None:
    """Raises OutcomeUnknown when the answer is none."""
    if isinstance(response, nio.ErrorResponse):
        raise OutcomeUnknown(Reason.SERVER)
    client.receive_response(response)


def _back(olm: Any, found: Mapping[str, Raw]) -> list[Any]:
    """The devices that were missing once and are there again, with the keys that they had."""
    return [
        device
        for user, ids in found.items()
        for device in olm.device_store[user].values()
        if device.deleted and at(ids, device.id, "keys", f"ed25519:{device.id}") == device.ed25519
    ]
