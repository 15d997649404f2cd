"""What most people write: python-telegram-bot and the `ovh` client, each as it comes. A message, a POST, a reaction.

The library's own loop of handlers is a separate extra that the bridge does without: here stands the plain loop,
which costs less than it would, and handles one update after the other as it does. The transport is the library's
(httpx), all settings are the default ones, and the offset is confirmed with the next poll, as its updater does.
One `ovh.Client`, called from the coroutine, which blocks the loop. Nothing is written down.
`python -m bench.usual_telegram CHAT_URL TOKEN OVH_URL`
"""

import asyncio
import json
import sys

import ovh
from ovh.client import ENDPOINTS
from telegram import Bot, Message

from bench.setting import KEYS, ROOMS, SERVICE, chat_id, number_of

NUMBERS = {chat_id(str(room)): number_of(room) for room in range(ROOMS)}


class UsualScript:
    def __init__(self, bot: Bot, client: ovh.Client) -> None:
        self.bot = bot
        self.client = client

    async def on_message(self, message: Message) -> None:
        """One group, one receiver."""
        self.client.post(
            f"/sms/{SERVICE}/jobs",
            message=message.text,
            receivers=[NUMBERS[message.chat.id]],
            senderForResponse=True,
            noStopClause=True,
            charset="UTF-8",
        )
        await message.set_reaction("👍")

    async def run(self) -> None:
        offset = None
        while True:
            for update in await self.bot.get_updates(offset=offset, timeout=25):
                offset = update.update_id + 1
                if update.message and update.message.text:
                    await self.on_message(update.message)


async def main() -> None:
    api_url, token, ovh_url = sys.argv[1:4]
    ENDPOINTS["bench"] = ovh_url
    client = ovh.Client("bench", **KEYS)
    async with Bot(token, base_url=f"{api_url}/bot") as bot:
        # Its hidden first call, GET /auth/time, is made before anything is measured.
        _ = client.time_delta
        print(json.dumps({"ready": True}), flush=True)
        await UsualScript(bot, client).run()


if __name__ == "__main__":
    asyncio.run(main())
