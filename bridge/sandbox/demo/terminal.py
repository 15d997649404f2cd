"""What a demonstration has to do with the terminal it was started from: language, lines, Ctrl-C."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bridge.sandbox.page.actions import Language

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def say(line: str) -> None:
    """Show it at once, also where nobody looks through a terminal."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def of_the_terminal() -> Language:
    """The language that it speaks."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "fr" if spoken.casefold().startswith("fr") else "en"


@contextmanager
def until_signal() -> Iterator[asyncio.Event]:
    """An event that is set by Ctrl-C, or by whoever ends this process or its terminal."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)


@contextmanager
def typed_lines() -> Iterator[list[str]]:
    """A list that grows by each line typed here, without its end. It stays empty where nothing can be typed."""
    lines: list[str] = []
    if sys.__stdin__ is None:
        yield lines
        return
    loop, keyboard, begun = asyncio.get_running_loop(), sys.__stdin__.fileno(), bytearray()

    def read() -> None:
        try:
            some = os.read(keyboard, 4096)
        except OSError:  # the terminal is gone
            some = b""
        if not some:
            loop.remove_reader(keyboard)
        begun.extend(some)
        *whole, rest = bytes(begun).split(b"\n")
        begun[:] = rest
        lines.extend(line.decode(errors="replace").strip() for line in whole)

    try:
        loop.add_reader(keyboard, read)
    except OSError:  # a file, or nothing at all: nobody types there
        yield lines
        return
    try:
        yield lines
    finally:
        loop.remove_reader(keyboard)
