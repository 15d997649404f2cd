"""A real Synapse, and who types there, in processes of their own: `python -m bench.matrix_process ROOMS`.

Limits are relaxed (tests/synapse.py), as for a bot that is exempt from them. Two sets of rooms, plain and encrypted
ones, are made once; for each run the bot logs in as a new device, for keys and device belong together.
"""

import asyncio
import json
import logging
import os
import shutil
import signal
import sys
import time
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import quote

from bench.control import Command, obey
from bench.setting import LIST
from tests.matrix.person import Person
from tests.synapse import Account, Synapse, find_synapse, running_synapse

REACHED = frozenset("📤✅👍")
"""Reactions that say: OVH has it. The usual script's is 👍."""
LOOKS_EVERY = 0.5  # seconds between two looks at marks: a sync that waits would cost the server one for each event
QUIET_FOR = 2.0  # seconds without anything new in any room
PROBES_EVERY = 1.0  # seconds
MODERATOR = 50
_FILTER = json.dumps(
    {
        "presence": {"types": []},
        "account_data": {"types": []},
        "room": {
            "timeline": {"limit": 100, "types": ["m.reaction", "m.room.message", "m.room.encrypted"]},
            "state": {"types": []},
            "ephemeral": {"types": []},
            "account_data": {"types": []},
        },
    }
)


class Eye:
    """Somebody in all rooms who only looks: marks of the bot, and when each message was written (Synapse's clock)."""

    def __init__(self, person: Person, bot: str) -> None:
        self._person = person
        self._bot = bot
        self._since = ""
        self.marked: set[str] = set()
        self.marks = 0
        self.written: dict[str, float] = {}

    async def open(self) -> None:
        """Begin with the rooms that there are now."""
        self._since = ""
        await self.look()

    async def look(self) -> bool:
        """Take in what happened since. Whether anything did."""
        since = f"&since={quote(self._since)}" if self._since else ""
        told = await self._person.call("GET", f"/sync?timeout=0&filter={quote(_FILTER)}{since}")
        rooms = told.get("rooms", {}).get("join", {})
        if self._since and any(room["timeline"]["limited"] for room in rooms.values()):
            raise RuntimeError("more happened in a room than a look shows")
        self._since = told["next_batch"]
        events = [event for room in rooms.values() for event in room["timeline"]["events"]]
        for event in events:
            self.written[event["event_id"]] = event["origin_server_ts"] / 1000
            relation = event["content"].get("m.relates_to", {})
            if event["type"] == "m.reaction" and event["sender"] == self._bot:
                self.marks += 1
                if relation.get("key") in REACHED:
                    self.marked.add(relation["event_id"])
        return bool(events)


