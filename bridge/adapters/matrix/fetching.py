"""What is fetched to listen: a sync, and the pages of history that it left out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog

from bridge.adapters.matrix.calls import Calls
from bridge.adapters.matrix.crypto import Crypto
from bridge.adapters.matrix.patience import Patience
from bridge.adapters.matrix.reading import Raw, at, rooms
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Temporary

log = structlog.get_logger(__name__)

PAGE: Final = 100  # events: Synapse gives no more at once
PAGES: Final = 200
"""Pages of one gap that are fetched: 20,000 events, and whatever is older is told as missed."""
# Members are not lazily loaded: whom a list leaves out would be left without keys, and who left would still get them.
_FILTER: Final = json.dumps(
    {
        "presence": {"types": []},
        "account_data": {"types": []},
        "room": {
            "timeline": {"limit": PAGE},
            "ephemeral": {"types": []},
            "account_data": {"types": []},
        },
    },
    separators=(",", ":"),
)


@dataclass(frozen=True, slots=True)
class Sync:
    """What the server told: as it came, and the sealed events that could be read at once."""

    raw: Raw
    opened: Mapping[tuple[str, str], Raw]

    @property
    def next(self) -> str:
        """The token that takes it for received."""
        return str(self.raw["next_batch"])


class Fetching:
    """Keeps a sync until it is taken: what fails after it is repeated, and not the sync."""

    def __init__(self, calls: Calls, wait: float) -> None:
        self._calls = calls
        self._wait = wait
        self._sync: Sync | None = None
        self.patience = Patience(calls)
        self._first = True

    @property
    def at_once(self) -> bool:
        """Whether the sync that is kept was to answer without waiting for news."""
        return self._first

    async def sync(self, crypto: Crypto, since: str | None, *, at_once: bool) -> Sync:
        """Ask for what came since. The first one of a process brings the whole state of all rooms, and at once."""
        if self._sync is None:
            wait = 0.0 if at_once or self._first else self._wait
            query = {"filter": _FILTER, "timeout": str(int(wait * 1000))}
            if since is not None:
                query["since"] = since
            if self._first:
                query["full_state"] = "true"
            timeout = self._wait + self._calls.timeout
            raw = await self._calls("GET", "sync", query=query, timeout=timeout, patient=True)
            if not isinstance(raw.get("next_batch"), str):
                raise OutcomeUnknown(Reason.SERVER)
            self._sync = Sync(raw, crypto.receive(raw))
        return self._sync

    def taken(self) -> None:
        """It is on disk: the next one may be asked for."""
        self._sync, self._first = None, False
        self.patience.forget()

    async def gaps(self, sync: Sync, since: str | None) -> tuple[dict[str, Sequence[Any]], list[str]]:
        """The events that the server left out of its lists, oldest first by room; the rooms where some are missing."""
        found: dict[str, Sequence[Any]] = {}
        cut: list[str] = []
        for room_id, told in rooms(sync.raw, "join").items() if since is not None else ():
            start = at(told, "timeline", "prev_batch")
            if since is not None and at(told, "timeline", "limited") is True and isinstance(start, str):
                found[room_id], whole = await self._gap(room_id, start, since)
                cut += [] if whole else [room_id]
        return found, cut

    async def _gap(self, room_id: str, start: str, since: str) -> tuple[Sequence[Any], bool]:
        missing: list[Any] = []
        for _ in range(PAGES):
            told = await self._page(room_id, start, since)
            if told is None:
                return missing[::-1], False
            chunk, end = told.get("chunk"), told.get("end")
            missing += chunk if isinstance(chunk, list) else []
            if not isinstance(end, str):
                return missing[::-1], True
            if end == start:
                break  # it says that there is more, and would tell the same for ever
            start = end
        log.warning("matrix.gap_too_wide", room=room_id, events=len(missing))
        return missing[::-1], False

    async def _page(self, room_id: str, start: str, since: str) -> Raw | None:
        """One page, None where the server will not give it: no room may keep all others from being heard.

        Raises what a call raises; a room that alone is broken is given up.
        """
        query = {"from": start, "to": since, "dir": "b", "limit": str(PAGE)}
        thing = f"history of {room_id}"
        if self.patience.is_over(thing):
            return None
        try:
            told = await self._calls("GET", "rooms", room_id, "messages", query=query)
        except Permanent as refused:
            log.warning("matrix.gap_refused", room=room_id, why=refused.detail)
            return None
        except (Temporary, OutcomeUnknown) as other:
            failure = other
        else:
            return told
        await self.patience.failed(thing, failure)
        return None
