"""The browser's chat server, with who types, in a process of its own: `python -m bench.chat_process ROOMS`."""

import asyncio
import sys
from datetime import datetime

from bench.control import obey
from bench.people import People, Watch
from bench.setting import LIST
from bridge.sandbox.chat import ChatServer, Mark

REACHED = frozenset({"accepted", "in_network", "buffered", "delivered"})
"""Marks that say: OVH has it."""


class Watched(ChatServer):
    """Tells each mark."""

    def __init__(self) -> None:
        super().__init__()
        self.watch = Watch()

    def type(self, room: str, text: str) -> datetime:
        self.watch.wrote()
        return self.say(room, "Claire", text).at

    def put_mark(self, entry_id: str, mark: Mark) -> None:
        super().put_mark(entry_id, mark)
        self.watch.marked(entry_id, mark.status in REACHED)


async def main() -> None:
    rooms = int(sys.argv[1])
    async with Watched() as chat:
        for room in (*map(str, range(rooms)), LIST):
            chat.add_room(room)
        people = People(chat.watch, chat.type, rooms)
        await obey({"url": chat.url, "token": chat.bot_token}, people.commands)


if __name__ == "__main__":
    asyncio.run(main())
