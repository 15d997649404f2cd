"""The queue of updates: confirmed by the next poll, kept for 24 hours, one poller at a time."""

import asyncio

import pytest

from tests.clock import LeapingClock
from tests.doubles.conftest import Api
from tests.doubles.telegram import Room, TelegramDouble, User


def ids(updates: list[dict[str, object]]) -> list[object]:
    return [update["update_id"] for update in updates]


async def test_updates_come_again_until_a_higher_offset_confirms_them(api: Api, room: Room, claire: User) -> None:
    for text in ("un", "deux", "trois"):
        room.types(claire, text)

    first = await api.updates()
    again = await api.updates()
    rest = await api.updates(offset=first[1]["update_id"])
    after = await api.updates(offset=first[2]["update_id"] + 1)

    assert first == again
    assert [update["message"]["text"] for update in first] == ["un", "deux", "trois"]
    assert ids(rest) == ids(first[1:])
    assert after == []


async def test_ids_follow_each_other_and_a_page_has_at_most_a_hundred(api: Api, room: Room, claire: User) -> None:
    for number in range(120):
        room.types(claire, f"{number}")

    page = await api.updates()
    small = await api.updates(limit=3)
    none_asked = await api.updates(limit=0)

    assert ids(page) == list(range(page[0]["update_id"], page[0]["update_id"] + 100))
    assert len(small) == 3
    assert len(none_asked) == 1


async def test_a_negative_offset_forgets_all_but_the_last(api: Api, room: Room, claire: User) -> None:
    for text in ("un", "deux", "trois"):
        room.types(claire, text)

    [last] = await api.updates(offset=-1)

    assert last["message"]["text"] == "trois"
    assert ids(await api.updates()) == [last["update_id"]]


async def test_a_long_poll_returns_at_once_when_somebody_writes(
    telegram: TelegramDouble, api: Api, room: Room, claire: User
) -> None:
    poll = asyncio.create_task(api.updates(timeout=50))
    await telegram.until(lambda: telegram.polled)
    room.types(claire, "bonjour")

    [update] = await poll
    assert update["message"]["text"] == "bonjour"
    assert not telegram.polled


async def test_a_long_poll_ends_empty_when_its_time_is_over(
    telegram: TelegramDouble, api: Api, clock: LeapingClock
) -> None:
    poll = asyncio.create_task(api.updates(timeout=50))
    await telegram.until(lambda: telegram.polled)
    clock.leap(50)

    assert await poll == []


async def test_the_older_of_two_polls_is_told_of_the_conflict(telegram: TelegramDouble, api: Api) -> None:
    older = asyncio.create_task(api("getUpdates", timeout=50))
    await telegram.until(lambda: telegram.polled)
    younger = asyncio.create_task(api("getUpdates", timeout=50))

    told = await older
    assert (told["error_code"], told["description"]) == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
    younger.cancel()


async def test_a_caller_that_hangs_up_polls_no_more(telegram: TelegramDouble, api: Api) -> None:
    poll = asyncio.create_task(api.updates(timeout=50))
    await telegram.until(lambda: telegram.polled)
    poll.cancel()

    await telegram.until(lambda: not telegram.polled)


async def test_a_webhook_keeps_pollers_away_until_it_is_deleted(
    telegram: TelegramDouble, api: Api, room: Room, claire: User
) -> None:
    poll = asyncio.create_task(api("getUpdates", timeout=50))
    await telegram.until(lambda: telegram.polled)
    await api.result("setWebhook", url="https://example.org/hook", secret_token="abc")
    room.types(claire, "bonjour")

    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"
    assert "webhook is active" in await api.refusal("getUpdates")
    info = await api.result("getWebhookInfo")
    assert (info["url"], info["pending_update_count"]) == ("https://example.org/hook", 1)
    await api.result("deleteWebhook", drop_pending_updates=False)
    assert len(await api.updates()) == 1
    await api.result("deleteWebhook", drop_pending_updates=True)
    assert await api.updates() == []


async def test_kinds_that_were_not_asked_for_are_never_queued(api: Api, room: Room, claire: User) -> None:
    message = room.types(claire, "bonjour")
    room.reacts(claire, message, "👍")
    assert await api.kinds() == ["text"]

    await api.updates(allowed_updates=["message_reaction"])
    room.types(claire, "encore")
    room.reacts(claire, message, "👎")
    assert await api.kinds() == ["text", "message_reaction"]
    assert (await api.result("getWebhookInfo"))["allowed_updates"] == ["message_reaction"]

    await api.updates(allowed_updates=[])
    room.types(claire, "enfin")
    assert await api.kinds() == ["text", "message_reaction", "text"]


async def test_what_nobody_fetched_is_dropped_after_24_hours(
    api: Api, room: Room, claire: User, clock: LeapingClock
) -> None:
    room.types(claire, "hier")
    clock.leap(23 * 3600)
    room.types(claire, "ce matin")
    clock.leap(3601)

    assert [update["message"]["text"] for update in await api.updates()] == ["ce matin"]


async def test_a_press_is_dropped_after_150_seconds(api: Api, room: Room, claire: User, clock: LeapingClock) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Oui", "callback_data": "yes"}]]}
    await api.result("sendMessage", chat_id=room.id, text="?", reply_markup=keyboard)
    press = room.presses(claire, room.messages[-1], "yes")
    assert await api.kinds() == ["callback_query"]

    clock.leap(151)

    assert await api.updates() == []
    assert "query is too old" in await api.refusal("answerCallbackQuery", callback_query_id=press.id)


async def test_ids_can_jump_and_restart_lower_and_an_offset_of_before_hides_nothing(
    telegram: TelegramDouble, api: Api, room: Room, claire: User
) -> None:
    room.types(claire, "avant")
    [before] = await api.updates()
    telegram.updates.jump(40)
    room.types(claire, "après le trou")
    [_, gap] = await api.updates()
    await api.updates(offset=gap["update_id"] + 1)

    telegram.updates.restart(1234)
    room.types(claire, "une semaine après")
    [lower] = await api.updates(offset=gap["update_id"] + 1)

    assert gap["update_id"] == before["update_id"] + 41
    assert (lower["update_id"], lower["message"]["text"]) == (1234, "une semaine après")


async def test_what_was_confirmed_can_come_once_more(
    telegram: TelegramDouble, api: Api, room: Room, claire: User
) -> None:
    room.types(claire, "un")
    [first] = await api.updates()
    await api.updates(offset=first["update_id"] + 1)

    telegram.updates.repeat()

    assert await api.updates(offset=first["update_id"]) == [first]


@pytest.mark.parametrize("kind", ["date", "chat"])
async def test_poison_stands_in_the_queue_like_any_other(
    telegram: TelegramDouble, api: Api, room: Room, claire: User, kind: str
) -> None:
    poison = telegram.updates.poison(kind)
    room.types(claire, "après")

    first, second = await api.updates()
    assert first["update_id"] == poison
    assert second["message"]["text"] == "après"
    assert first["message"].get("date") == "yesterday" or "chat" not in first["message"]
