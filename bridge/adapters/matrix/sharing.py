"""Keys on their way: ours to the homeserver, those of others to us, a room's to all who are in it.

The asking is ours, since the library's own client takes a key for shared when nobody got it, and never goes on after a
claim that failed.
"""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import nio
import structlog

from bridge.adapters.matrix.calls import Calls
from bridge.adapters.matrix.failures import Refused
from bridge.adapters.matrix.guarding import GuardedRoom, guarded, usable_devices
from bridge.adapters.matrix.reading import Raw, at
from bridge.adapters.matrix.session import Session
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Temporary

log = structlog.get_logger(__name__)

_ROUNDS = 3


class Sharing:
    """One device's exchange of keys. `client`: the library's state machine."""

    def __init__(self, client: Any, session: Session, calls: Calls) -> None:
        self._client = client
        self._session = session
        self._calls = calls
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._maintaining = asyncio.Lock()
        self._silent: set[str] = set()

    async def maintain(self) -> None:
        """Upload keys, ask for those of others, answer what other devices asked. Raises what a call raises."""
        async with self._maintaining:
            self._silent.clear()
            try:
                await self._maintain(self._client)
            except (Temporary, Permanent, OutcomeUnknown):
                raise
            except Exception as error:  # whatever the library stumbles over: rooms are heard all the same
                log.warning("matrix.keys_not_kept_up", error=type(error).__name__)

    async def _maintain(self, client: Any) -> None:
        if client.should_upload_keys:
            await self._upload()
        if client.should_query_keys:
            await self._query()
        if client.should_claim_keys:
            await self._claim(client.get_users_for_key_claiming())
        for message in list(client.outgoing_to_device_messages):
            await self._calls("PUT", "sendToDevice", message.type, _number(), body=message.as_dict())
            self._receive(nio.ToDeviceResponse.from_dict({}, message))

    async def _upload(self) -> None:
        """Keys are written down before the server has them: what it hands out of them must be ours after a crash too.

        Where it has others under the same names, from a process that died in between, ours give way to new ones.
        """
        olm = self._client.olm
        body = olm.share_keys()
        olm.save_account()
        try:
            told = await self._calls("POST", "keys", "upload", body=body)
        except Refused as refused:
            if refused.status != 400:
                raise
            log.warning("matrix.keys_stand_already", why=refused.detail)
            olm.mark_keys_as_published()
            olm.save_account()
            lasting = {name: keys for name, keys in body.items() if name != "one_time_keys"}
            told = await self._calls("POST", "keys", "upload", body=lasting)
        self._receive(nio.KeysUploadResponse.from_dict(told))

    async def ask_for_key(self, room_id: str, raw: Raw) -> None:
        """Ask our own devices and the sender's for the key of a sealed event. Nobody need answer."""
        content = raw["content"]
        asked = {
            "action": "request",
            "requesting_device_id": self._session.device,
            "request_id": _number(),
            "body": {
                "algorithm": content.get("algorithm"),
                "room_id": room_id,
                "session_id": content.get("session_id"),
                "sender_key": content.get("sender_key", ""),
            },
        }
        messages = {user: {"*": asked} for user in {str(raw["sender"]), self._session.user}}
        await self._calls("PUT", "sendToDevice", "m.room_key_request", _number(), body={"messages": messages})

    async def encrypt(self, room_id: str, event_type: str, content: Raw) -> tuple[str, dict[str, Any]]:
        """The event as it goes into an encrypted room, its key shared before with every device there.

        Raises Temporary where that could not be: nothing went into the room then.
        """
        async with self._locks[room_id]:
            try:
                await self._prepare(room_id)
                kind, sealed = self._client.encrypt(room_id, event_type, dict(content))
            except (Temporary, Permanent):
                raise
            except OutcomeUnknown as unknown:
                raise Temporary(unknown.reason) from None
            except Exception as error:  # whatever the library stumbles over
                log.warning("matrix.not_sealed", room=room_id, error=type(error).__name__)
                raise Temporary(Reason.KEYS) from None
        return str(kind), dict(sealed)

    async def _prepare(self, room_id: str) -> None:
        client = self._client
        room = client.rooms.get(room_id)
        if room is None:
            room = client.rooms[room_id] = GuardedRoom(room_id, self._session.user, encrypted=True)
        room.encrypted = True
        if not room.members_synced:
            members = await self._calls("GET", "rooms", room_id, "joined_members")
            self._receive(nio.JoinedMembersResponse.from_dict(members, room_id))
            client.olm.update_tracked_users(room)
        if client.should_query_keys and set(client.users_for_key_query) - self._silent:
            await self._query()
        for _ in range(_ROUNDS):
            if not client.olm.should_share_group_session(room_id) or await self._share(room_id):
                return

    async def _share(self, room_id: str) -> bool:
        """Whether all who are in the room by now were there when it began."""
        client, olm = self._client, self._client.olm
        users = list(client.rooms[room_id].users)
        if missing := client.get_missing_sessions(room_id):
            await self._claim(missing, room_id)
        for devices, message in olm.share_group_session_parallel(room_id, users, ignore_unverified_devices=True):
            await self._calls("PUT", "sendToDevice", "m.room.encrypted", _number(), body=message)
            self._receive(nio.ShareGroupSessionResponse(room_id, devices))
        olm.outbound_group_sessions[room_id].shared = True
        if set(client.rooms[room_id].users) <= set(users):
            return True
        client.invalidate_outbound_session(room_id)
        return False

    async def _query(self) -> None:
        """Who has which devices. Whose homeserver does not say is not waited for before each post, but asked again."""
        users = sorted(self._client.users_for_key_query)
        told = await self._calls("POST", "keys", "query", body={"device_keys": {user: [] for user in users}})
        found = usable_devices(self._client.olm, told)
        self._silent |= set(users) - set(found)
        self._receive(nio.KeysQueryResponse.from_dict({"device_keys": found, "failures": {}}))

    async def _claim(self, devices: Mapping[str, list[str]], room_id: str = "") -> None:
        """A key for each of these devices, one by one: whose key is none gets nothing, and the others do."""
        wanted = {user: dict.fromkeys(ids, "signed_curve25519") for user, ids in devices.items()}
        told = await self._calls("POST", "keys", "claim", body={"one_time_keys": wanted})
        take = guarded("one_time_key", self._receive)
        for user, ids in wanted.items():
            for device in ids:
                key = at(told, "one_time_keys", user, device)
                if key:
                    one = {"one_time_keys": {user: {device: key}}, "failures": {}}
                    take(nio.KeysClaimResponse.from_dict(one, room_id))

    def _receive(self, response: Any) -> None:
        """Raises OutcomeUnknown when the answer is none."""
        if isinstance(response, nio.ErrorResponse):
            raise OutcomeUnknown(Reason.SERVER)
        self._client.receive_response(response)


def _number() -> str:
    return secrets.token_hex(8)
