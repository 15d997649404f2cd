"""Encryption: matrix-nio's state machine (vodozemac inside) without its client. The only file that knows the library.

It is told what the server answers and tells what to ask; the asking is ours, since the library's own client takes a
key for shared when nobody got it, and never goes on after a claim that failed. Device trust is not asked about: it
knows no cross-signing.
"""

import asyncio
import json
import logging
import secrets
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nio
import structlog
from nio.store import SqliteStore

from bridge.adapters.matrix.addresses import local_part
from bridge.adapters.matrix.calls import Calls
from bridge.adapters.matrix.reading import pruned
from bridge.adapters.matrix.session import Session, folder_for_keys
from bridge.domain.failures import OutcomeUnknown, Reason, Temporary

log = structlog.get_logger(__name__)
logging.getLogger("nio").setLevel(logging.ERROR)  # it warns of what it is told to try, with people's ids
logging.getLogger("peewee").setLevel(logging.WARNING)

Raw = Mapping[str, Any]
_PICKLE = "bridge"  # the folder's rights guard the keys; a word beside them would not
_ROUNDS = 3


class Crypto:
    """One device's keys, and what is known of the rooms that it is in. `folder` None: nothing can be encrypted.

    `lost`: the keys in the folder are not those that the server knows this device by, or cannot be read.
    """

    def __init__(self, session: Session, folder: Path | None, calls: Calls) -> None:
        self._session = session
        self._calls = calls
        self._folder = folder
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._maintaining = asyncio.Lock()
        self.lost = False
        self._client = self._plain_client()

    @property
    def works(self) -> bool:
        """Whether encrypted rooms can be read and written."""
        return self._client.olm is not None and not self.lost

    async def open(self) -> None:
        """Load the keys, or make them where there are none and the server knows of none either."""
        if self._folder is None:
            return
        folder_for_keys(self._folder)
        config = nio.ClientConfig(
            store=SqliteStore, encryption_enabled=True, pickle_key=_PICKLE, store_sync_tokens=False
        )
        client = nio.Client(self._session.user, self._session.device, str(self._folder), config)
        try:
            client.restore_login(self._session.user, self._session.device, self._session.token)
        except Exception as error:  # whatever the library, its database or its keys stumble over
            log.warning("matrix.keys_unreadable", error=type(error).__name__)
            self.lost = True
            return
        _file(client).chmod(0o600)
        known = None if client.olm.account.shared else await fingerprint(self._calls, self._session)
        if known not in (None, client.olm.account.identity_keys["ed25519"]):
            client.store.database.close()
            _file(client).unlink()  # made just now; the next start must find them lost too
            self.lost = True
            return
        self._client = client

    def close(self) -> None:
        """Let go of the store; nobody else may open it before."""
        if self._client.store is not None:
            self._client.store.database.close()

    def _plain_client(self) -> Any:
        """Keeps rooms and their people, without keys."""
        client = nio.Client(
            self._session.user, self._session.device, config=nio.ClientConfig(store=None, encryption_enabled=False)
        )
        client.user_id = self._session.user
        return client

    # What the server told

    def receive(self, sync: Raw) -> dict[tuple[str, str], Raw]:
        """Take a sync in, and give what could be read of its sealed events, by (room, event)."""
        response = _parsed(sync)
        self._client.next_batch = ""  # the same sync again is taken again
        try:
            self._client.receive_response(response)
        except Exception as error:  # the library's, at one thing among many: the rest was taken, or comes again
            log.warning("matrix.library_stumbled", error=type(error).__name__)
        return {
            (room_id, event.event_id): event.source
            for room_id, room in response.rooms.join.items()
            for event in room.timeline.events
            if getattr(event, "decrypted", False)
        }

    def unsealed(self, room_id: str, raw: Raw) -> Raw | None:
        """The event inside a sealed one; None while there is no key for it."""
        if not self.works:
            return None
        try:
            event = nio.MegolmEvent.from_dict(self._completed(room_id, raw))
            if not isinstance(event, nio.MegolmEvent):
                return None
            event.room_id = room_id
            found = self._client.decrypt_event(event)
        except Exception as error:  # no key, a broken one, or a shape that the library did not expect
            log.debug("matrix.still_sealed", error=type(error).__name__)
            return None
        return found.source if getattr(found, "decrypted", False) else None

    def _completed(self, room_id: str, raw: Raw) -> dict[str, Any]:
        """Newer clients leave out whose key it is (MSC3700), which the library wants to know."""
        content = dict(raw["content"])
        if not isinstance(content.get("sender_key"), str):
            for sender_key, sessions in self._client.olm.inbound_group_store[room_id].items():
                if content.get("session_id") in sessions:
                    content["sender_key"] = sender_key
        content.setdefault("device_id", "")
        return {**raw, "content": content}

    # Rooms

    def knows(self, room_id: str) -> bool:
        """Whether a sync has told of this room."""
        return room_id in self._client.rooms

    def joined(self) -> list[str]:
        """The rooms that a sync has told of, those left again among them."""
        return list(self._client.rooms)

    def encrypted(self, room_id: str) -> bool:
        """Whether the server says so at present."""
        room = self._client.rooms.get(room_id)
        return room is not None and bool(room.encrypted)

    def name_of(self, room_id: str, user: str) -> str:
        """What people call somebody there."""
        room = self._client.rooms.get(room_id)
        member = None if room is None else room.users.get(user)
        return str(member.display_name) if member is not None and member.display_name else local_part(user)

    def title_of(self, room_id: str) -> str:
        """What the room is called, its id where it has no name."""
        room = self._client.rooms.get(room_id)
        return str(room.name) if room is not None and room.name else room_id

    # What the server must be told

    async def maintain(self) -> None:
        """Upload keys, ask for those of others, answer what other devices asked. Raises what a call raises."""
        if not self.works:
            return
        async with self._maintaining:
            client = self._client
            if client.should_upload_keys:
                told = await self._calls("POST", "keys", "upload", body=client.olm.share_keys())
                self._receive(nio.KeysUploadResponse.from_dict(told))
            if client.should_query_keys:
                await self._query()
            if client.should_claim_keys:
                await self._claim(client.get_users_for_key_claiming())
            for message in list(client.outgoing_to_device_messages):
                await self._calls("PUT", "sendToDevice", message.type, _number(), body=message.as_dict())
                self._receive(nio.ToDeviceResponse.from_dict({}, message))

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
        if not self.works:
            raise Temporary(Reason.KEYS)
        async with self._locks[room_id]:
            try:
                await self._prepare(room_id)
            except OutcomeUnknown as unknown:
                raise Temporary(unknown.reason) from None
            kind, sealed = self._client.encrypt(room_id, event_type, dict(content))
        return str(kind), dict(sealed)

    async def _prepare(self, room_id: str) -> None:
        client = self._client
        room = client.rooms.get(room_id)
        if room is None:
            room = client.rooms[room_id] = nio.MatrixRoom(room_id, self._session.user, encrypted=True)
        room.encrypted = True
        if not room.members_synced:
            members = await self._calls("GET", "rooms", room_id, "joined_members")
            self._receive(nio.JoinedMembersResponse.from_dict(members, room_id))
            client.olm.update_tracked_users(room)
        if client.should_query_keys:
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
        users = sorted(self._client.users_for_key_query)
        told = await self._calls("POST", "keys", "query", body={"device_keys": {user: [] for user in users}})
        self._receive(nio.KeysQueryResponse.from_dict(told))

    async def _claim(self, devices: Mapping[str, list[str]], room_id: str = "") -> None:
        wanted = {user: dict.fromkeys(ids, "signed_curve25519") for user, ids in devices.items()}
        told = await self._calls("POST", "keys", "claim", body={"one_time_keys": wanted})
        self._receive(nio.KeysClaimResponse.from_dict(told, room_id))

    def _receive(self, response: Any) -> None:
        """Raises OutcomeUnknown when the answer is none."""
        if isinstance(response, nio.ErrorResponse):
            raise OutcomeUnknown(Reason.SERVER)
        self._client.receive_response(response)


