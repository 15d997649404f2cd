"""What the web server is given: plain functions behind its addresses, and the figures it shows."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bridge.domain.ids import AccountId, OvhId
from bridge.domain.numbers import E164


@dataclass(frozen=True, slots=True)
class Secrets:
    """What opens an account's callbacks. The `old` secret is good until `old_until` (aware UTC)."""

    account: AccountId
    current: str
    old: str | None = None
    old_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the bridge can do its work; `details` (JSON values) tell how the outside stands, and decide nothing."""

    migrated: bool
    writable: bool
    started: bool
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether everything of our own is in order."""
        return self.migrated and self.writable and self.started


FindAccount = Callable[[str], Awaitable[Secrets | None]]
"""The account behind the slug of a callback's path, old slugs included. None: there is no such phone."""

AcceptReport = Callable[[AccountId, OvhId, int, int], Awaitable[None]]
"""A delivery report: OVH's id of the SMS, its DLR id, its ptt code (0: not told). Returning means committed."""

HintReply = Callable[[AccountId, OvhId], Awaitable[None]]
"""OVH says that an answer with this id came. Returning means that the id is committed."""

HintStop = Callable[[AccountId, E164], Awaitable[None]]
"""OVH says that this number may have written STOP. Returning means that it is committed to be looked up."""

RefusedCallback = Callable[[str], None]
"""Counts a callback that was turned away, by one of a few words: forged, malformed in this way or that, store."""

Alive = Callable[[], bool]
"""Whether every loop of the process still runs."""

Ready = Callable[[], Awaitable[Readiness]]
"""How the bridge stands now."""

Render = Callable[[], bytes]
"""All figures in the Prometheus text format, version 0.0.4, UTF-8."""
