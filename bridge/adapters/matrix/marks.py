"""The mark on a person's message: a reaction, or where reactions are forbidden a reply to it, edited."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from bridge.domain.marks import NOT_CONFIRMED, ON_ITS_WAY, WAITING, Status

SIGNS: Final[Mapping[Status, str]] = {
    **dict.fromkeys(Status, "❌"),
    **dict.fromkeys(WAITING, "👀"),
    **dict.fromkeys(ON_ITS_WAY, "📤"),
    **dict.fromkeys(NOT_CONFIRMED, "🤷"),
    Status.DELIVERED: "✅",
    Status.CANCELLED: "",
}
"""The reaction for each status: what is none of these failed."""
PASSING: Final = WAITING | ON_ITS_WAY
"""Statuses that another will follow: left out where the server's limits are near."""

_LINE: Final = "line:"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a message bears: `sign` by the event `id`, a reaction or with `line` a reply. No id: it bears nothing."""

    sign: str
    id: str = ""
    line: bool = False

    @classmethod
    def parse(cls, ref: str | None) -> Self | None:
        """Read a MarkRef, None when nothing was shown."""
        if not ref:
            return None
        sign, _, where = ref.partition(" ")
        return cls(sign, where.removeprefix(_LINE), where.startswith(_LINE))

    @property
    def ref(self) -> str:
        """As the platform is handed it back."""
        if not self.id:
            return ""
        return f"{self.sign} {_LINE if self.line else ''}{self.id}"
