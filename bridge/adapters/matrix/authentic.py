"""Whether a sealed event is what it says: its writer's own, of this room, and not sent before.

The library trusts the event for its sender as long as nobody has vouched for devices by hand, for its room always, and
forgets at its end what it has opened: whoever is in a room, or runs its server, could send somebody's words again.
"""

from typing import Any, Final

import nio

_TABLE: Final = """
    CREATE TABLE IF NOT EXISTS bridge_opened (
        room TEXT, sender_key TEXT, session TEXT, number INTEGER, event TEXT,
        PRIMARY KEY (room, sender_key, session, number)
    ) WITHOUT ROWID
"""
"""Beside the library's own tables: the keys and what was opened with them are kept, copied and lost together."""


class Authentic:
    """Stands before the library's opening of sealed events, for good. Raises nio's EncryptionError for what is not."""

    def __init__(self, client: Any) -> None:
        self._olm = client.olm
        self._database = client.store.database
        self._database.execute_sql(_TABLE)
        self._open = client.olm.decrypt_megolm_event
        client.olm.decrypt_megolm_event = self._opened
        client.olm.message_index_ok = self._is_first

    def _opened(self, event: Any, room_id: str | None = None) -> Any:
        room = room_id or event.room_id
        session = self._olm.inbound_group_store.get(room, event.sender_key, event.session_id)
        if session is not None and not self._wrote(event.sender, event.sender_key, session.ed25519):
            raise nio.EncryptionError("sealed by somebody else's device")
        event.room_id = room
        found = self._open(event, room)
        if found.source.get("room_id") != room:
            raise nio.EncryptionError("sealed for another room")
        return found

    def _wrote(self, user: str, sender_key: str, signing_key: str) -> bool:
        """Whether a key is this user's, as far as is known: of a device that nobody knows yet, it may be."""
        ours = self._olm.account.identity_keys
        if sender_key == ours["curve25519"]:
            return bool(user == self._olm.user_id)
        known = [device for device in self._olm.device_store if device.curve25519 == sender_key]
        return not known or any((one.user_id, one.ed25519) == (user, signing_key) for one in known)

    def _is_first(self, number: int, event: Any) -> bool:
        """Whether this message of a session was opened in no other event before, in this process or an earlier one."""
        place = (event.room_id, event.sender_key, event.session_id, number)
        with self._database.atomic():
            self._database.execute_sql(
                "INSERT OR IGNORE INTO bridge_opened VALUES (?, ?, ?, ?, ?)", (*place, event.event_id)
            )
            found = self._database.execute_sql(
                "SELECT event FROM bridge_opened WHERE room = ? AND sender_key = ? AND session = ? AND number = ?",
                place,
            )
            return bool(found.fetchone() == (event.event_id,))