async def fingerprint(calls: Calls, session: Session) -> str | None:
    """The key that the server shows for our device, None when it knows none."""
    told = await calls("POST", "keys", "query", body={"device_keys": {session.user: [session.device]}})
    match told:
        case {"device_keys": dict(users)}:
            device = users.get(session.user, {}).get(session.device, {})
            key = device.get("keys", {}).get(f"ed25519:{session.device}")
            return key if isinstance(key, str) else None
        case _:
            raise OutcomeUnknown(Reason.SERVER)


def _parsed(sync: Raw) -> Any:
    """Raises OutcomeUnknown when it is no sync at all; a single event that the library cannot take is left out."""
    for prune in (False, True):  # not for nothing: each event is then parsed twice
        told = pruned(sync, _parses) if prune else sync
        try:
            response = nio.SyncResponse.from_dict(json.loads(json.dumps(told)))  # it takes apart what it is given
        except Exception as error:
            log.warning("matrix.sync_pruned", error=type(error).__name__)
            continue
        if isinstance(response, nio.SyncResponse):
            return response
    raise OutcomeUnknown(Reason.SERVER)


def _parses(event: object) -> bool:
    try:
        return nio.Event.parse_event(event) is not None
    except Exception:
        return False


def _number() -> str:
    return secrets.token_hex(8)


def _file(client: Any) -> Path:
    """The library's own, in the folder: `@user:server_DEVICE.db`."""
    return Path(client.store.database_path)
