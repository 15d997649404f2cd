"""At which points the bridge is killed: every named point of both lanes, and what OVH does to lead there."""

from dataclasses import dataclass

from bridge.sandbox.ovh import Fault

LOST = Fault.reset(carried_out=True)
"""OVH accepts, and its answer is lost."""


@dataclass(frozen=True, slots=True)
class Death:
    """Where the bridge kills itself: a point, or `point:N` for the Nth time it is passed; `meets`: the first POST."""

    at: str
    meets: Fault | None = None

    @property
    def point(self) -> str:
        """The name of the point."""
        return self.at.partition(":")[0]

    def __str__(self) -> str:
        return f"{self.at} ({self.meets.name})" if self.meets else self.at


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
    *(Death(f"store.before_commit:{time}") for time in (1, 4, 8, 13, 19)),
    *(Death(f"store.after_commit:{time}") for time in (2, 6, 10, 16)),
)
OVH_FAILS_TOO = (
    *(Death(point, LOST) for point in ("post.after", "t2.before", "t2.committed")),
    *(Death(point, Fault.reset()) for point in ("post.after", "look.recorded", "look.recorded:2")),
    Death("t2.before", Fault.broken(503)),
    Death("t2.committed", Fault.garbage()),
    Death("t2.before", Fault.calls_back_first()),
)
ON_POSTGRESQL = tuple(
    Death(at) for at in ("t0.committed", "t1.committed", "post.after", "reply.recorded", "store.after_commit:9")
)