class Chat:
    """Claire's rooms with the bot: `kind` is plain or encrypted. What it does is asked for by the bench."""

    def __init__(self, synapse: Synapse, rooms: int) -> None:
        self._synapse = synapse
        self._count = rooms
        self._device: Account | None = None
        self._rooms: dict[str, list[str]] = {}
        self.commands: dict[str, Command] = {
            "make_rooms": self.make_rooms,
            "device": self.device,
            "wait_for_side": self.wait_for_side,
            "write": self.write,
            "trickle": self.trickle,
            "until_marked": self.until_marked,
        }

    async def open(self, stack: AsyncExitStack) -> None:
        """People register and log in."""
        self._bot = await self._synapse.register("Relais")
        account = await self._synapse.register("Claire")
        url = self._synapse.url
        self._claire = await stack.enter_async_context(Person(url, account, encryption=True))
        looking = await self._synapse.log_in(account)  # a device without keys: those meant for Claire stay hers
        self._eye = Eye(await stack.enter_async_context(Person(url, looking)), self._bot.user)

    async def make_rooms(self, kind: str, rooms: int) -> None:
        """Some more of this kind, the bot in each."""
        made = self._rooms.setdefault(kind, [])
        for _ in range(rooms):
            levels = {"users": {self._bot.user: MODERATOR}}
            name = LIST if len(made) == self._count else f"{kind} {len(made)}"
            room = await self._claire.creates(name, [self._bot.user], encrypted=kind == "encrypted", levels=levels)
            status, told = await self._synapse.call("POST", f"/join/{quote(room)}", self._bot.token, {})
            if status != 200:
                raise RuntimeError(f"the bot cannot join: {told}")
            made.append(room)
        await self._claire.hears()
        await self._eye.open()

    async def device(self, kind: str) -> dict[str, Any]:
        """Log the bot in as a new device, and the last one out. Gives who it is, and its rooms."""
        if self._device is not None:
            await self._synapse.revoke(self._device)
        self._device = await self._synapse.log_in(self._bot)
        return {
            "user": self._device.user,
            "device": self._device.device,
            "token": self._device.token,
            "rooms": self._rooms[kind],
        }

    async def wait_for_side(self, kind: str, within: float) -> None:
        """Until it marks what is written now, and all that it does at its start is done.

        Which message it hears first is its own matter: it takes nothing that is older than its first sync.
        """
        async with asyncio.timeout(within):
            probes: set[str] = set()
            while not probes & self._eye.marked:
                await self._claire.hears()
                probes.add(await self._say(self._rooms[kind][0], f"probe {time.monotonic_ns()}"))
                await asyncio.sleep(PROBES_EVERY)
                await self._eye.look()
            quiet_since = time.monotonic()
            while time.monotonic() - quiet_since < QUIET_FOR:
                await asyncio.sleep(LOOKS_EVERY)
                if await self._eye.look():
                    quiet_since = time.monotonic()

    async def write(self, kind: str, prefix: str, count: int) -> dict[str, Any]:
        """As fast as the server takes it, over all rooms in turn. Gives the events' ids and the seconds it took."""
        await self._claire.hears()
        began = time.monotonic()
        written = [await self._say(self._room(kind, number), f"{prefix} {number}") for number in range(count)]
        return {"events": written, "seconds": time.monotonic() - began}

    async def trickle(self, kind: str, prefix: str, count: int, per_second: float, within: float) -> dict[str, float]:
        """One after the other at an even pace, until all are marked; when the server took each (epoch seconds)."""
        await self._claire.hears()
        typed: dict[str, str] = {}
        began = time.monotonic()
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / per_second - time.monotonic()))
            typed[f"{prefix} {number}"] = await self._say(self._room(kind, number), f"{prefix} {number}")
        await self.until_marked(list(typed.values()), within)
        return {text: self._eye.written[event] for text, event in typed.items()}

    async def until_marked(self, events: list[str], within: float) -> int:
        """Wait until these bear a mark that says: OVH has it. Gives how many marks were put in all."""
        try:
            async with asyncio.timeout(within):
                while not self._eye.marked.issuperset(events):
                    await asyncio.sleep(LOOKS_EVERY)
                    await self._eye.look()
        except TimeoutError:
            marked = len(self._eye.marked.intersection(events))
            raise TimeoutError(f"only {marked} of {len(events)} marked after {within:g} s") from None
        return self._eye.marks

    def _room(self, kind: str, number: int) -> str:
        return self._rooms[kind][number % self._count]

    async def _say(self, room: str, text: str) -> str:
        """Without asking for keys first: who calls this has."""
        content = {"msgtype": "m.text", "body": text}
        told = await self._claire.client.room_send(room, "m.room.message", content, ignore_unverified_devices=True)
        return str(told.event_id)


def end_with(synapse: Synapse) -> None:
    """End, and the server too, when the bench says so: whoever waits for the next line could not be woken."""
    synapse.stop()
    shutil.rmtree(synapse.folder)
    os._exit(0)


async def main() -> None:
    python = find_synapse()
    if python is None:
        raise SystemExit("no Synapse: `make synapse` installs it")
    logging.getLogger("nio").setLevel(logging.ERROR)  # it warns of a device that left its keys unclaimed
    with running_synapse(python) as synapse:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end_with, synapse)
        async with AsyncExitStack() as stack:
            chat = Chat(synapse, int(sys.argv[1]))
            await chat.open(stack)
            await obey({"url": synapse.url}, chat.commands)


if __name__ == "__main__":
    asyncio.run(main())
