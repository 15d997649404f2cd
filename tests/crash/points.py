"""At which points the bridge is killed: every named point of both lanes, and what OVH does to lead there."""

from dataclasses import dataclass

from bridge.sandbox.ovh import Fault

LOST = "the answer lost"
MEETS = {
    LOST: Fault.reset(carried_out=True),
    "a reset before": Fault.reset(),
    "503": Fault.broken(503),
    "garbage": Fault.garbage(),
    "a report before the answer": Fault.calls_back_first(),
}
"""What OVH may do with the first POST, in the table's words."""


@dataclass(frozen=True, slots=True)
class Death:
    """Where the bridge kills itself: `point`, or `point:N` for the Nth time it is passed; what the first POST meets."""

    at: str
    meets: str | None = None

    @property
    def point(self) -> str:
        """The name of the point."""
        return self.at.partition(":")[0]

    @property
    def fault(self) -> Fault | None:
        """What OVH does."""
        return MEETS[self.meets] if self.meets else None

    def __str__(self) -> str:
        return f"{self.at}, {self.meets}" if self.meets else self.at


OUTGOING = (
    *("t0.before", "t0.committed"),
    *("t1.before", "t1.committed", "post.before", "post.after", "t2.before", "t2.committed"),
    *("mark.claimed", "mark.before_record", "mark.recorded"),
)
INCOMING = (
    *("report.before", "report.committed", "hint.before", "hint.committed", "poll.listed", "poll.committed"),
    *("reply.claimed", "reply.before_record", "reply.recorded"),
    *("post_row.claimed", "post_row.before_record", "post_row.recorded"),
)
LOOKS = ("look.claimed", "look.before_record", "look.recorded")

EVERY_POINT = (
    *(Death(point) for point in (*OUTGOING, *INCOMING)),
    *(Death(point, LOST) for point in LOOKS),
    *(Death(f"store.before_commit:{time}") for time in (1, 5, 12)),
    *(Death(f"store.after_commit:{time}") for time in (3, 9, 17)),
)
OVH_FAILS_TOO = (
    Death("post.after", LOST),
    Death("t2.committed", LOST),
    Death("look.recorded:2", "a reset before"),
    Death("t2.before", "503"),
    Death("t2.before", "garbage"),
    Death("t2.before", "a report before the answer"),
)
ON_TELEGRAM = tuple(
    Death(at)
    for at in (
        *("tg.after_fetch", "tg.after_fetch:2", "t0.committed", "post.after", "mark.before_record"),
        *("reply.recorded", "post_row.claimed", "post_row.before_record:3", "store.after_commit:9"),
    )
)
ON_MATRIX = tuple(
    Death(at) for at in ("mx.after_sync", "t0.before", "t0.committed", "mark.claimed", "mark.before_record")
)
ON_POSTGRESQL = tuple(
    Death(at) for at in ("t0.committed", "t1.committed", "post.after", "reply.recorded", "store.after_commit:9")
)
