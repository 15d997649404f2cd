"""The mark on a person's message: a reaction, or where reactions are forbidden one line below it, edited."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from bridge.domain.marks import Status

SIGNS: Final[Mapping[Status, str]] = {
    **dict.fromkeys((Status.QUEUED, Status.HELD, Status.SUBMITTING, Status.RECONCILING), "👀"),
    **dict.fromkeys((Status.ACCEPTED, Status.IN_NETWORK, Status.BUFFERED), "✍"),
    Status.DELIVERED: "🕊",
    **dict.fromkeys(
        (
            Status.REJECTED,
            Status.REFUSED,
            Status.UNDELIVERED,
            Status.STOPPED,
            Status.EXPIRED,
            Status.PARKED,
        ),
        "💔",
    ),
    **dict.fromkeys((Status.UNCONFIRMED, Status.NO_REPORT), "🤷"),
    Status.CANCELLED: "",
}
"""The reaction for each status, from the 73 that are free to bots, written without U+FE0F."""

_NOWHERE: Final = "?"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a message bears: a sign as a reaction, or the status in the line with this id.

    `line` is "" for a reaction, and "?" for a line that may have been posted: nobody knows where.
    """

    sign: str
    line: str = ""

    @classmethod
    def parse(cls, ref: str | None) -> Self | None:
        """Read a MarkRef, None when nothing was shown."""
        if ref is None:
            return None
        sign, _, line = ref.partition(" ")
        return cls(sign, line)

    @property
    def ref(self) -> str:
        """As the platform is handed it back."""
        return f"{self.sign} {self.line}" if self.line else self.sign

    @property
    def editable(self) -> bool:
        """Whether there is a line whose place is known."""
        return self.line not in ("", _NOWHERE)

    @classmethod
    def somewhere(cls, sign: str) -> Self:
        """A line whose posting got no answer."""
        return cls(sign, _NOWHERE)
