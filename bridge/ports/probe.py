"""Named points of both lanes. Crash tests hang on them; in service they do nothing."""

from collections.abc import Callable

Probe = Callable[[str], None]


def no_probe(name: str) -> None:
    """In service: nothing happens."""
