"""Putting posts into rooms, so that a repeat changes nothing: within a day by the server's memory, later by looking."""

import json
import secrets
from datetime import timedelta
from typing import Final

import structlog

from bridge.adapters.matrix.addresses import room_id_of
from bridge.adapters.matrix.buttons import Buttons
from bridge.adapters.matrix.connection import Connection
from bridge.adapters.matrix.failures import Refused
from bridge.adapters.matrix.reading import at
from bridge.adapters.matrix.sending import contents, edited, number_in, number_of, with_pin
from bridge.adapters.matrix.threads import Threads
from bridge.adapters.matrix.timeline import Opener
from bridge.domain.failures import OutcomeUnknown, Permanent, Refusal, Temporary
from bridge.ports.chat import Post, PostedRef
from bridge.ports.clock import Clock

log = structlog.get_logger(__name__)

REMEMBERED: Final = timedelta(hours=20)
"""How long a repeat is trusted to be known: Synapse remembers numbers for a day (its `txn_id` cleanup)."""
_PAGES: Final = 50
_PINNED: Final = "m.room.pinned_events"


class Posting:
    """Posts of one account."""

    def __init__(self, connection: Connection, buttons: Buttons, threads: Threads, clock: Clock) -> None:
        self._connection = connection
        self._buttons = buttons
        self._threads = threads
        self._clock = clock

    async def post(self, post: Post) -> PostedRef:
        """Put it into its room; what is too long for one event goes on in others, and is known by the first."""
        room_id, number = room_id_of(post.room), number_of(post)
        stand = await self._found(room_id, post) if self._may_be_forgotten(post) else {}
        ids: list[str] = []
        thread = await self._threads.of(room_id, post.reply_to)
        for place, content in enumerate(contents(post, thread)):
            mine = f"{number}.{place}" if place else number
            ids.append(stand.get(mine) or await self._connection.put(room_id, "m.room.message", content, mine))
        event_id = ids[0]
        if post.buttons:
            await self._buttons.put(room_id, event_id, number, post.buttons)
        else:
            self._buttons.none(event_id)
        if post.pinned:
            await self._pin(room_id, event_id)
        return PostedRef(post.room, event_id)

    async def edit(self, ref: PostedRef, post: Post) -> None:
        """Replace text and choices of its first event."""
        room_id = room_id_of(ref.room)
        if not ref.id.startswith("$"):
            raise Permanent(Refusal.OTHER, "no event of Matrix's")
        await self._connection.put(room_id, "m.room.message", edited(ref.id, post), f"e{secrets.token_hex(8)}")
        await self._buttons.put(room_id, ref.id, f"{number_of(post)}-{secrets.token_hex(4)}", post.buttons)

    def _may_be_forgotten(self, post: Post) -> bool:
        return post.uncertain and post.written_at is not None and self._clock.now() - post.written_at > REMEMBERED

    async def _found(self, room_id: str, post: Post) -> dict[str, str]:
        """What earlier tries put there of it, by number: looked for from now back to when it was written.

        Only our own messages are asked for. Where there are more than `_PAGES` of them it is taken to be missing: twice
        is better than never.
        """
        opener, user, start = Opener(await self._connection.ready(), {}), self._connection.me.user, ""
        oldest = 0.0 if post.written_at is None else (post.written_at - timedelta(hours=1)).timestamp() * 1000
        only = json.dumps({"senders": [user], "types": ["m.room.message", "m.room.encrypted"]})
        found: dict[str, str] = {}
        for _ in range(_PAGES):
            query = {"dir": "b", "limit": "100", "filter": only} | ({"from": start} if start else {})
            try:
                told = await self._connection.calls("GET", "rooms", room_id, "messages", query=query)
            except Refused as refused:
                raise await self._connection.meaning(room_id, refused) from None
            chunk, before, start = told.get("chunk"), start, str(told.get("end") or "")
            for raw in chunk if isinstance(chunk, list) else ():
                mine, event_id = number_in(opener.open(room_id, raw), user), at(raw, "event_id")
                if mine is not None and isinstance(event_id, str):
                    found[mine] = event_id
                written = at(raw, "origin_server_ts")
                if isinstance(written, int | float) and written < oldest:
                    return found
            if number_of(post) in found or start in ("", before):
                return found
        log.warning("matrix.post_not_found", room=room_id, pages=_PAGES)
        return found

    async def _pin(self, room_id: str, event_id: str) -> None:
        """A post that cannot be pinned is a post all the same."""
        calls = self._connection.calls
        try:
            try:
                told = await calls("GET", "rooms", room_id, "state", _PINNED)
            except Refused as refused:
                if not refused.nothing_there:
                    raise
                told = {}
            pinned = with_pin(told.get("pinned"), event_id)
            if pinned is not None:
                await calls("PUT", "rooms", room_id, "state", _PINNED, "", body={"pinned": pinned}, puts="mark")
        except (Temporary, Permanent, OutcomeUnknown) as failure:
            log.info("matrix.not_pinned", room=room_id, why=str(failure))
