"""The chat server, with the people who type, in a process of its own: `python -m bench.chat_process ROOMS`."""

import asyncio
import sys
import time
from typing import Any

from bench.control import Command, obey
from bench.setting import LIST
from bridge.sandbox.chat import ChatServer, Entry, Mark

REACHED = frozenset({"accepted", "in_network", "buffered", "delivered"})
"""Marks that say: OVH has it."""


class Watched(ChatServer):
    """Tells when all that was typed bears a mark that says it left."""

    def __init__(self) -> None:
        super().__init__()
        self.typed = 0
        self.shown = 0
        self.reached: set[str] = set()
        self.all_reached = asyncio.Event()

    def type(self, room: str, text: str) -> Entry:
        self.typed += 1
        self.all_reached.clear()
        return self.say(room, "Claire", text)

    def put_mark(self, entry_id: str, mark: Mark) -> None:
        super().put_mark(entry_id, mark)
        self.shown += 1
        if mark.status in REACHED:
            self.reached.add(entry_id)
            if len(self.reached) == self.typed:
                self.all_reached.set()


class People:
    """What the bench has them do. Texts are unlike each other: `PREFIX 17`."""

    def __init__(self, chat: Watched, rooms: int) -> None:
        self._chat = chat
        self._rooms = rooms

    async def burst(self, prefix: str, count: int, within: float) -> dict[str, Any]:
        """All at once, over all rooms in turn; seconds until the last one is marked as accepted."""
        shown, began = self._chat.shown, time.monotonic()
        for number in range(count):
            self._chat.type(str(number % self._rooms), f"{prefix} {number}")
        await self._reached(within)
        return {"seconds": time.monotonic() - began, "marks": self._chat.shown - shown}

    async def trickle(self, prefix: str, count: int, per_second: float, within: float) -> dict[str, float]:
        """One after the other at an even pace; when each was typed (epoch seconds)."""
        typed: dict[str, float] = {}
        began = time.monotonic()
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / per_second - time.monotonic()))
            entry = self._chat.type(str(number % self._rooms), f"{prefix} {number}")
            typed[entry.text] = entry.at.timestamp()
        await self._reached(within)
        return typed

    async def write_to_list(self, text: str, within: float) -> float:
        """One message to the list; seconds until it is marked as accepted."""
        began = time.monotonic()
        self._chat.type(LIST, text)
        await self._reached(within)
        return time.monotonic() - began

    async def _reached(self, within: float) -> None:
        try:
            async with asyncio.timeout(within):
                await self._chat.all_reached.wait()
        except TimeoutError:
            marked = len(self._chat.reached)
            raise TimeoutError(f"only {marked} of {self._chat.typed} marked after {within:g} s") from None


async def main() -> None:
    rooms = int(sys.argv[1])
    async with Watched() as chat:
        for room in (*map(str, range(rooms)), LIST):
            chat.add_room(room)
        people = People(chat, rooms)
        commands: dict[str, Command] = {
            "burst": people.burst,
            "trickle": people.trickle,
            "write_to_list": people.write_to_list,
        }
        await obey({"url": chat.url, "token": chat.bot_token}, commands)


if __name__ == "__main__":
    asyncio.run(main())
