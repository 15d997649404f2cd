"""The simulated OVH in a process of its own: `python -m bench.ovh_process LATENCY [DELIVERY_AFTER]`, in seconds."""

import asyncio
import sys
from collections import Counter
from typing import Any

from bench.control import obey
from bench.setting import KEYS, SERVICE
from bridge.sandbox.ovh import SimulatedOvh, SmsAccount

ACCOUNT = SmsAccount(
    SERVICE,
    application_key=KEYS["application_key"],
    application_secret=KEYS["application_secret"],
    consumer_key=KEYS["consumer_key"],
    credits=1_000_000.0,
)


async def main() -> None:
    latency = float(sys.argv[1])
    delivery_after = float(sys.argv[2]) if len(sys.argv) > 2 else None
    async with SimulatedOvh([ACCOUNT], latency=latency, delivery_after=delivery_after) as ovh:
        await obey({"url": ovh.url}, {"books": _Books(ovh).tell, "calls_for": _Books(ovh).calls_for})


class _Books:
    def __init__(self, ovh: SimulatedOvh) -> None:
        self._ovh = ovh

    async def tell(self) -> dict[str, Any]:
        """What was accepted: how often each text, how many POSTs; and when each text's first POST came (epoch)."""
        records = self._ovh.records
        came: dict[str, float] = {}
        for request in records.requests:
            if request.method == "POST" and isinstance(request.body, dict):
                came.setdefault(str(request.body.get("message")), request.at.timestamp())
        return {
            "accepted": Counter(post.text for post in records.accepted),
            "sms": records.sms_accepted,
            "doubled": records.doubled(),
            "posts": records.posts_seen,
            "requests": len(records.requests),
            "came": came,
        }

    async def calls_for(self, text: str) -> dict[str, int]:
        """How often OVH was called about one text: its POSTs, and questions by its tag or ids."""
        records = self._ovh.records
        accepted = [post for post in records.accepted if post.text == text]
        tags = {post.tag for post in accepted}
        paths = {f"/outgoing/{id_}" for post in accepted for id_ in post.ids}
        posts = asked = 0
        for request in records.requests:
            if request.method == "POST":
                posts += isinstance(request.body, dict) and request.body.get("message") == text
            elif request.query.get("tag") in tags or any(request.path.endswith(path) for path in paths):
                asked += 1
        return {"posts": posts, "asked": asked, "receivers": sum(len(post.receivers) for post in accepted)}


if __name__ == "__main__":
    asyncio.run(main())
