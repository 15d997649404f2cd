"""What Telegram's refusals mean in our words, and that no secret and nothing foreign leaves with them."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from bridge.adapters.telegram import TelegramPlatform
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Refusal, Temporary
from bridge.domain.ids import PostId, RoomAddress
from bridge.ports.chat import Post, PostedRef
from tests.clock import LeapingClock
from tests.contract.worlds import Recorder, SwiftClock, listening
from tests.doubles.telegram import TOKEN, Fault, Room, TelegramDouble

Failure = Temporary | Permanent | OutcomeUnknown
SECRET = TOKEN.partition(":")[2]


def a_post(room: Room, text: str = "Mme Durand : oui") -> Post:
    return Post(PostId(1), RoomAddress("telegram", str(room.id)), text)


async def failure_of(call: Awaitable[object]) -> Failure:
    with pytest.raises((Temporary, Permanent, OutcomeUnknown)) as caught:
        await call
    assert isinstance(caught.value, Failure)
    return caught.value


REFUSALS: list[tuple[int, str, Refusal]] = [
    (403, "Forbidden: bot was kicked from the group chat", Refusal.ROOM_GONE),
    (403, "Forbidden: bot was blocked by the user", Refusal.ROOM_GONE),
    (403, "Forbidden: user is deactivated", Refusal.ROOM_GONE),
    (403, "Forbidden: bot is not a member of the supergroup chat", Refusal.ROOM_GONE),
    (403, "Forbidden: the group chat was deleted", Refusal.ROOM_GONE),
    (400, "Bad Request: chat not found", Refusal.ROOM_GONE),
    (400, "Bad Request: group chat was deactivated", Refusal.ROOM_GONE),
    (400, "Bad Request: PEER_ID_INVALID", Refusal.ROOM_GONE),
    (400, "Bad Request: message thread not found", Refusal.ROOM_GONE),
    (400, "Bad Request: TOPIC_DELETED", Refusal.ROOM_GONE),
    (400, "Bad Request: TOPIC_ID_INVALID", Refusal.ROOM_GONE),
    (400, "Bad Request: TOPIC_CLOSED", Refusal.MAY_NOT_WRITE),
    (400, "Bad Request: not enough rights to send text messages to the chat", Refusal.MAY_NOT_WRITE),
    (400, "Bad Request: have no rights to send a message", Refusal.MAY_NOT_WRITE),
    (400, "Bad Request: CHAT_WRITE_FORBIDDEN", Refusal.MAY_NOT_WRITE),
    (400, "Bad Request: message is too long", Refusal.TOO_LONG),
    (400, "Bad Request: message text is empty", Refusal.EMPTY),
    (400, "Bad Request: something new", Refusal.OTHER),
]


@pytest.mark.parametrize(("code", "said", "refusal"), REFUSALS)
async def test_what_telegram_refuses_for_good(
    telegram: TelegramDouble, platform: TelegramPlatform, group: Room, code: int, said: str, refusal: Refusal
) -> None:
    telegram.script(Fault.refuses(code, said))

    failure = await failure_of(platform.post(a_post(group)))

    assert isinstance(failure, Permanent)
    assert failure.reason is refusal


SURELY_NOT = [
    (Fault.rate_limited(7), Reason.RATE),
    (Fault.unauthorized(), Reason.KEYS),
    (Fault.refuses(404, "Not Found"), Reason.KEYS),
    (Fault.conflict(), Reason.SERVER),
    (Fault.html(400), Reason.SERVER),
    (Fault.html(401), Reason.SERVER),
    (Fault.html(403), Reason.SERVER),
    (Fault.html(404), Reason.SERVER),
    (Fault.html(413), Reason.SERVER),
    (Fault.html(429), Reason.SERVER),
    (Fault.answers(403, b'{"error": "blocked by policy"}'), Reason.SERVER),
    (Fault.answers(302, b""), Reason.SERVER),
    (Fault.refuses(413, "Request Entity Too Large"), Reason.SERVER),
    (Fault.refuses(420, "FLOOD"), Reason.SERVER),
    (Fault.answers(303, b'{"ok": false, "error_code": 303, "description": "See Other"}'), Reason.SERVER),
]


@pytest.mark.parametrize(("fault", "reason"), SURELY_NOT, ids=lambda value: getattr(value, "name", ""))
async def test_what_surely_was_not_sent_and_a_proxys_page_that_says_nothing_of_the_room(
    telegram: TelegramDouble, platform: TelegramPlatform, group: Room, fault: Fault, reason: Reason
) -> None:
    telegram.script(fault)

    failure = await failure_of(platform.post(a_post(group)))

    assert isinstance(failure, Temporary)
    assert failure.reason is reason


PERHAPS = [
    (Fault.broken(500), Reason.SERVER),
    (Fault.broken(502, carried_out=True), Reason.SERVER),
    (Fault.html(502), Reason.SERVER),
    (Fault.html(504, carried_out=True), Reason.SERVER),
    (Fault.html(200), Reason.SERVER),
    (Fault.garbage(), Reason.SERVER),
    (Fault.odd_answer(), Reason.SERVER),
    (Fault.odd_answer([]), Reason.SERVER),
    (Fault.odd_answer({"ok": True}), Reason.SERVER),
    (Fault.odd_answer({"ok": True, "result": {}}), Reason.SERVER),
    (Fault.odd_answer({"ok": True, "result": {"message_id": "7"}}), Reason.SERVER),
    (Fault.answers(500, b"[]"), Reason.SERVER),
    (Fault.answers(503, b'{"ok":false,"parameters":[]}'), Reason.SERVER),
    (Fault.reset(), Reason.NETWORK),
    (Fault.reset(carried_out=True), Reason.NETWORK),
    (Fault.cut_short(), Reason.NETWORK),
    (Fault.hang(), Reason.NETWORK),
]


@pytest.mark.parametrize(("fault", "reason"), PERHAPS, ids=lambda value: getattr(value, "name", ""))
async def test_what_was_perhaps_sent(
    telegram: TelegramDouble, clock: LeapingClock, group: Room, fault: Fault, reason: Reason
) -> None:
    telegram.script(fault)

    async with TelegramPlatform(telegram.token, telegram.url, clock, timeout=0.3) as platform:
        failure = await failure_of(platform.post(a_post(group)))

    assert isinstance(failure, OutcomeUnknown)
    assert failure.reason is reason


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def speaking(talk: Talk) -> AsyncIterator[TelegramPlatform]:
    """A bot whose Telegram says just these bytes."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return  # who called hung up
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with TelegramPlatform(TOKEN, f"http://127.0.0.1:{port}/", SwiftClock(), timeout=0.4) as platform:
            yield platform


