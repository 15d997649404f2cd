"""Named points of both lanes. Crash tests hang on them; in service they do nothing."""

import os
import signal
from collections.abc import Callable

Probe = Callable[[str], None]


def no_probe(name: str) -> None:
    """In service: nothing happens."""


def killing_probe(point: str | None) -> Probe:
    """A probe that kills this process with SIGKILL at the named point, the first time it is passed."""
    if point is None:
        return no_probe

    def probe(name: str) -> None:
        if name == point:
            os.kill(os.getpid(), signal.SIGKILL)

    return probe
