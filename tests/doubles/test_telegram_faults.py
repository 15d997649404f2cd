"""What goes wrong on demand, and what is recorded of it."""

import asyncio
import json

import aiohttp
import pytest

from tests.doubles.conftest import Api
from tests.doubles.telegram import Fault, Room, TelegramDouble, Unsupported, User


async def test_a_rate_limit_says_how_long_and_is_over_after_its_call(
    telegram: TelegramDouble, api: Api, room: Room
) -> None:
    telegram.script(Fault.rate_limited(7))
    telegram.script(Fault.rate_limited(None))
    first, second = [await api("sendMessage", chat_id=room.id, text="!") for _ in range(2)]

    assert (first["error_code"], first["parameters"]) == (429, {"retry_after": 7})
    assert first["description"] == "Too Many Requests: retry after 7"
    assert (second["error_code"], "parameters" in second) == (429, False)
    assert room.messages == []
    await api.result("sendMessage", chat_id=room.id, text="!")
    assert [(call.status, call.fault) for call in telegram.called("sendMessage")] == [
        (429, "rate_limited"),
        (429, "rate_limited"),
        (200, None),
    ]


async def test_a_fault_can_be_for_one_chat_and_until_it_is_cancelled(telegram: TelegramDouble, api: Api) -> None:
    slow, free = telegram.supergroup("A"), telegram.supergroup("B")
    scripted = telegram.script(Fault.rate_limited(3), times=None, chat=slow)

    for _ in range(2):
        assert await api.refusal("sendMessage", chat_id=slow.id, text="!")
        assert await api.result("sendMessage", chat_id=free.id, text="!")
    scripted.cancel()
    assert await api.result("sendMessage", chat_id=slow.id, text="!")
    assert scripted.hits == 2


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault.unauthorized(), 401),
        (Fault.conflict(), 409),
        (Fault.broken(500), 500),
        (Fault.broken(502), 502),
        (Fault.refuses(400, "Bad Request: TOPIC_DELETED"), 400),
    ],
)
async def test_refusals_in_telegrams_form(
    telegram: TelegramDouble, api: Api, room: Room, fault: Fault, status: int
) -> None:
    telegram.script(fault)

    assert (await api("sendMessage", chat_id=room.id, text="!"))["error_code"] == status
    assert room.messages == []


async def post(api: Api, room: Room) -> tuple[int, str]:
    url = f"{api.telegram.url}/bot{api.telegram.token}/sendMessage"
    async with api.session.post(url, json={"chat_id": room.id, "text": "!"}) as response:
        return response.status, await response.text()


