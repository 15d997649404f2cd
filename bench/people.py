"""The people who type, and the eye that sees when all they typed is marked: alike for every chat."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bench.control import Command
from bench.setting import LIST


class Watch:
    """Tells when all that was typed bears a mark that says: OVH has it."""

    def __init__(self) -> None:
        self.typed = 0
        self.shown = 0
        self.reached: set[str] = set()
        self.all_reached = asyncio.Event()

    def wrote(self) -> None:
        """One more message waits for its mark."""
        self.typed += 1
        self.all_reached.clear()

    def marked(self, entry: str, reached: bool) -> None:
        """A mark was put; `reached`: it says that OVH has the message."""
        self.shown += 1
        if reached:
            self.reached.add(entry)
            if len(self.reached) == self.typed:
                self.all_reached.set()


class People:
    """What the bench has them do. Texts are unlike each other: `PREFIX 17`.

    `write` puts a text into a room and tells when.
    """

    def __init__(self, watch: Watch, write: Callable[[str, str], datetime], rooms: int) -> None:
        self._watch = watch
        self._write = write
        self._rooms = rooms

    @property
    def commands(self) -> dict[str, Command]:
        """By the names under which the bench asks for them."""
        return {"burst": self.burst, "trickle": self.trickle, "write_to_list": self.write_to_list}

    async def burst(self, prefix: str, count: int, within: float) -> dict[str, Any]:
        """All at once, over all rooms in turn; seconds until the last one is marked as accepted."""
        shown, began = self._watch.shown, time.monotonic()
        for number in range(count):
            self._write(str(number % self._rooms), f"{prefix} {number}")
        await self._reached(within)
        return {"seconds": time.monotonic() - began, "marks": self._watch.shown - shown}

    async def trickle(self, prefix: str, count: int, per_second: float, within: float) -> dict[str, float]:
        """One after the other at an even pace; when each was typed (epoch seconds)."""
        typed: dict[str, float] = {}
        began = time.monotonic()
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / per_second - time.monotonic()))
            text = f"{prefix} {number}"
            typed[text] = self._write(str(number % self._rooms), text).timestamp()
        await self._reached(within)
        return typed

    async def write_to_list(self, text: str, within: float) -> float:
        """One message to the list; seconds until it is marked as accepted."""
        began = time.monotonic()
        self._write(LIST, text)
        await self._reached(within)
        return time.monotonic() - began

    async def _reached(self, within: float) -> None:
        try:
            async with asyncio.timeout(within):
                await self._watch.all_reached.wait()
        except TimeoutError:
            marked = len(self._watch.reached)
            raise TimeoutError(f"only {marked} of {self._watch.typed} marked after {within:g} s") from None
