"""Somebody with a Matrix client of their own: matrix-nio used directly, and none of the bridge's code."""

from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from itertools import count
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import nio
from aiohttp import ClientSession

from tests.matrix.timeline import Event, Line, lines
from tests.synapse import Account

ENCRYPTED = {"algorithm": "m.megolm.v1.aes-sha2"}
_PAGE = 500


class Person:
    """An async context manager. Everything fails loudly: what the server refuses is an AssertionError."""

    def __init__(self, url: str, account: Account, *, encryption: bool = False) -> None:
        self.account = account
        self.user, self.name = account.user, account.name
        config = nio.AsyncClientConfig(
            store=nio.store.SqliteMemoryStore if encryption else None,
            encryption_enabled=encryption,
            store_sync_tokens=False,
            max_limit_exceeded=0,
            max_timeouts=0,
        )
        self._url = url
        self.client = nio.AsyncClient(url, account.user, account.device, config=config)
        self._encryption = encryption
        self._numbers = count(1)
        self._synced = False
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self._session = await self._open.enter_async_context(ClientSession())
        self._open.push_async_callback(self.client.close)
        self.client.user_id, self.client.access_token = self.account.user, self.account.token
        if self._encryption:
            self.client.restore_login(self.account.user, self.account.device, self.account.token)
            await self.hears()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    # Rooms

    async def creates(
        self,
        name: str,
        invite: Iterable[str] = (),
        *,
        encrypted: bool = False,
        version: str | None = None,
        public: bool = False,
        levels: Mapping[str, Any] | None = None,
    ) -> str:
        """Make a room; gives its id. `levels`: what differs from the usual power levels."""
        state = [{"type": "m.room.encryption", "state_key": "", "content": ENCRYPTED}] if encrypted else []
        body = {
            "name": name,
            "invite": list(invite),
            "preset": "public_chat" if public else "private_chat",
            "initial_state": state,
            "power_level_content_override": levels or {},
        } | ({"room_version": version} if version else {})
        return str((await self.call("POST", "/createRoom", body))["room_id"])

    async def invites(self, room: str, user: str) -> None:
        await self.call("POST", f"/rooms/{quote(room)}/invite", {"user_id": user})

    async def joins(self, room: str) -> None:
        await self.call("POST", f"/join/{quote(room)}", {})

    async def leaves(self, room: str) -> None:
        await self.call("POST", f"/rooms/{quote(room)}/leave", {})

    async def kicks(self, room: str, user: str) -> None:
        await self.call("POST", f"/rooms/{quote(room)}/kick", {"user_id": user, "reason": "test"})

    async def bans(self, room: str, user: str) -> None:
        await self.call("POST", f"/rooms/{quote(room)}/ban", {"user_id": user})

    async def unbans(self, room: str, user: str) -> None:
        await self.call("POST", f"/rooms/{quote(room)}/unban", {"user_id": user})

    async def sets(self, room: str, type_: str, content: Mapping[str, Any], key: str = "") -> str:
        """Put state into a room; gives the event's id."""
        path = f"/rooms/{quote(room)}/state/{type_}/{quote(key)}"
        return str((await self.call("PUT", path, dict(content)))["event_id"])

    async def state(self, room: str, type_: str, key: str = "") -> Any:
        """Read state of a room; {} where there is none."""
        status, told = await self.tries("GET", f"/rooms/{quote(room)}/state/{type_}/{quote(key)}")
        return told if status == 200 else {}

    async def lets(self, room: str, user: str, level: int) -> None:
        """Give somebody a power level; -1 mutes."""
        levels = await self.state(room, "m.room.power_levels")
        users = dict(levels.get("users", {})) | {user: level}
        await self.sets(room, "m.room.power_levels", dict(levels) | {"users": users})

    async def demands(self, room: str, type_: str, level: int) -> None:
        """Let a kind of event be sent only by those of this power level."""
        levels = await self.state(room, "m.room.power_levels")
        events = dict(levels.get("events", {})) | {type_: level}
        await self.sets(room, "m.room.power_levels", dict(levels) | {"events": events})

    async def encrypts(self, room: str) -> str:
        """Switch encryption on."""
        return await self.sets(room, "m.room.encryption", ENCRYPTED)

    async def upgrades(self, room: str, version: str = "12") -> str:
        """Replace the room by a new one; the old one bears its tombstone. Nobody is invited. Gives the new id."""
        told = await self.call("POST", f"/rooms/{quote(room)}/upgrade", {"new_version": version})
        return str(told["replacement_room"])

    # Words

    async def types(
        self, room: str, text: str, *, reply_to: str | None = None, html: str | None = None, **content: Any
    ) -> str:
        """Write; gives the event's id. `content` replaces any part of it: msgtype, url, …"""
        said: dict[str, Any] = {"msgtype": "m.text", "body": text}
        if html is not None:
            said |= {"format": "org.matrix.custom.html", "formatted_body": html}
        if reply_to is not None:
            said["m.relates_to"] = {"m.in_reply_to": {"event_id": reply_to}}
        return await self.sends(room, "m.room.message", said | content)

    async def quotes(self, room: str, text: str, to: Line) -> str:
        """Reply as older clients do: the message that is answered stands quoted above the words."""
        quoted = "\n".join(f"> {line}" for line in f"<{to.sender}> {to.text}".split("\n"))
        html = f'<mx-reply><blockquote><a href="https://matrix.to/#/{to.sender}">{to.sender}</a><br>{to.text}'
        html += f"</blockquote></mx-reply>{text}"
        return await self.types(room, f"{quoted}\n\n{text}", reply_to=to.id, html=html)

    async def types_in_thread(self, room: str, text: str, root: str) -> str:
        """Write into a thread, with the fallback for clients that know none."""
        relation: dict[str, Any] = {"rel_type": "m.thread", "event_id": root, "is_falling_back": True}
        relation["m.in_reply_to"] = {"event_id": root}
        content: dict[str, Any] = {"m.relates_to": relation}
        return await self.types(room, text, **content)

    async def edits(self, room: str, event: str, text: str) -> str:
        """Replace the text of one's own message; gives the edit's id."""
        new = {"msgtype": "m.text", "body": text}
        relation = {"rel_type": "m.replace", "event_id": event}
        content: dict[str, Any] = {"m.new_content": new, "m.relates_to": relation}
        return await self.types(room, f"* {text}", **content)

    async def redacts(self, room: str, event: str) -> str:
        """Take back a message, a reaction or state; gives the redaction's id."""
        path = f"/rooms/{quote(room)}/redact/{quote(event)}/{self._transaction()}"
        return str((await self.call("PUT", path, {}))["event_id"])

    async def reacts(self, room: str, event: str, key: str) -> str:
        relation = {"rel_type": "m.annotation", "event_id": event, "key": key}
        return await self.sends(room, "m.reaction", {"m.relates_to": relation})

    async def sends(self, room: str, type_: str, content: Mapping[str, Any], *, plainly: bool = False) -> str:
        """Any event, encrypted where the room is; `plainly`: as it stands, whatever the room is."""
        if not self._encryption or plainly:
            path = f"/rooms/{quote(room)}/send/{type_}/{self._transaction()}"
            return str((await self.call("PUT", path, dict(content)))["event_id"])
        await self.hears()
        told = await self.client.room_send(
            room, type_, dict(content), tx_id=self._transaction(), ignore_unverified_devices=True
        )
        assert isinstance(told, nio.RoomSendResponse), told
        return str(told.event_id)

    # What is seen

    async def hears(self) -> None:
        """Take in what happened: keys first of all."""
        told = await self.client.sync(timeout=0, full_state=not self._synced)
        assert isinstance(told, nio.SyncResponse), told
        self._synced = True
        if self._encryption:
            if self.client.should_upload_keys:
                await self.client.keys_upload()
            if self.client.should_query_keys:
                await self.client.keys_query()

    async def events(self, room: str) -> list[Event]:
        """Everything that happened in the room as far as this client can read it, oldest first."""
        if self._encryption:
            await self.hears()
        found: list[Event] = []
        start: str | None = ""
        while start is not None:
            after = f"&from={quote(start)}" if start else ""
            told = await self.call("GET", f"/rooms/{quote(room)}/messages?dir=f&limit={_PAGE}{after}")
            found += [self._decrypted(event, room) for event in told["chunk"]]
            start = told.get("end")
        return found

    def _decrypted(self, event: Event, room: str) -> Event:
        if event["type"] != "m.room.encrypted" or "ciphertext" not in event["content"] or not self._encryption:
            return event
        parsed = nio.Event.parse_encrypted_event(dict(event))
        read = self.client.olm.decrypt_event(parsed, room) if isinstance(parsed, nio.MegolmEvent) else None
        if read is None:
            return event
        return dict(event) | {"type": read.source["type"], "content": read.source["content"], "decrypted": True}

    async def shown(self, room: str) -> list[Line]:
        """The messages in the room, oldest first."""
        return lines(await self.events(room))

    async def pinned(self, room: str) -> list[str]:
        """The events that are pinned there."""
        return list((await self.state(room, "m.room.pinned_events")).get("pinned", []))

    @property
    def fingerprint(self) -> str:
        """This device's Ed25519 key."""
        return str(self.client.olm.account.identity_keys["ed25519"])

    # Requests

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """One request of the client API, below `/_matrix/client/v3`; the answer."""
        status, told = await self.tries(method, path, body)
        assert status == 200, (method, path, status, told)
        return told

    async def tries(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The same, with its status, whatever that is."""
        url = f"{self._url}/_matrix/client/v3{path}"
        headers = {"Authorization": f"Bearer {self.account.token}"}
        async with self._session.request(method, url, json=body, headers=headers) as response:
            return response.status, await response.json()

    def _transaction(self) -> str:
        return f"person-{next(self._numbers)}"
