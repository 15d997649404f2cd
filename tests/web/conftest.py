"""A real server on a free port, in front of functions that write down what they are given."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bridge.domain.ids import AccountId
from bridge.ports.callbacks import Readiness, Secrets
from bridge.web.health import Health
from bridge.web.ovh import OvhCallbacks
from bridge.web.server import serve

NOW = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
SECRET = "kX3-current_0123456789"
OLD = "kX3-old_0123456789abcd"


class StoppedClock:
    """Noon, until it is set."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


@dataclass
class Behind:
    """What stands behind the server: it keeps what was taken and what was counted."""

    clock: StoppedClock = field(default_factory=StoppedClock)
    rows: list[tuple[object, ...]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    failure: Exception | None = None
    committed: asyncio.Event = field(default_factory=asyncio.Event)
    alive: bool = True
    readiness: Readiness | None = field(
        default_factory=lambda: Readiness(True, True, True, {"phones": {"accueil": "keys"}})
    )
    port: int = 0

    def __post_init__(self) -> None:
        self.committed.set()

    async def find(self, slug: str) -> Secrets | None:
        self.asked.append(slug)
        if slug == "accueil":
            return Secrets(AccountId(1), SECRET, OLD, NOW + timedelta(hours=24))
        return Secrets(AccountId(2), "another-secret-for-garde") if slug == "garde" else None

    async def take(self, *row: object) -> None:
        if self.failure:
            raise self.failure
        self.rows.append(row)
        await self.committed.wait()

    async def ready(self) -> Readiness:
        if self.readiness is None:
            raise OSError("no such database")
        return self.readiness

    def routes(self, patience: float = 20) -> list:
        callbacks = OvhCallbacks(self.find, self.take, self.take, self.take, self.refused.append, self.clock, patience)
        health = Health(lambda: self.alive, self.ready, lambda: b"bridge_up 1.0\n")
        return [*callbacks.routes(), *health.routes()]

    async def raw(self, request: bytes) -> bytes:
        """All that the server answers to these bytes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(request)
            await writer.drain()
            async with asyncio.timeout(5):
                return await reader.read()
        finally:
            writer.close()

    async def get(self, path: str, method: str = "GET") -> tuple[int, bytes]:
        """Status and body. The path is sent as it is, each character a byte."""
        return read(await self.raw(f"{method} {path} HTTP/1.1\r\n{HEADERS}\r\n".encode("latin-1")))

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        form = "Content-Type: application/x-www-form-urlencoded\r\n"
        head = f"POST {path} HTTP/1.1\r\n{HEADERS}{form}Content-Length: {len(body)}\r\n\r\n"
        return read(await self.raw(head.encode("latin-1") + body))


HEADERS = "Host: localhost\r\nConnection: close\r\n"


def read(answer: bytes) -> tuple[int, bytes]:
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


@pytest.fixture
async def behind() -> AsyncIterator[Behind]:
    behind = Behind()
    async with serve("127.0.0.1", 0, behind.routes()) as port:
        behind.port = port
        yield behind
