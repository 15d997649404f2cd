"""What most people write: matrix-nio and the `ovh` client, each as it comes. A message, a POST, a reaction.

A callback for messages, `sync_forever`, all settings the default ones; rooms are plain. The first sync is made before
the callback is there, for it brings old messages too. One `ovh.Client`, called from the coroutine, which blocks the
loop. Nothing is written down. `python -m bench.usual_matrix HOMESERVER TOKEN OVH_URL USER DEVICE NUMBERS`
"""

import asyncio
import json
import sys

import ovh
from nio import AsyncClient, ErrorResponse, MatrixRoom, RoomMessageText
from ovh.client import ENDPOINTS

from bench.setting import KEYS, SERVICE


class UsualScript:
    """`numbers`: the one receiver of each room, by room id."""

    def __init__(self, bot: AsyncClient, client: ovh.Client, numbers: dict[str, str]) -> None:
        self.bot = bot
        self.client = client
        self.numbers = numbers

    async def on_message(self, room: MatrixRoom, event: RoomMessageText) -> None:
        """One room, one receiver."""
        if event.sender == self.bot.user_id or room.room_id not in self.numbers:
            return
        self.client.post(
            f"/sms/{SERVICE}/jobs",
            message=event.body,
            receivers=[self.numbers[room.room_id]],
            senderForResponse=True,
            noStopClause=True,
            charset="UTF-8",
        )
        relation = {"rel_type": "m.annotation", "event_id": event.event_id, "key": "👍"}
        told = await self.bot.room_send(room.room_id, "m.reaction", {"m.relates_to": relation})
        if isinstance(told, ErrorResponse):
            raise RuntimeError(told.message)


async def main() -> None:
    homeserver, token, ovh_url, user, device, numbers = sys.argv[1:7]
    ENDPOINTS["bench"] = ovh_url
    client = ovh.Client("bench", **KEYS)
    bot = AsyncClient(homeserver, user, device)
    bot.user_id, bot.access_token = user, token
    try:
        await bot.sync(full_state=True)
        bot.add_event_callback(UsualScript(bot, client, json.loads(numbers)).on_message, RoomMessageText)
        # Its hidden first call, GET /auth/time, is made before anything is measured.
        _ = client.time_delta
        print(json.dumps({"ready": True}), flush=True)
        await bot.sync_forever(timeout=30000, full_state=True)
    finally:
        await bot.close()


if __name__ == "__main__":
    asyncio.run(main())
