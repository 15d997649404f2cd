"""Keys on their way: ours to the homeserver, those of others to us, a room's to all who are in it.

The asking is ours, since the library's own client takes a key for shared when nobody got it, and never goes on after a
claim that failed.
"""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

import nio
import structlog

from bridge.adapters.matrix.calls import Calls
from bridge.adapters.matrix.devices import Devices, receive
from bridge.adapters.matrix.failures import Refused
from bridge.adapters.matrix.guarding import GuardedRoom, guarded
from bridge.adapters.matrix.own_keys import OwnKeys
from bridge.adapters.matrix.reading import Raw
from bridge.adapters.matrix.session import Session
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Temporary

log = structlog.get_logger(__name__)

_ROUNDS: Final = 5
"""How often people may come and go while a room's key is on its way, before its post waits."""
_AT_ONCE: Final = 20
"""Devices whose messages go in one request: each is about a kilobyte."""

_AGAIN: Final = (60.0, 3600.0)
"""Seconds until a device that could be given no key is tried again, at first and at most."""

_Place = tuple[str, str]
"""A device: whose, and its id."""


class Sharing:
    """One device's exchange of keys. `client`: the library's state machine."""

    def __init__(self, client: Any, session: Session, calls: Calls) -> None:
        self._client = client
        self._session = session
        self._calls = calls
        self._devices = Devices(client, calls)
        self._own = OwnKeys(client, calls)
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._maintaining = asyncio.Lock()
        self._keyless: dict[_Place, tuple[float, float]] = {}  # due (the clock's), and how long was waited until then

    def heard(self, sync: Raw) -> None:
        """What a sync says of our own keys."""
        if self._client.olm is not None:
            self._own.heard(sync)

    async def maintain(self) -> None:
        """Upload keys, ask for those of others, answer what other devices asked. Raises what a call raises."""
        async with self._maintaining:
            try:
                self._devices.ask_again()
                await self._own.upload()
                await self._devices.query()
                await self._devices.mend()
                await self._send_messages()
            except (Temporary, Permanent, OutcomeUnknown):
                raise
            except Exception as error:  # whatever the library stumbles over: rooms are heard all the same
                log.warning("matrix.keys_not_kept_up", error=type(error).__name__)

    async def _send_messages(self) -> None:
        """What the library wants said to devices. What the server refuses is not said again."""
        for message in list(self._client.outgoing_to_device_messages):
            try:
                await self._calls("PUT", "sendToDevice", message.type, _number(), body=message.as_dict())
            except Refused as refused:
                log.info("matrix.message_refused", why=refused.detail)
            receive(self._client, nio.ToDeviceResponse.from_dict({}, message))

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
                await self._know(room_id)
                await self._share(room_id)
                kind, sealed = self._client.encrypt(room_id, event_type, dict(content))
            except (Temporary, Permanent):
                raise
            except OutcomeUnknown as unknown:
                raise Temporary(unknown.reason) from None
            except Exception as error:  # whatever the library stumbles over
                log.warning("matrix.not_sealed", room=room_id, error=type(error).__name__)
                raise Temporary(Reason.KEYS) from None
        return str(kind), dict(sealed)

    async def _know(self, room_id: str) -> None:
        """Who is in the room: the syncs say, and before the first one the server is asked."""
        client = self._client
        if room_id not in client.rooms:
            told = await self._calls("GET", "rooms", room_id, "joined_members")
            members = nio.JoinedMembersResponse.from_dict(told, room_id)
            if room_id not in client.rooms:  # nor did a sync come meanwhile, which knows better
                client.rooms[room_id] = GuardedRoom(room_id, self._session.user, encrypted=True)
                receive(client, members)
        room = client.rooms[room_id]
        room.encrypted = room.members_synced = True
        client.olm.update_tracked_users(room)

    async def _share(self, room_id: str) -> None:
        """Give the room's key to every device that has none, until that is so of all who are there.

        Who left must not read what comes: the key is made anew then. Who comes, or takes another device, meanwhile is
        given it too. A device without a session, or whose session is broken, gets none, and is tried again later: its
        server may be away. Raises Temporary while too much changes.
        """
        olm = self._client.olm
        for _ in range(_ROUNDS):
            await self._devices.query()
            present = self._present(room_id)
            session = olm.outbound_group_sessions.get(room_id)
            if session is None or session.expired or not session.users_shared_with <= present.keys():
                olm.create_outbound_group_session(room_id)
                session = olm.outbound_group_sessions[room_id]
            todo = {place: one for place, one in present.items() if place not in session.users_shared_with}
            todo = {place: one for place, one in todo.items() if self._is_due(place)}
            if not todo:
                session.shared = True
                return
            await self._give(room_id, session, todo)
        raise Temporary(Reason.KEYS)

    def _present(self, room_id: str) -> dict[_Place, Any]:
        """The devices of all who are in the room, ours not among them."""
        known, ours = self._client.olm.device_store, (self._session.user, self._session.device)
        users = list(self._client.rooms[room_id].users)
        found = {(user, device.id): device for user in users for device in known.active_user_devices(user)}
        return {place: device for place, device in found.items() if place != ours}

    async def _give(self, room_id: str, session: Any, devices: dict[_Place, Any]) -> None:
        olm = self._client.olm
        missing: defaultdict[str, list[str]] = defaultdict(list)
        for (user, name), device in devices.items():
            if olm.session_store.get(device.curve25519) is None:
                missing[user].append(name)
        if missing:
            await self._devices.claim(missing)
        key = {"algorithm": olm._megolm_algorithm, "room_id": room_id}
        key |= {"session_id": session.id, "session_key": session.session_key}
        sealed = {place: self._sealed(device, key) for place, device in devices.items()}
        self._try_later(place for place, message in sealed.items() if message is None)
        places = [place for place, message in sealed.items() if message is not None]
        for start in range(0, len(places), _AT_ONCE):
            messages: defaultdict[str, dict[str, Any]] = defaultdict(dict)
            for user, name in places[start : start + _AT_ONCE]:
                messages[user][name] = sealed[user, name]
            await self._calls("PUT", "sendToDevice", "m.room.encrypted", _number(), body={"messages": messages})
            session.users_shared_with.update(places[start : start + _AT_ONCE])
            for place in places[start : start + _AT_ONCE]:
                self._keyless.pop(place, None)

    def _is_due(self, place: _Place) -> bool:
        return place not in self._keyless or self._keyless[place][0] <= self._calls.clock.monotonic()

    def _try_later(self, places: Iterable[_Place]) -> None:
        now = self._calls.clock.monotonic()
        for place in places:
            pause = min(self._keyless[place][1] * 2, _AGAIN[1]) if place in self._keyless else _AGAIN[0]
            self._keyless[place] = now + pause, pause

    def _sealed(self, device: Any, key: dict[str, Any]) -> Any:
        """The room's key for one device; None without a session, or with one that the library cannot use."""
        olm = self._client.olm
        session = olm.session_store.get(device.curve25519)
        return None if session is None else guarded("device", olm._olm_encrypt)(session, device, "m.room_key", key)


def _number() -> str:
    return secrets.token_hex(8)
