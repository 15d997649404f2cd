"""What the demo page needs from whoever directs the demo: one `Stage`, and the shape of its snapshot.

The page draws snapshots and sends actions; it decides nothing. All times are ISO 8601 in UTC
(`2026-01-31T10:42:07Z`, fractions allowed), all numbers E.164, all texts plain text (never HTML).
"""

from __future__ import annotations

from typing import Literal, NotRequired, Protocol, TypedDict

from bridge.sandbox.page.actions import Action, FaultMode, Language

MarkState = Literal[
    "held",
    "queued",
    "submitting",
    "reconciling",
    "accepted",
    "in_network",
    "buffered",
    "delivered",
    "rejected",
    "refused",
    "undelivered",
    "stopped",
    "expired",
    "parked",
    "unconfirmed",
    "no_report",
    "cancelled",
]
StepState = Literal["idle", "waiting", "done", "failed"]


class Text(TypedDict):
    """One text in both languages."""

    fr: str
    en: str


class BridgeState(TypedDict):
    """The bridge's process. `off_seconds`: length of the current power cut, else of the last one."""

    up: bool
    since: str
    off_seconds: float


class PhoneState(TypedDict):
    """The bridge's phone at OVH, for the sender shown on telephones and for the live counter."""

    sender: str
    prefix: str
    plain_text: bool
    max_parts: int


class MarkSummary(TypedDict):
    """Receivers of a list by outcome; the four add up to `total`. Sent for lists only."""

    total: int
    delivered: int
    failed: int
    unconfirmed: int
    waiting: int


class MarkSnapshot(TypedDict):
    """The status under a typed message; the page adds glyph and word in its own language."""

    state: MarkState
    summary: NotRequired[MarkSummary]


class Button(TypedDict):
    """A button of a post; `data` comes back in `Press`, `label` is in the room's language."""

    data: str
    label: str


class Entry(TypedDict):
    """One line of a room: typed by a person, or posted by the bridge (`person` is then empty).

    `id` is unique over all rooms; `reply_to` is an entry's id in the same room. `tone` only chooses how a
    post is drawn: "answer" (a person's SMS), "failure", or "notice", which is also what none means.
    """

    id: str
    kind: Literal["typed", "post"]
    person: str
    text: str
    at: str
    reply_to: str | None
    mark: MarkSnapshot | None
    buttons: list[Button]
    edited: bool
    deleted: bool
    tone: NotRequired[Literal["answer", "failure", "notice"]]


class Room(TypedDict):
    """One room; `entries` oldest first, at most the last 200; `receivers` are telephones' numbers."""

    address: str
    title: Text
    pinned: str
    receivers: list[str]
    entries: list[Entry]


class Sms(TypedDict):
    """One SMS as its telephone sees it. `lost`: written after the 48 h were over, OVH never got it."""

    id: str
    direction: Literal["received", "written"]
    sender: str
    text: str
    at: str
    lost: bool


class Telephone(TypedDict):
    """One drawn telephone; `window_open`: OVH still takes answers from it; `stopped`: wrote STOP."""

    number: str
    name: Text
    on: bool
    exists: bool
    window_open: bool
    stopped: bool
    sms: list[Sms]


class Request(TypedDict):
    """A real request behind a step, or a row written; bodies and paths without secrets.

    `sender` says who asked whom ("bridge → OVH"); `status` is 0 where there is none (a write to disk).
    """

    at: str
    sender: str
    method: str
    path: str
    status: int
    body: str


class Step(TypedDict):
    """How far the newest message has come at this step."""

    state: StepState
    requests: list[Request]


class Steps(TypedDict):
    """The four steps of the newest typed message (`entry`: its id, None before the first)."""

    entry: str | None
    written: Step
    given: Step
    arrived: Step
    answered: Step


class Counters(TypedDict):
    """SMS, not messages: written = receivers of what the chat server took; sent = accepted at OVH.

    lost = written, at rest, and neither sent nor told; doubled = accepted twice.
    """

    written: int
    sent: int
    lost: int
    doubled: int


class Coach(TypedDict):
    """The five ticks; each stays once reached, until `StartAgain`."""

    send: bool
    arrive: bool
    answer: bool
    off: bool
    cut: bool


class Snapshot(TypedDict):
    """Everything the page shows. `version` differs from every other snapshot of the same process."""

    version: int
    language: Language
    bridge: BridgeState
    phone: PhoneState
    rooms: list[Room]
    telephones: list[Telephone]
    steps: Steps
    counters: Counters
    fault: FaultMode
    coach: Coach


class Stage(Protocol):
    """Where the demo is played."""

    @property
    def version(self) -> int:
        """Number of the present state; every visible change raises it."""
        ...

    async def changed(self, version: int) -> None:
        """Return as soon as `self.version` differs from `version`, at once if it already does."""
        ...

    def snapshot(self, language: Language) -> Snapshot:
        """The present state, with what the stage words itself (request bodies apart) in `language`."""
        ...

    async def act(self, action: Action) -> None:
        """Do what a person pressed or wrote; returns once it is taken, not once its effects are seen.

        Raises `ActionRefused` with a sentence for the person.
        """
        ...
