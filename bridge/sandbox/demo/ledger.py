"""The product in one line: written, sent, lost, doubled. Counted from outside, never asked of the bridge."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bridge.domain.marks import FAILED, NOT_CONFIRMED, WAITING, Status
from bridge.sandbox.chat import Mark
from bridge.sandbox.page.stage import Counters

_TOLD = FAILED | NOT_CONFIRMED | {Status.CANCELLED}


@dataclass(slots=True)
class Written:
    """One typed message that sends: the texts that may leave for it, and how often each receiver may get one.

    `tags` are those under which OVH was asked for it, `ids` those that OVH gave, `event` its number for the bot.
    """

    entry: str
    event: int
    at: datetime
    texts: set[str]
    receivers: tuple[str, ...]
    allowed: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    tags: set[str] = field(default_factory=set)
    ids: dict[int, str] = field(default_factory=dict)
    confirmed_at: datetime | None = None

    def __post_init__(self) -> None:
        self.allowed.update(self.receivers)


class Ledger:
    """Every typed message that sends, against every SMS that OVH accepted."""

    def __init__(self, mark_of: Callable[[str], Mark | None]) -> None:
        self._mark_of = mark_of
        self.rows: dict[str, Written] = {}
        self._by_tag: dict[str, Written] = {}
        self._strays = 0

    def write(self, row: Written) -> None:
        """The chat server took a message."""
        self.rows[row.entry] = row

    def may_repeat(self, entry: str, numbers: Iterable[str]) -> None:
        """A person asked for it once more: a second SMS to these is none too many."""
        if entry in self.rows:
            self.rows[entry].allowed.update(numbers)

    def asked(self, text: str, tag: str, receivers: Iterable[str]) -> None:
        """The bridge asked OVH to send this text under this tag, whatever comes of it."""
        if tag in self._by_tag:
            return
        wanted = set(receivers)
        rows = [row for row in self.rows.values() if text in row.texts and wanted <= set(row.receivers)]
        first = [row for row in rows if not row.tags and self._status(row) not in _TOLD]
        again = [row for row in rows if any(row.sent[number] < row.allowed[number] for number in wanted)]
        row = next(iter(first or again or rows[-1:]), None)
        if row is not None:
            row.tags.add(tag)
            self._by_tag[tag] = row

    def accepted(self, text: str, tag: str, sms: Iterable[tuple[int, str]]) -> None:
        """OVH accepted it: ids and receivers."""
        sms = list(sms)
        self.asked(text, tag, [number for _, number in sms])
        row = self._by_tag.get(tag)
        for ovh_id, number in sms:
            if row is None:
                self._strays += 1
            else:
                row.sent[number] += 1
                row.ids[ovh_id] = number

    def confirm(self, event: int, at: datetime) -> None:
        """The bot confirmed all events up to this one: they are on its disk."""
        for row in self.rows.values():
            if row.confirmed_at is None and row.event <= event:
                row.confirmed_at = at

    def by_tag(self, tag: str) -> Written | None:
        """The message that was asked for under this tag."""
        return self._by_tag.get(tag)

    def counters(self, failed: Callable[[int], bool], forgotten: Callable[[Written], bool]) -> Counters:
        """SMS, not messages.

        `failed`: whether the SMS with this OVH id was not delivered; `forgotten`: whether a message without a mark
        has been on disk for so long that nothing more will come.
        """
        counts = [(times, row.allowed[number]) for row in self.rows.values() for number, times in row.sent.items()]
        again = sum(min(times, allowed) - 1 for times, allowed in counts)
        return {
            "written": sum(len(row.receivers) for row in self.rows.values()) + again,
            "sent": sum(min(times, allowed) for times, allowed in counts) + self._strays,
            "lost": sum(self._lost(row, failed, forgotten) for row in self.rows.values()),
            "doubled": sum(max(0, times - allowed) for times, allowed in counts) + self._strays,
        }

    def _status(self, row: Written) -> Status | None:
        mark = self._mark_of(row.entry)
        return None if mark is None else Status(mark.status)

    def _lost(self, row: Written, failed: Callable[[int], bool], forgotten: Callable[[Written], bool]) -> int:
        """Receivers at rest who neither got it nor are told of as failures."""
        missing = sum(1 for number in row.receivers if not row.sent[number])
        mark, status = self._mark_of(row.entry), self._status(row)
        if mark is None or status is None:
            return missing if forgotten(row) else 0
        if status in WAITING or status is Status.CANCELLED:
            return 0
        if mark.summary is None:
            return 0 if status in _TOLD else missing
        failed_later = sum(1 for ovh_id in row.ids if failed(ovh_id))
        return max(0, missing - (mark.summary["failed"] + mark.summary["unconfirmed"] - failed_later))
