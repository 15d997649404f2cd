"""How the browser's platform behaves beyond what every platform does alike."""

import asyncio

import pytest

from bridge.adapters.browser import BrowserPlatform
from bridge.domain.failures import Temporary
from bridge.domain.ids import PostId, RoomAddress
from bridge.ports.chat import Post
from bridge.sandbox.chat import ChatServer, Trouble
from tests.contract.worlds import BOUND, Recorder, SwiftClock, listening


class PatientClock(SwiftClock):
    """Sleeps until it is woken, and counts how often it was asked to."""

    def __init__(self) -> None:
        super().__init__()
        self.awake = asyncio.Event()
        self.asleep = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.asleep.set()
        await self.awake.wait()


async def test_pauses_grow_while_polls_fail_and_begin_anew_after_a_good_one() -> None:
    clock, sink = SwiftClock(), Recorder()
    async with ChatServer() as server, BrowserPlatform(server.url, server.bot_token, clock) as platform:
        server.add_room("demo")
        server.mischief.plan("events", Trouble.ERROR_BEFORE, times=9)
        server.say("demo", "Claire", "un")
        async with listening(platform, sink):
            await sink.until_events(1)
            server.mischief.plan("events", Trouble.UNAUTHORIZED)
            server.say("demo", "Claire", "deux")  # ends the poll that is open
            await sink.until_events(2)
            server.say("demo", "Claire", "trois")
            await sink.until_events(3)

    assert clock.slept == [0.5, 1, 2, 4, 8, 16, 30, 30, 30, 0.5]


async def test_the_pause_is_as_long_as_the_chat_asks_for() -> None:
    clock, sink = SwiftClock(), Recorder()
    async with ChatServer() as server, BrowserPlatform(server.url, server.bot_token, clock) as platform:
        server.add_room("demo")
        server.mischief.plan("events", Trouble.RATE, retry_after=40)
        server.say("demo", "Claire", "un")
        async with listening(platform, sink):
            await sink.until_events(1)

    assert clock.slept == [40]


async def test_a_failed_poll_is_not_repeated_before_its_pause_is_over() -> None:
    clock, sink = PatientClock(), Recorder()
    async with ChatServer() as server, BrowserPlatform(server.url, server.bot_token, clock) as platform:
        server.add_room("demo")
        server.mischief.plan("events", Trouble.UNAUTHORIZED)
        async with listening(platform, sink):
            async with asyncio.timeout(BOUND):
                await clock.asleep.wait()
            server.say("demo", "Claire", "un")
            assert list(server.calls) == []
            clock.awake.set()
            await sink.until_events(1)

    assert clock.slept == [0.5]


async def test_a_chat_that_answers_nothing_at_once_is_not_asked_in_a_rush() -> None:
    clock, sink = PatientClock(), Recorder()
    async with ChatServer() as server:
        platform = BrowserPlatform(server.url, server.bot_token, clock, poll_wait=0.2)
        async with platform, listening(platform, sink):
            server.log.wake()
            async with asyncio.timeout(BOUND):
                while not clock.slept:
                    server.log.wake()
                    await asyncio.sleep(0)

    assert clock.slept == [0.5]


async def test_a_cursor_of_something_else_is_refused_rather_than_begun_anew() -> None:
    async with BrowserPlatform("http://127.0.0.1:1", "token", SwiftClock()) as platform:
        with pytest.raises(ValueError, match="abc"):
            await platform.listen(Recorder(), "abc")


async def test_the_wrong_token_is_a_matter_of_keys() -> None:
    async with ChatServer() as server, BrowserPlatform(server.url, "wrong", SwiftClock()) as platform:
        [finding] = await platform.check({})
        with pytest.raises(Temporary):
            await platform.post(Post(PostId(1), RoomAddress("web", "demo"), "Oui"))

    assert (finding.level, finding.params["reason"]) == ("error", "keys")


async def test_no_redirect_is_followed_with_the_token() -> None:
    seen: list[bytes] = []

    async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    proxy = await asyncio.start_server(elsewhere, "127.0.0.1", 0)
    async with proxy:
        port = proxy.sockets[0].getsockname()[1]
        async with BrowserPlatform(f"http://127.0.0.1:{port}", "token", SwiftClock()) as platform:
            await platform.check({})

    assert len(seen) == 1
