"""How long things may take before somebody is told or something is asked again. Values are passed in."""

from dataclasses import dataclass
from datetime import timedelta


def _s(*seconds: float) -> tuple[timedelta, ...]:
    return tuple(timedelta(seconds=one) for one in seconds)


@dataclass(frozen=True, slots=True)
class Patience:
    """The delays of probes, looks, pulls and notices; the demonstration passes shorter ones.

    `reconcile_after`: looks for a job that may have been sent, counted from its POST. `pulls`: fetching of reports,
    counted from the POST; `early_pulls` come first and are passed over while callbacks arrive. Operators keep an SMS
    for at most 72 h (OVH's guides), so `no_report` ends it. `marks_after` its hold a message that still waits is
    marked so: most are gone by then, and their first mark is the one that counts. `last_answers`: what calls under way
    get when the process falls; an answer that came is recorded, others are looked for.
    """

    reconcile_after: tuple[timedelta, ...] = _s(35, 90, 180, 600)
    cannot_tell: timedelta = timedelta(hours=24)
    marks_after: timedelta = timedelta(seconds=3)
    told_waiting: timedelta = timedelta(seconds=60)
    told_unconfirmed: timedelta = timedelta(minutes=5)
    told_operations: timedelta = timedelta(minutes=15)
    probe_keys: timedelta = timedelta(minutes=5)
    probe_server: timedelta = timedelta(seconds=10)
    probe_credits: timedelta = timedelta(minutes=1)
    account_every: timedelta = timedelta(minutes=5)
    sweep_every: timedelta = timedelta(minutes=1)
    pulls: tuple[timedelta, ...] = _s(300, 3600, 86400)
    early_pulls: tuple[timedelta, ...] = _s(10, 30, 90)
    no_report: timedelta = timedelta(hours=72)
    no_callback: timedelta = timedelta(hours=24)
    lease: timedelta = timedelta(seconds=90)
    last_answers: timedelta = timedelta(seconds=5)

    def pull_at(self, step: int) -> timedelta | None:
        """How long after the POST the reports are fetched for the `step`th time (from 0); None: no more."""
        schedule = (*self.early_pulls, *self.pulls, self.no_report)
        return schedule[step] if step < len(schedule) else None


SHORT = Patience(
    reconcile_after=_s(1, 2, 3, 4),
    cannot_tell=timedelta(seconds=6),
    marks_after=timedelta(0),
    told_waiting=timedelta(seconds=5),
    told_unconfirmed=timedelta(seconds=3),
    probe_keys=timedelta(seconds=4),
    probe_server=timedelta(seconds=1),
    probe_credits=timedelta(seconds=3),
    account_every=timedelta(seconds=10),
    sweep_every=timedelta(seconds=5),
    pulls=_s(4, 15, 60, 600),
    early_pulls=_s(1, 2, 3),
    lease=timedelta(seconds=10),
)
"""What the demonstration passes, so that each notice is seen within seconds."""
