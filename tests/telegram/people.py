"""What the receivers do, and what OVH was asked, in one line each."""

from typing import Any

from tests.relay_setting import DURAND
from tests.telegram.relay import TelegramRelay
from tests.whole import Whole

TEXT = "Your appointment is at 9."
POLL = 61.0
"""Seconds until answers were asked for again."""


async def sent(relay: TelegramRelay, text: str = TEXT, room: str = "reception") -> None:
    """A message that arrived."""
    relay.say(text, room)
    await relay.later(5)


async def answered(relay: Whole, number: str = DURAND, text: str = "Yes.", **more: str) -> None:
    """An answer that was taken in, pushed or polled."""
    await relay.settled()
    before = relay.rows.one("SELECT count(*) FROM reply")
    await relay.ovh.answer(number, text, **more)
    if not relay.setting.callbacks:
        relay.clock.leap(POLL)
    await relay.until(lambda: relay.rows.one("SELECT count(*) FROM reply") > before)
    await relay.settled()


def asked(relay: Whole, method: str, ending: str) -> list[Any]:
    """The bodies of all requests that reached OVH so."""
    return [one.body for one in relay.ovh.records.requests if one.method == method and one.path.endswith(ending)]
