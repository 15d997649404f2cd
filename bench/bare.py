"""How many calls the bench's own Bot API takes of a client that does nothing else: what no side can exceed."""

import asyncio
import time

import aiohttp

from bench.control import Child
from bench.setting import ROOMS, TELEGRAM, chat_id

AT_ONCE = 24  # as many as the bridge's POSTs


async def calls_per_second(calls: int = 4000) -> float:
    """Reactions, as many a second as a bare aiohttp client sets."""
    async with Child(TELEGRAM.chat, str(ROOMS)) as chat, aiohttp.ClientSession() as session:
        url = f"{chat.told['url']}/bot{chat.told['token']}/setMessageReaction"
        numbers = iter(range(calls))

        async def work() -> None:
            for number in numbers:
                body = {"chat_id": chat_id(str(number % ROOMS)), "message_id": number}
                async with session.post(url, json=body | {"reaction": [{"type": "emoji", "emoji": "👀"}]}) as answer:
                    if not (await answer.json())["ok"]:
                        raise RuntimeError("the bench's Bot API refused a reaction")

        began = time.monotonic()
        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        return calls / (time.monotonic() - began)
