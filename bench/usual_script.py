"""What most people write, its OVH half: messages in turn, for each a POST with the `ovh` client, then a mark.

As python-telegram-bot runs handlers unless told otherwise: one update after the other. As nearly every script
found in the wild: one `ovh.Client` with its default settings, called from the coroutine, which blocks the loop.
Nothing is written down. `python -m bench.usual_script CHAT_URL TOKEN OVH_URL`
"""

import asyncio
import json
import sys
from typing import Any

import aiohttp
import ovh
from ovh.client import ENDPOINTS

from bench.setting import KEYS, SERVICE, number_of

MARK = {"status": "accepted", "word": "Envoyé"}


class UsualScript:
    def __init__(self, chat_url: str, session: aiohttp.ClientSession, client: ovh.Client) -> None:
        self.chat_url = chat_url
        self.session = session
        self.client = client

    async def on_message(self, event: dict[str, Any]) -> None:
        """One room, one receiver."""
        self.client.post(
            f"/sms/{SERVICE}/jobs",
            message=event["text"],
            receivers=[number_of(int(event["room"]))],
            senderForResponse=True,
            noStopClause=True,
            charset="UTF-8",
        )
        async with self.session.put(f"{self.chat_url}/bot/marks/{event['entry']}", json=MARK) as answer:
            answer.raise_for_status()

    async def run(self) -> None:
        after = 0
        while True:
            async with self.session.get(f"{self.chat_url}/bot/events?after={after}&wait=25") as answer:
                updates = await answer.json()
            for event in updates["events"]:
                await self.on_message(event)
            after = updates["cursor"]


async def main() -> None:
    chat_url, token, ovh_url = sys.argv[1:4]
    ENDPOINTS["bench"] = ovh_url
    client = ovh.Client("bench", **KEYS)
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        # Its hidden first call, GET /auth/time, is made before anything is measured.
        _ = client.time_delta
        print(json.dumps({"ready": True}), flush=True)
        await UsualScript(chat_url, session, client).run()


if __name__ == "__main__":
    asyncio.run(main())
