"""What tests call the simulated OVH with: a signing client of its own, and a clock moved by hand."""

import asyncio
import hashlib
import heapq
import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import aiohttp
from yarl import URL

from bridge.sandbox.ovh import SimulatedOvh, SmsAccount

DURAND = "+33612345678"
PETIT = "+33612345679"
DIALLO = "+33612345670"


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    json: Any
    text: str
    headers: dict[str, str]


class Caller:
    """Signs as OVH's cookbook says, independently of OVH's own client."""

    def __init__(self, ovh: SimulatedOvh, account: SmsAccount | None = None) -> None:
        self.ovh = ovh
        self.account = account or SmsAccount()
        self.now: Callable[[], float] = time.time
        self.signs_port = True

    async def __aenter__(self) -> Self:
        self.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()

    def headers(self, method: str, url: str, body: str) -> dict[str, str]:
        account, now = self.account, str(int(self.now()))
        signed = url if self.signs_port else url.replace(f":{URL(url).port}", "", 1)
        parts = [account.application_secret, account.consumer_key, method, signed, body, now]
        return {
            "X-Ovh-Application": account.application_key,
            "X-Ovh-Consumer": account.consumer_key,
            "X-Ovh-Timestamp": now,
            "X-Ovh-Signature": "$1$" + hashlib.sha1("+".join(parts).encode()).hexdigest(),
        }

    async def call(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> Answered:
        url = self.ovh.url + path
        data = "" if body is None else json.dumps(body)
        signed = self.headers(method, url, data) if headers is None else headers
        async with self.session.request(method, URL(url, encoded=True), data=data, headers=signed) as answer:
            text = await answer.text()
            try:
                decoded = json.loads(text)
            except ValueError:
                decoded = None
            return Answered(answer.status, decoded, text, dict(answer.headers))

    async def get(self, path: str) -> Any:
        """A GET under /sms/{service} that succeeds."""
        answered = await self.call("GET", f"/sms/{self.account.service_name}{path}")
        assert answered.status == 200, answered
        return answered.json

    async def post_jobs(self, **body: object) -> Answered:
        return await self.call("POST", f"/sms/{self.account.service_name}/jobs", body)

    async def send(self, *receivers: str, text: str = "Bonjour", **more: object) -> Answered:
        """One POST from the short number."""
        return await self.post_jobs(
            **{"message": text, "receivers": list(receivers), "senderForResponse": True, **more}
        )


@dataclass
class HandClock:
    """Time that passes only when a test says so: call it for the time, `sleep` on it, `advance` it."""

    now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    _sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = field(default_factory=list)
    _order: Any = field(default_factory=itertools.count)

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        due = self.now + timedelta(seconds=seconds)
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (due, next(self._order), future))
        await future

    async def sleepers(self, count: int = 1) -> None:
        """Waits until so many tasks sleep."""
        async with asyncio.timeout(5):
            while len([1 for *_, future in self._sleepers if not future.done()]) < count:
                await asyncio.sleep(0)

    async def advance(self, seconds: float) -> None:
        """Lets time pass; whoever slept that long has woken and taken its first steps."""
        end = self.now + timedelta(seconds=seconds)
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, future = heapq.heappop(self._sleepers)
            self.now = max(self.now, due)
            if not future.done():
                future.set_result(None)
            for _ in range(5):
                await asyncio.sleep(0)
        self.now = end
