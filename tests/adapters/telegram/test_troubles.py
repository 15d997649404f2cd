"""What happens while Telegram does not let us listen: who is told, and how often it is asked again."""

import asyncio

import pytest

from bridge.adapters.telegram import TelegramPlatform
from bridge.domain.events import Alarm, Typed
from tests.clock import LeapingClock
from tests.contract.worlds import BOUND, Recorder, SwiftClock, listening
from tests.doubles.telegram import Fault, Room, TelegramDouble, User


async def until_asleep(clock: LeapingClock) -> None:
    async with asyncio.timeout(BOUND):
        await clock.until_asleep()


def trouble_of(platform: TelegramPlatform) -> str | None:
    return platform.trouble


async def polled_again(telegram: TelegramDouble, clock: LeapingClock, seconds: float) -> bool:
    """Whether a poll comes within so many seconds; everybody sleeps before and after."""
    await until_asleep(clock)
    before = len(telegram.called("getUpdates"))
    clock.leap(seconds)
    await asyncio.sleep(0)
    if clock.asleep and not clock.overdue:
        return len(telegram.called("getUpdates")) > before
    await telegram.until(lambda: len(telegram.called("getUpdates")) > before)
    return True


async def test_another_program_that_polls_is_told_once_an_hour_and_never_fought(
    telegram: TelegramDouble, platform: TelegramPlatform, clock: LeapingClock
) -> None:
    telegram.script(Fault.conflict(), "getUpdates", None)
    sink = Recorder()

    async with listening(platform, sink):
        await sink.until_events(1)
        assert platform.trouble == "conflict"
        for _ in range(3):
            assert not await polled_again(telegram, clock, 25)
            assert await polled_again(telegram, clock, 6)
        assert sink.events == [Alarm("conflict:2026-11-18T12", "conflict")]
        await until_asleep(clock)
        clock.leap(3600)
        await sink.until_events(2)

    assert sink.events[1] == Alarm("conflict:2026-11-18T13", "conflict")
    assert sink.cursors == [None, None]


async def test_the_other_program_gone_all_is_well_again(
    telegram: TelegramDouble, platform: TelegramPlatform, clock: LeapingClock, group: Room, claire: User
) -> None:
    telegram.script(Fault.conflict(), "getUpdates")
    group.types(claire, "malgré tout")
    sink = Recorder()

    async with listening(platform, sink):
        await sink.until_events(1)
        await until_asleep(clock)
        clock.leap(31)
        await sink.until(lambda seen: any(isinstance(event, Typed) for event in seen.events))
        assert platform.trouble is None


async def test_two_that_poll_both_hear_of_it(
    telegram: TelegramDouble, platform: TelegramPlatform, clock: LeapingClock
) -> None:
    first, second = Recorder(), Recorder()
    async with (
        listening(platform, first),
        TelegramPlatform(telegram.token, telegram.url, clock) as other,
    ):
        await telegram.until(lambda: telegram.polled)
        async with listening(other, second):
            await first.until(lambda seen: any(isinstance(event, Alarm) for event in seen.events))

    assert [event.trouble for event in first.events if isinstance(event, Alarm)] == ["conflict"]


async def test_a_revoked_token_is_told_and_tried_ever_more_seldom(
    telegram: TelegramDouble, platform: TelegramPlatform, clock: LeapingClock
) -> None:
    sink = Recorder()
    async with listening(platform, sink):
        await telegram.until(lambda: telegram.polled)
        telegram.revoke_token()
        clock.leap(51)  # the poll that was open ends
        await sink.until(lambda seen: any(isinstance(event, Alarm) for event in seen.events))
        assert trouble_of(platform) == "revoked"
        telegram.revoke_token(revoked=False)
        await until_asleep(clock)
        clock.leap(31)
        await telegram.until(lambda: telegram.polled)

    assert trouble_of(platform) is None
    assert [event for event in sink.events if isinstance(event, Alarm)] == [Alarm("revoked:2026-11-18T12", "revoked")]