@pytest.mark.parametrize(
    ("fault", "status", "done"),
    [
        (Fault.html(502), 502, 0),
        (Fault.html(200, carried_out=True), 200, 1),
        (Fault.broken(504, carried_out=True), 504, 1),
        (Fault.garbage(), 200, 1),
        (Fault.odd_answer(), 200, 1),
        (Fault.answers(418, b"teapot"), 418, 0),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else str(value),
)
async def test_answers_that_tell_nothing(
    telegram: TelegramDouble, api: Api, room: Room, fault: Fault, status: int, done: int
) -> None:
    telegram.script(fault)

    answered, body = await post(api, room)

    assert (answered, len(room.messages)) == (status, done)
    if fault.name == "garbage":
        with pytest.raises(json.JSONDecodeError):
            json.loads(body)


@pytest.mark.parametrize(
    ("fault", "done"),
    [(Fault.reset(), 0), (Fault.reset(carried_out=True), 1), (Fault.cut_short(), 1)],
    ids=["before", "after", "short"],
)
async def test_a_connection_that_breaks_off(
    telegram: TelegramDouble, api: Api, room: Room, fault: Fault, done: int
) -> None:
    telegram.script(fault)

    with pytest.raises(aiohttp.ClientError):
        await post(api, room)

    assert len(room.messages) == done


async def test_a_call_hangs_until_it_is_let_go(telegram: TelegramDouble, api: Api, room: Room) -> None:
    telegram.script(Fault.hang(carried_out=True))
    telegram.script(Fault.hang())
    first = asyncio.create_task(post(api, room))
    await telegram.until(lambda: telegram.hanging == 1)
    second = asyncio.create_task(post(api, room))
    await telegram.until(lambda: telegram.hanging == 2)

    telegram.release()

    assert (await first)[0] == 200
    with pytest.raises(aiohttp.ClientError):
        await second
    assert len(room.messages) == 1


async def test_a_lost_answer_of_a_poll_loses_no_update(
    telegram: TelegramDouble, api: Api, room: Room, claire: User
) -> None:
    room.types(claire, "bonjour")
    telegram.script(Fault.reset(carried_out=True), on="getUpdates")

    with pytest.raises(aiohttp.ClientError):
        await api.updates()

    assert len(await api.updates()) == 1


async def test_unplugged_it_refuses_connections_and_forgets_nothing(
    telegram: TelegramDouble, api: Api, room: Room, claire: User
) -> None:
    url = telegram.url
    await telegram.unplug()
    room.types(claire, "pendant la panne")
    with pytest.raises(aiohttp.ClientConnectorError):
        await api.updates()
    await telegram.plug_in()

    assert telegram.url == url
    assert len(await api.updates()) == 1


async def test_whoever_polls_or_hangs_while_it_is_unplugged_loses_the_connection(
    telegram: TelegramDouble, api: Api, room: Room
) -> None:
    telegram.script(Fault.hang())
    waiting = [asyncio.create_task(api.updates(timeout=50)), asyncio.create_task(post(api, room))]
    await telegram.until(lambda: telegram.polled and telegram.hanging)

    async with asyncio.timeout(0.9):  # aiohttp would wait a second for each
        await telegram.unplug()

    for task in waiting:
        with pytest.raises(aiohttp.ClientError):
            await task
    assert not telegram.polled


async def test_wrong_revoked_and_malformed_tokens(telegram: TelegramDouble, api: Api) -> None:
    async def code(path: str) -> int:
        async with api.session.get(f"{telegram.url}{path}") as response:
            body = await response.json()
            assert body["error_code"] == response.status
            return response.status

    assert await code("/bot123456:wrong/getMe") == 401
    assert await code("/botnonsense/getMe") == 404
    assert await code("/") == 404
    assert await code(f"/bot{telegram.token}/getEverything") == 404
    telegram.revoke_token()
    assert await code(f"/bot{telegram.token}/getMe") == 401
    telegram.revoke_token(revoked=False)
    assert await api.result("getMe")
    assert not any(telegram.token in repr(call) for call in telegram.calls)


async def test_arguments_are_read_from_query_form_json_and_multipart(
    telegram: TelegramDouble, api: Api, room: Room
) -> None:
    url = f"{telegram.url}/bot{telegram.token}/SENDMESSAGE"
    said = {"chat_id": str(room.id), "text": "é"}
    parts = aiohttp.FormData(said)
    parts.add_field("entities", "[]", content_type="text/plain")
    async with api.session.get(url, params=said) as one, api.session.post(url, data=said) as two:
        assert (one.status, two.status) == (200, 200)
    async with api.session.post(url, json=said) as three, api.session.post(url, data=parts()) as four:
        assert (three.status, four.status) == (200, 200)
    async with api.session.post(url, data=b"{", headers={"Content-Type": "application/json"}) as broken:
        assert broken.status == 400

    assert room.texts == ["é"] * 4


@pytest.mark.parametrize(
    ("method", "args"),
    [
        ("banChatMember", {}),
        ("sendMessage", {"text": "*", "parse_mode": "MarkdownV2"}),
        ("sendMessage", {"text": "!", "message_effect_id": "1"}),
        ("sendMessage", {"text": "!", "reply_markup": {"force_reply": True}}),
    ],
)
async def test_what_the_double_does_not_know_fails_its_test(method: str, args: dict[str, object]) -> None:
    with pytest.RaisesGroup(Unsupported):
        async with TelegramDouble() as telegram, aiohttp.ClientSession() as session:
            room = telegram.supergroup("Accueil")
            answer = await Api(telegram, session)(method, chat_id=room.id, **args)
            assert answer["error_code"] == 500