def says(*parts: bytes) -> Talk:
    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()

    return talk


async def dribbles(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A byte now and then, for ever: each read is in time, the answer never is."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BYTES: dict[str, Talk] = {
    "no HTTP": says(b"SSH-2.0-OpenSSH_9.9\r\n"),
    "nothing": says(b""),
    "half a head": says(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "half a body": says(HEAD + b"Content-Length: 500\r\n\r\n", b'{"ok":true,"result":{"message_id":7'),
    "half a chunk": says(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b'20\r\n{"ok":true'),
    "no UTF-8": says(HEAD + b"Content-Length: 4\r\n\r\n\xff\xfe\x00\xd8"),
    "a false gzip": says(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd"),
    "nested too deeply": says(HEAD + b"Content-Length: 200000\r\n\r\n" + b"[" * 200000),
    "a dribble": dribbles,
}


@pytest.mark.parametrize("how", BYTES)
async def test_bytes_that_are_no_answer_leave_it_open(how: str) -> None:
    async with speaking(BYTES[how]) as platform:
        failure = await failure_of(platform.post(Post(PostId(1), RoomAddress("telegram", "-1001"), "Oui")))

    assert isinstance(failure, OutcomeUnknown)


async def test_no_redirect_is_followed_with_the_token() -> None:
    calls = 0

    async def elsewhere(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n")

    async with speaking(elsewhere) as platform:
        await failure_of(platform.post(Post(PostId(1), RoomAddress("telegram", "-1001"), "Oui")))

    assert calls == 1


async def test_a_port_that_speaks_no_tls_was_surely_told_nothing(telegram: TelegramDouble, group: Room) -> None:
    async with TelegramPlatform(TOKEN, telegram.url.replace("http:", "https:"), SwiftClock()) as platform:
        failure = await failure_of(platform.post(a_post(group)))

    assert isinstance(failure, Temporary)
    assert failure.reason is Reason.NETWORK
    assert telegram.calls == []


async def test_a_name_server_that_does_not_answer_was_surely_in_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    async def asks_for_ever(*_: object, **__: object) -> list[object]:
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", asks_for_ever)
    async with TelegramPlatform(TOKEN, "http://telegram.example", SwiftClock(), timeout=0.3) as platform:
        failure = await failure_of(platform.post(Post(PostId(1), RoomAddress("telegram", "-1001"), "Oui")))

    assert isinstance(failure, Temporary)
    assert failure.reason is Reason.NETWORK


def whole_story(error: BaseException) -> str:
    """Everything that a log may tell of it, its causes and contexts included."""
    told, left = [], [error]
    while left:
        one = left.pop()
        told += [repr(one), str(one), *traceback.format_exception(one)]
        left += [other for other in (one.__cause__, one.__context__) if other is not None]
    return "\n".join(told)


STORIES = [
    *(fault for fault, _ in SURELY_NOT),
    *(fault for fault, _ in PERHAPS if fault.name not in ("hang", "odd_answer")),
    Fault.odd_answer(),
    Fault.refuses(400, f"Bad Request: {'x' * 500}"),
    Fault.answers(500, f"/bot{TOKEN}/sendMessage failed".encode()),
    Fault.answers(403, f"/bot{TOKEN}/sendMessage is not allowed here".encode()),
]


@pytest.mark.parametrize("fault", STORIES, ids=lambda fault: fault.name)
async def test_no_failure_carries_the_token_the_address_or_the_words(
    telegram: TelegramDouble,
    platform: TelegramPlatform,
    group: Room,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
) -> None:
    caplog.set_level(logging.DEBUG)
    telegram.script(fault, "*", None)
    ref = PostedRef(RoomAddress("telegram", str(group.id)), "7")

    with capture_logs() as logged:
        stories = [whole_story(await failure_of(platform.post(a_post(group))))]
        stories.append(whole_story(await failure_of(platform.edit(ref, a_post(group)))))
        stories.append(str(await platform.check({RoomAddress("telegram", str(group.id)): True})))

    for told in (*stories, caplog.text, str(logged), repr(platform), str(vars(platform))):
        for secret in (SECRET, telegram.url, "Durand"):
            assert secret not in told


async def test_what_cannot_be_reached_and_what_is_listened_to_tell_no_secret_either(
    telegram: TelegramDouble, platform: TelegramPlatform, group: Room, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for url in ("http://127.0.0.1:1", "http://127.0.0.1:99999", "http://[::1", "http://no.such.host.invalid"):
        async with TelegramPlatform(TOKEN, url, SwiftClock()) as lost:
            assert SECRET not in whole_story(await failure_of(lost.post(a_post(group))))
    group.types(telegram.person("Karim"), "Mme Durand")
    telegram.updates.poison()
    sink = Recorder()
    with capture_logs() as logged:
        async with listening(platform, sink):
            await sink.until_events(2)

    for secret in (SECRET, "Durand"):
        assert secret not in caplog.text
        assert secret not in str(logged)


async def test_a_platform_outside_its_context_says_so(telegram: TelegramDouble, group: Room) -> None:
    platform = TelegramPlatform(TOKEN, telegram.url, SwiftClock())

    with pytest.raises(RuntimeError, match="context"):
        await platform.post(a_post(group))
