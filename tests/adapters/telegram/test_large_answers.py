"""Answers larger than any of Telegram's: something in between sends them, and they are not taken into memory."""

import asyncio
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bridge.adapters.telegram import TelegramPlatform
from bridge.adapters.telegram.request import MOST
from bridge.domain.failures import OutcomeUnknown
from bridge.domain.ids import PostId, RoomAddress
from bridge.ports.chat import Post
from tests.contract.worlds import BOUND, SwiftClock
from tests.doubles.telegram import TOKEN

MEGABYTE = 1 << 20
POST = Post(PostId(1), RoomAddress("telegram", "-1001"), "Oui")


@asynccontextmanager
async def answered(head: bytes, part: bytes, *, for_ever: bool) -> AsyncIterator[TelegramPlatform]:
    """A bot whose Telegram answers so."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + head + b"\r\n")
            writer.write(part)
            while for_ever:
                writer.write(part)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return  # who called hung up
        finally:
            writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with TelegramPlatform(TOKEN, f"http://127.0.0.1:{port}", SwiftClock(), timeout=BOUND) as platform:
            yield platform


def packed() -> bytes:
    """Some thousand octets that unpack to more than any answer has."""
    packing = zlib.compressobj(9, wbits=31)
    return b"".join(packing.compress(bytes(MEGABYTE)) for _ in range(2 * MOST // MEGABYTE)) + packing.flush()


@pytest.mark.parametrize("how", ["packed", "endless"])
async def test_what_is_too_large_leaves_it_open_and_the_memory_as_it_was(how: str) -> None:
    bomb = packed()
    if how == "packed":
        given = answered(f"Content-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n".encode(), bomb, for_ever=False)
    else:
        part = b"100000\r\n" + bytes(MEGABYTE) + b"\r\n"
        given = answered(b"Transfer-Encoding: chunked\r\n", part, for_ever=True)
    async with given as platform:
        tracemalloc.start()
        try:
            with pytest.raises(OutcomeUnknown):
                await platform.post(POST)
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert most < 1.5 * MOST
