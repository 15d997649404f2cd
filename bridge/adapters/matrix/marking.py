"""Showing a mark: which of reaction and line, what is called for it, and what is remembered of it."""

import hashlib
import secrets
from typing import Final

import structlog

from bridge.adapters.matrix.addresses import room_id_of
from bridge.adapters.matrix.buttons import annotations
from bridge.adapters.matrix.connection import Connection
from bridge.adapters.matrix.failures import Refused
from bridge.adapters.matrix.marks import PASSING, SIGNS, Shown
from bridge.adapters.matrix.reading import at
from bridge.adapters.matrix.sending import answer, replacement
from bridge.adapters.matrix.threads import Threads
from bridge.domain.failures import Permanent, Refusal
from bridge.ports.chat import Mark
from bridge.ports.clock import Clock

log = structlog.get_logger(__name__)

ASKED_AGAIN: Final = 3600.0  # seconds after which a room that forbade reactions is tried once more
YOUNG: Final = 300.0
"""Seconds in which an earlier process may have shown marks whose outcome it could not write down."""
_DUPLICATE: Final = "M_DUPLICATE_ANNOTATION"


class Marking:
    """Marks in all rooms; it remembers, in memory only, where reactions are forbidden."""

    def __init__(self, connection: Connection, threads: Threads, clock: Clock) -> None:
        self._connection = connection
        self._threads = threads
        self._clock = clock
        self._began = clock.monotonic()
        self._forbidden: dict[str, float] = {}

    async def show(self, mark: Mark, shown: Shown | None) -> Shown:
        """What the message bears afterwards. What will change anyway is left out where the server's limits are near."""
        room_id, on, sign = room_id_of(mark.on.room), mark.on.id, SIGNS[mark.status]
        await self._connection.ready()
        if shown is not None and shown.sign == sign:
            return shown
        if shown is not None and shown.line:
            await self._connection.put(
                room_id, "m.room.message", replacement(shown.id, mark.word), f"e{secrets.token_hex(8)}"
            )
            return Shown(sign, shown.id, line=True)
        if mark.status in PASSING and self._connection.calls.limits.near:
            return shown or Shown("")
        if not await self._cleared(room_id, on, sign, shown):
            log.info("matrix.no_redactions", room=room_id)
            self._forbidden[room_id] = self._clock.monotonic()
        elif not sign:
            return Shown("")
        return await self._react_or_write(room_id, on, sign, mark.word)

    async def _cleared(self, room_id: str, on: str, sign: str, shown: Shown | None) -> bool:
        """Take back what stands there, before anything else is put: whatever fails then, no two marks stand together.

        Whether that may be done: where it may not, a line tells how the message stands.
        """
        if shown is not None:
            old = [shown.id] if shown.id else []
        elif self._clock.monotonic() - self._began < YOUNG:
            # What an earlier process showed and could not write down would stand there for ever.
            old = [event_id for event_id, key in await self._own(room_id, on) if key in SIGNS.values() and key != sign]
        else:
            return True
        try:
            for reaction in old:
                await self._connection.redact(room_id, reaction, f"x{secrets.token_hex(8)}")
        except Permanent as refused:
            if refused.reason is not Refusal.MAY_NOT_WRITE:
                raise
            return False
        return True

    async def _react_or_write(self, room_id: str, on: str, sign: str, word: str) -> Shown:
        if self._may_react(room_id):
            try:
                return Shown(sign, await self._react(room_id, on, sign))
            except Permanent as refused:
                if refused.reason is not Refusal.MAY_NOT_WRITE:
                    raise
                log.info("matrix.no_reactions", room=room_id, why=refused.detail)
                self._forbidden[room_id] = self._clock.monotonic()
        number = "m" + hashlib.sha256(f"{on} {sign}".encode()).hexdigest()[:24]
        try:
            said = answer(on, word, await self._threads.of(room_id, on))
            line = await self._connection.put(room_id, "m.room.message", said, number)
        except Permanent:
            self._forbidden.pop(room_id, None)  # all is forbidden there, not reactions alone
            raise
        return Shown(sign, line, line=True)

    def _may_react(self, room_id: str) -> bool:
        since = self._forbidden.get(room_id)
        if since is not None and self._clock.monotonic() - since >= ASKED_AGAIN:
            del self._forbidden[room_id]
            since = None
        return since is None

    async def _react(self, room_id: str, on: str, sign: str) -> str:
        """The reaction's id. One that stands there already is a success."""
        content: dict[str, object] = {"m.relates_to": {"rel_type": "m.annotation", "event_id": on, "key": sign}}
        try:
            return await self._connection.send(room_id, "m.reaction", content, secrets.token_hex(8), mark=True)
        except Refused as refused:
            if refused.code != _DUPLICATE:
                raise
        return next((event_id for event_id, key in await self._own(room_id, on) if key == sign), "")

    async def _own(self, room_id: str, on: str) -> list[tuple[str, str]]:
        """Our reactions on an event: id and sign."""
        try:
            found = await annotations(self._connection.calls, room_id, on)
        except Refused as refused:
            log.info("matrix.reactions_unknown", room=room_id, why=refused.detail)
            return []
        user = self._connection.me.user
        return [
            (str(at(raw, "event_id")), str(at(raw, "content", "m.relates_to", "key")))
            for raw in (found if isinstance(found, list) else ())
            if at(raw, "sender") == user
        ]
