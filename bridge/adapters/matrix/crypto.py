"""Encryption: matrix-nio's state machine (vodozemac inside) without its client.

It is told what the server answers; what it wants asked is asked in sharing.py, and guarding.py keeps what others write
from stopping it: no other file knows the library. It knows no cross-signing (ours: signing.py), and
is not asked whom to trust.
"""

import json
import logging
from pathlib import Path
from typing import Any

import nio
import structlog
from nio.store import SqliteStore

from bridge.adapters.matrix.addresses import local_part
from bridge.adapters.matrix.authentic import Authentic
from bridge.adapters.matrix.calls import Calls
from bridge.adapters.matrix.guarding import GuardedRoom, guard
from bridge.adapters.matrix.reading import Raw, at, pruned, without_invitations
from bridge.adapters.matrix.session import Session, folder_for_keys
from bridge.adapters.matrix.sharing import Sharing
from bridge.domain.failures import OutcomeUnknown, Reason, Temporary

log = structlog.get_logger(__name__)
logging.getLogger("nio").setLevel(logging.ERROR)  # it warns of what it is told to try, with people's ids
logging.getLogger("peewee").setLevel(logging.WARNING)

_PICKLE = "bridge"  # the folder's rights guard the keys; a word beside them would not


class Crypto:
    """One device's keys, and what is known of the rooms that it is in. `folder` None: nothing can be encrypted.

    `lost`: the keys in the folder are not those that the server knows this device by, or cannot be read.
    """

    def __init__(self, session: Session, folder: Path | None, calls: Calls) -> None:
        self._session = session
        self._calls = calls
        self._folder = folder
        self.lost = False
        self._joined: set[str] = set()
        self._left: set[str] = set()
        self._client = self._plain_client()
        self._sharing = Sharing(self._client, session, calls)

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
        try:
            known = None if client.olm.account.shared else await fingerprint(self._calls, self._session)
        except BaseException:
            client.store.database.close()
            raise
        if known not in (None, client.olm.account.identity_keys["ed25519"]):
            client.store.database.close()
            _file(client).unlink()  # made just now; the next start must find them lost too
            self.lost = True
            return
        guard(client)
        Authentic(client)
        self._client, self._sharing = client, Sharing(client, self._session, self._calls)

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
        response, client = _parsed(sync), self._client
        for room_id in self._left - self._joined:
            client.rooms.pop(room_id, None)  # who was there may be gone when we come back
        self._left = set(response.rooms.leave)
        self._joined = (self._joined | set(response.rooms.join)) - self._left
        for room_id in response.rooms.join:
            if room_id not in client.rooms:
                client.rooms[room_id] = GuardedRoom(room_id, self._session.user, room_id in client.encrypted_rooms)
        self._take_whole(response)
        self._sharing.heard(sync)
        return {
            (room_id, event.event_id): event.source
            for room_id, room in response.rooms.join.items()
            for event in room.timeline.events
            if getattr(event, "decrypted", False)
        }

    def _take_whole(self, response: Any) -> None:
        """On disk all of it or nothing: what opens a key opens it once, so that who dies in between must not have kept
        that alone.
        """
        client = self._client
        if client.olm is None:
            self._take(response)
            return
        brings_keys = bool(response.to_device_events)
        try:
            with client.store.database.atomic():
                self._take(response)
                if brings_keys:
                    client.olm.save_account()  # without the one-time keys that were used
        except Exception as error:  # the disk's, or the file's: what is in memory serves until the end
            log.warning("matrix.keys_not_saved", error=type(error).__name__)

    def _take(self, response: Any) -> None:
        client = self._client
        for _ in range(2):
            client.next_batch = ""  # the same sync again is taken again
            try:
                client.receive_response(response)
                break
            except Exception as error:  # at one thing among many: who is in which room must be known all the same
                log.warning("matrix.library_stumbled", error=type(error).__name__)
                response.to_device_events = []

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
        if not isinstance(content.get("device_id"), str):
            device = self._client.olm.device_store.device_from_sender_key(raw["sender"], content.get("sender_key"))
            content["device_id"] = device.id if device is not None else ""
        return {**raw, "content": content}

    # Rooms

    def knows(self, room_id: str) -> bool:
        """Whether we are in this room, as far as the syncs have told."""
        return room_id in self._joined

    def joined(self) -> list[str]:
        """The rooms that we are in, as far as the syncs have told."""
        return sorted(self._joined)

    def encrypted(self, room_id: str) -> bool:
        """Whether the server says so at present."""
        room = self._client.rooms.get(room_id)
        return room is not None and bool(room.encrypted)

    def name_of(self, room_id: str, user: str) -> str:
        """What people call somebody there."""
        room = self._client.rooms.get(room_id)
        member = None if room is None else room.users.get(user)
        return str(member.display_name) if member is not None and member.display_name else local_part(user)

    # What the server must be told

    async def maintain(self) -> None:
        """Upload keys, ask for those of others, answer what other devices asked. Raises what a call raises."""
        if self.works:
            await self._sharing.maintain()

    def signature(self, what: Raw) -> str:
        """This device's, of what stands there without signatures."""
        return str(self._client.olm.sign_json(dict(what)))

    async def ask_for_key(self, room_id: str, raw: Raw) -> None:
        """Ask our own devices and the sender's for the key of a sealed event. Nobody need answer."""
        await self._sharing.ask_for_key(room_id, raw)

    async def encrypt(self, room_id: str, event_type: str, content: Raw) -> tuple[str, dict[str, Any]]:
        """The event as it goes into an encrypted room, its key shared before with every device there.

        Raises Temporary where that could not be: nothing went into the room then.
        """
        if not self.works:
            raise Temporary(Reason.KEYS)
        return await self._sharing.encrypt(room_id, event_type, content)


async def fingerprint(calls: Calls, session: Session) -> str | None:
    """The key that the server shows for our device, None when it knows none."""
    told = await calls("POST", "keys", "query", body={"device_keys": {session.user: [session.device]}})
    match told:
        case {"device_keys": dict(users)}:
            key = at(users, session.user, session.device, "keys", f"ed25519:{session.device}")
            return key if isinstance(key, str) else None
        case _:
            raise OutcomeUnknown(Reason.SERVER)


def _parsed(sync: Raw) -> Any:
    """Raises OutcomeUnknown when it is no sync at all; a single event that the library cannot take is left out."""
    for prune in (False, True):  # not for nothing: each event is then parsed twice
        told = pruned(sync, _parses) if prune else without_invitations(sync)
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


def _file(client: Any) -> Path:
    """The library's own, in the folder: `@user:server_DEVICE.db`."""
    return Path(client.store.database_path)
