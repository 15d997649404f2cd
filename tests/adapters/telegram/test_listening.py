"""Listening to Telegram: what is confirmed and when, what was missed, who else listens."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bridge.adapters.telegram import TelegramPlatform
from bridge.adapters.telegram.cursor import Cursor
from bridge.domain.events import Alarm, Missed, Typed
from bridge.domain.ids import RoomAddress
from tests.clock import LeapingClock
from tests.contract.worlds import BOUND, Recorder, listening
from tests.doubles.telegram import Fault, Room, TelegramDouble, User

DAY, HOUR = 86400.0, 3600.0


def texts(sink: Recorder) -> list[str]:
    return [event.text for event in sink.events if isinstance(event, Typed)]


async def until_asleep(clock: LeapingClock) -> None:
    async with asyncio.timeout(BOUND):
        await clock.until_asleep()


async def test_a_webhook_of_before_is_taken_away_and_what_waits_is_kept(
    telegram: TelegramDouble, platform: TelegramPlatform, group: Room, claire: User
) -> None:
    group.types(claire, "pendant le webhook")
    telegram.updates.webhook = "https://example.org/x"
    sink = Recorder()

    async with listening(platform, sink):
        await sink.until_events(1)

    assert texts(sink) == ["pendant le webhook"]


async def test_the_next_poll_confirms_a_batch_and_only_once_it_is_on_disk(
    telegram: TelegramDouble, platform: TelegramPlatform, group: Room, claire: User
) -> None:
    group.types(claire, "un")
    sink = Recorder(gate=asyncio.Event())
    assert sink.gate is not None

    async with listening(platform, sink):
        await sink.until(lambda seen: bool(seen.offered))
        assert len(telegram.called("getUpdates")) == 1
        sink.gate.set()
        await telegram.until(lambda: len(telegram.called("getUpdates")) == 2)

    first, second = telegram.called("getUpdates")
    assert "offset" not in first.args
    assert second.args["offset"] == 869_000_002
    assert set(second.args["allowed_updates"]) == {"message", "edited_message", "callback_query", "my_chat_member"}


async def test_the_probe_stands_between_the_fetch_and_the_sink(
    telegram: TelegramDouble, clock: LeapingClock, group: Room, claire: User
) -> None:
    group.types(claire, "un")
    sink = Recorder()
    seen: list[tuple[str, int, int]] = []

    def probe(name: str) -> None:
        seen.append((name, len(telegram.called("getUpdates")), len(sink.offered)))

    async with (
        TelegramPlatform(telegram.token, telegram.url, clock, probe=probe) as platform,
        listening(platform, sink),
    ):
        await sink.until_events(1)

    assert seen == [("tg.after_fetch", 1, 0)]


async def test_a_cursor_of_something_else_is_refused_rather_than_begun_anew(platform: TelegramPlatform) -> None:
    for cursor in ("abc", "12", "{}", '{"next": "x", "updated": null, "polled": null}', "null"):
        with pytest.raises(ValueError, match="cursor"):
            await platform.listen(Recorder(), cursor)


def poll_is_open(telegram: TelegramDouble, number: int) -> bool:
    return len(telegram.called("getUpdates")) >= number and telegram.polled


async def test_while_nothing_happens_the_time_of_the_last_poll_is_written_down_every_hour(
    telegram: TelegramDouble, platform: TelegramPlatform, clock: LeapingClock
) -> None:
    sink = Recorder()
    async with listening(platform, sink):
        for polls in range(1, 75):
            await telegram.until(partial(poll_is_open, telegram, polls))
            clock.leap(50)

    written = [Cursor.parse(cursor).polled for cursor in sink.cursors]
    assert len(written) == 2
    first, second = written
    assert first is not None
    assert second is not None
    assert timedelta(hours=1) <= second - first <= timedelta(hours=1, minutes=1)
    assert sink.events == []


def a_cursor(clock: LeapingClock, following: int, updated: float, polled: float) -> str:
    """As it was written when the last update and the last poll were so many seconds ago."""
    now = clock.now()
    return Cursor(following, now - timedelta(seconds=updated), now - timedelta(seconds=polled)).text


async def test_a_day_without_listening_is_told_with_the_time_of_which_words_may_be_lost(
    platform: TelegramPlatform, clock: LeapingClock, group: Room, claire: User
) -> None:
    cursor = a_cursor(clock, 869_000_001, 3 * DAY, 2 * DAY)
    group.types(claire, "après")
    sink = Recorder()

    async with listening(platform, sink, cursor):
        missed, typed = await sink.until_events(2)

    assert isinstance(missed, Missed)
    assert isinstance(typed, Typed)
    assert missed.since == Cursor.parse(cursor).polled
    assert abs(missed.until - (clock.now() - timedelta(hours=24))) < timedelta(seconds=30)


async def test_less_than_a_day_without_listening_is_told_to_nobody(
    telegram: TelegramDouble, platform: TelegramPlatform, clock: LeapingClock
) -> None:
    sink = Recorder()

    async with listening(platform, sink, a_cursor(clock, 869_000_001, 23 * HOUR, 23 * HOUR)):
        await telegram.until(lambda: telegram.polled)

    assert sink.events == []


async def test_a_day_in_which_telegram_could_not_be_reached_is_told_too(
    telegram: TelegramDouble, platform: TelegramPlatform, clock: LeapingClock, group: Room, claire: User
) -> None:
    sink = Recorder()
    async with listening(platform, sink):
        await telegram.until(lambda: telegram.polled)
        telegram.script(Fault.broken(502), "getUpdates", 1)
        group.types(claire, "avant")
        await sink.until(lambda seen: texts(seen) == ["avant"])
        await until_asleep(clock)
        clock.leap(25 * HOUR)
        await sink.until(lambda seen: any(isinstance(event, Missed) for event in seen.events))

    assert sum(isinstance(event, Missed) for event in sink.events) == 1


async def gap(
    platform: TelegramPlatform, telegram: TelegramDouble, cursor: str, group: Room, claire: User, ids: int
) -> list[Alarm]:
    telegram.updates.restart(at=ids)
    group.types(claire, "un")
    group.types(claire, "deux")
    sink = Recorder()
    async with listening(platform, sink, cursor):
        await sink.until(lambda seen: texts(seen) == ["un", "deux"])
    return [event for event in sink.events if isinstance(event, Alarm)]


async def test_updates_that_somebody_else_was_given_raise_an_alarm(
    telegram: TelegramDouble, platform: TelegramPlatform, clock: LeapingClock, group: Room, claire: User
) -> None:
    cursor = a_cursor(clock, 500, 6 * DAY, 60)

    assert await gap(platform, telegram, cursor, group, claire, 503) == [Alarm("gap:2026-11-18T12", "gap")]


QUIET = [(500, 6 * DAY, 60, 500), (500, 8 * DAY, 60, 900), (500, 6 * DAY, 25 * HOUR, 900), (500, 8 * DAY, 60, 17)]


@pytest.mark.parametrize(
    ("following", "updated", "polled", "ids"), QUIET, ids=["none missing", "a week", "a day off", "lower after a week"]
)
async def test_ids_that_jump_for_a_known_reason_raise_none(
    telegram: TelegramDouble,
    platform: TelegramPlatform,
    clock: LeapingClock,
    group: Room,
    claire: User,
    following: int,
    updated: float,
    polled: float,
    ids: int,
) -> None:
    cursor = a_cursor(clock, following, updated, polled)

    assert await gap(platform, telegram, cursor, group, claire, ids) == []


async def test_a_hole_within_a_batch_raises_an_alarm(
    telegram: TelegramDouble, platform: TelegramPlatform, group: Room, claire: User
) -> None:
    group.types(claire, "un")
    telegram.updates.jump(2)
    group.types(claire, "quatre")
    sink = Recorder()

    async with listening(platform, sink):
        events = await sink.until_events(3)

    assert [type(event) for event in events] == [Alarm, Typed, Typed]


def ends_with(text: str, sink: Recorder) -> bool:
    return texts(sink)[-1] == text


async def test_ids_that_begin_anew_lower_are_followed(
    telegram: TelegramDouble, platform: TelegramPlatform, group: Room, claire: User
) -> None:
    sink = Recorder()
    async with listening(platform, sink):
        group.types(claire, "avant")
        await sink.until(lambda seen: texts(seen) == ["avant"])
        await telegram.until(lambda: telegram.polled)
        telegram.updates.restart(at=17)
        for text in ("un", "deux", "trois"):
            group.types(claire, text)
            await sink.until(partial(ends_with, text))

    assert texts(sink) == ["avant", "un", "deux", "trois"]


async def test_an_update_without_an_id_is_kept_and_does_not_make_polls_rush(
    telegram: TelegramDouble, platform: TelegramPlatform, clock: LeapingClock
) -> None:
    nameless = b'{"ok":true,"result":[{"message":{"text":"x"}}]}'
    telegram.script(Fault.answers(200, nameless), "getUpdates", 2)
    sink = Recorder()

    async with listening(platform, sink):
        await sink.until_events(1)
        await until_asleep(clock)
        assert len(telegram.called("getUpdates")) == 1
        clock.leap(1)
        await sink.until_events(2)

    assert len(set(sink.events)) == 1


async def test_an_edit_and_a_migration_come_in_the_order_in_which_they_happened(
    telegram: TelegramDouble, platform: TelegramPlatform, claire: User
) -> None:
    group = telegram.group("Petit groupe", [claire])
    message = group.types(claire, "un")
    group.edits(message, "deux")
    there = group.becomes_supergroup(claire, announced=False)
    group.announces_move(claire, new_first=True)
    sink = Recorder()

    async with listening(platform, sink):
        events = await sink.until_events(4)

    assert [type(event).__name__ for event in events] == ["Typed", "Edited", "RoomMoved", "RoomMoved"]
    assert events[2] == events[3]
    assert events[2].to == RoomAddress("telegram", str(there.id))  # type: ignore[union-attr]


async def test_where_another_bot_stood_says_nothing_of_this_one(
    platform: TelegramPlatform, telegram: TelegramDouble, clock: LeapingClock, group: Room, claire: User
) -> None:
    at = clock.now() - timedelta(days=2)
    group.types(claire, "au nouveau")
    sink = Recorder()

    async with listening(platform, sink, Cursor(500, at, at, telegram.bot.id + 1).text):
        await sink.until_events(1)

    assert texts(sink) == ["au nouveau"]
    assert len(sink.events) == 1
    assert "offset" not in telegram.called("getUpdates")[0].args
    assert Cursor.parse(sink.cursors[-1]).bot == telegram.bot.id


def test_a_cursor_gives_back_what_it_was_written_from() -> None:
    at = datetime(2026, 11, 18, 12, 0, 0, 5, tzinfo=UTC)

    for cursor in (Cursor(), Cursor(7, at, at), Cursor(None, None, at), Cursor(7, at, at, 10)):
        assert Cursor.parse(cursor.text) == cursor