class CountingClock(SwiftClock):
    """Sleeps are over at once until there were enough of them; then the next one never ends."""

    def __init__(self, enough: int) -> None:
        super().__init__()
        self.enough = enough
        self.done = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)
        if len(self.slept) >= self.enough:
            self.done.set()
            await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("fault", "pauses"),
    [
        (Fault.unauthorized(), [30, 60, 120, 240, 300, 300]),
        (Fault.refuses(404, "Not Found"), [30, 60, 120]),
        (Fault.conflict(), [30, 30, 30]),
        (Fault.broken(502), [0.5, 1, 2, 4, 8, 16, 30, 30]),
        (Fault.html(502), [0.5, 1, 2]),
        (Fault.html(401), [0.5, 1, 2]),
        (Fault.html(200), [0.5, 1, 2]),
        (Fault.reset(), [0.5, 1, 2]),
        (Fault.cut_short(carried_out=False), [0.5, 1, 2]),
        (Fault.odd_answer(carried_out=False), [0.5, 1, 2]),
        (Fault.odd_answer([1], carried_out=False), [0.5, 1, 2]),
        (Fault.odd_answer({"ok": True, "result": {}}, carried_out=False), [0.5, 1, 2]),
        (Fault.odd_answer({"ok": True}, carried_out=False), [0.5, 1, 2]),
        (Fault.answers(500, b"[1]"), [0.5, 1, 2]),
        (Fault.answers(302, b""), [0.5, 1, 2]),
        (Fault.rate_limited(40), [40, 40, 40]),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
async def test_no_fault_makes_polls_rush(telegram: TelegramDouble, fault: Fault, pauses: list[float]) -> None:
    telegram.script(fault, "getUpdates", None)
    clock = CountingClock(len(pauses))

    async with (
        TelegramPlatform(telegram.token, telegram.url, clock, timeout=1.0) as platform,
        listening(platform, Recorder()),
        asyncio.timeout(BOUND),
    ):
        await clock.done.wait()

    assert clock.slept == pauses
    assert len(telegram.called("getUpdates")) == len(pauses)


async def test_a_fault_at_the_start_is_met_like_any_other(
    telegram: TelegramDouble, platform: TelegramPlatform, clock: LeapingClock, group: Room, claire: User
) -> None:
    telegram.script(Fault.broken(502), "deleteWebhook")
    telegram.script(Fault.odd_answer({"ok": True, "result": {"id": 1}}), "getMe")
    group.types(claire, "enfin")
    sink = Recorder()

    async with listening(platform, sink):
        for _ in range(2):
            await until_asleep(clock)
            assert platform.trouble == "unreachable"
            clock.leap(2)
        await sink.until_events(1)

    assert platform.trouble is None


async def test_a_quarter_of_an_hour_out_of_reach_is_told_once_as_long_as_it_lasts(
    telegram: TelegramDouble, platform: TelegramPlatform, clock: LeapingClock, group: Room, claire: User
) -> None:
    sink = Recorder()
    async with listening(platform, sink):
        await telegram.until(lambda: telegram.polled)
        await telegram.unplug()
        for _ in range(20):
            await until_asleep(clock)
            assert not any(isinstance(event, Alarm) for event in sink.events)
            clock.leap(31)
            if clock.now().minute >= 9:
                break
        for _ in range(20):
            await until_asleep(clock)
            clock.leap(31)
        await sink.until(lambda seen: any(isinstance(event, Alarm) for event in seen.events))
        clock.leap(3_700)
        await until_asleep(clock)
        assert platform.trouble == "unreachable"
        await telegram.plug_in()
        group.types(claire, "de retour")
        await until_asleep(clock)
        clock.leap(31)
        await sink.until(lambda seen: any(isinstance(event, Typed) for event in seen.events))

    assert [event for event in sink.events if isinstance(event, Alarm)] == [
        Alarm("unreachable:2026-11-18T12", "unreachable")
    ]
    assert platform.trouble is None


async def test_a_poll_that_is_never_answered_is_given_up(
    telegram: TelegramDouble, clock: LeapingClock, group: Room, claire: User
) -> None:
    telegram.script(Fault.hang(), "getUpdates")
    group.types(claire, "malgré tout")
    sink = Recorder()

    async with (
        TelegramPlatform(telegram.token, telegram.url, clock, timeout=0.2, poll_wait=0) as platform,
        listening(platform, sink),
    ):
        await until_asleep(clock)
        clock.leap(1)
        await sink.until_events(1)


async def test_a_disk_that_takes_no_alarm_ends_the_listening(
    telegram: TelegramDouble, platform: TelegramPlatform
) -> None:
    telegram.script(Fault.conflict(), "getUpdates")

    with pytest.raises(OSError, match="disk full"):
        await asyncio.wait_for(platform.listen(Recorder(refuses=OSError("disk full")), None), BOUND)
