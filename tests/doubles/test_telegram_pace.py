"""Telegram's own limits, where a test asks for them."""

from tests.clock import LeapingClock
from tests.doubles.conftest import Api
from tests.doubles.telegram import TelegramDouble


async def test_a_chat_is_told_no_more_than_its_share_a_minute(
    telegram: TelegramDouble, api: Api, clock: LeapingClock
) -> None:
    telegram.keep_pace(count=3, seconds=60)
    room, other = telegram.supergroup("A"), telegram.supergroup("B")
    sent = [await api.result("sendMessage", chat_id=room.id, text=f"{number}") for number in range(2)]
    await api.result("editMessageText", chat_id=room.id, message_id=sent[0]["message_id"], text="zéro")

    refused = await api("sendMessage", chat_id=room.id, text="trop")
    assert refused["error_code"] == 429
    assert 1 <= refused["parameters"]["retry_after"] <= 60
    assert await api.result("sendMessage", chat_id=other.id, text="ailleurs")
    clock.leap(refused["parameters"]["retry_after"])
    assert await api.result("sendMessage", chat_id=room.id, text="maintenant")
    assert room.texts == ["zéro", "1", "maintenant"]
