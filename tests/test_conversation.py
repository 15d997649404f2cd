"""What a room reads while something goes wrong, and what its buttons do: the whole bridge on a clock that leaps."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.sms import Job
from bridge.sandbox.ovh import Fault
from tests.relay import Relay, Setting

TEXT = "Your appointment is at 9."
HOUR = 3600.0


@pytest.fixture
def setting() -> Setting:
    return Setting()


@pytest.fixture
async def relay(tmp_path: Path, setting: Setting) -> AsyncIterator[Relay]:
    async with Relay(tmp_path, setting) as relay:
        yield relay
        await relay.settled()
        relay.check_invariants()


# --- a fault of ours while a job is looked for -------------------------------------------------------------------
class BlindPhone:
    """A phone whose looks break for a reason that nobody foresaw."""

    def __init__(self, phone: Any) -> None:
        self._phone = phone

    def __getattr__(self, name: str) -> Any:
        return getattr(self._phone, name)

    async def find(self, job: Job) -> None:
        raise KeyError(job.tag)


@pytest.mark.parametrize("setting", [Setting(errors=frozenset({"row.broken"}))])
async def test_what_may_have_been_sent_is_asked_about_even_if_looking_for_it_breaks(relay: Relay) -> None:
    assert relay.bridge is not None
    phones: Any = relay.bridge.deliveries.phones
    phones["accueil"] = BlindPhone(phones["accueil"])
    relay.ovh.script(Fault.reset(carried_out=True))
    entry = relay.say(TEXT)
    await relay.later(HOUR)
    assert relay.rows.jobs() == ["unconfirmed"]
    assert relay.marks(entry)[-1] == "unconfirmed"
    assert [button.label for button in relay.post("may_have_been_sent").buttons] == ["Resend", "Leave it"]
    assert relay.post("ops_parked").text.startswith("Set aside after five failures")


# --- not confirmed, and what a person makes of it ------------------------------------------------------------------
ASK = pytest.mark.parametrize("setting", [Setting(on_uncertain="ask")])


async def unconfirmed(relay: Relay) -> None:
    """One message whose POST was cut off, and that OVH shows in none of its lists."""
    relay.ovh.script(Fault.reset())
    relay.say(TEXT)
    await relay.later(900)


@ASK
async def test_left_as_it_is_it_stays_so_with_whoever_decided(relay: Relay) -> None:
    await unconfirmed(relay)
    relay.press("leave")
    await relay.later(HOUR)
    post = relay.post("may_have_been_sent")
    assert post.text == "May have been sent, left as it is by Claire. If it matters, call."
    assert post.buttons == ()


@ASK
async def test_while_it_is_asked_nothing_else_still_says_that_we_are_checking(relay: Relay) -> None:
    await unconfirmed(relay)
    assert relay.posts()[-2:] == [
        "OVH has not confirmed it: another message here asks what to do.",
        "May have been sent: OVH confirmed nothing and we cannot tell. If you resend, Mme Durand may get it twice.",
    ]


@ASK
async def test_resent_the_question_is_answered_and_nothing_more_is_said_of_it(relay: Relay) -> None:
    await unconfirmed(relay)
    said = len(relay.posts())
    relay.press("resend")
    await relay.later(HOUR)
    assert relay.post("may_have_been_sent").text == "Resent by Claire: it may arrive twice."
    assert len(relay.posts()) == said


@pytest.mark.parametrize("setting", [Setting(callbacks=True, delivery_after=None)])
async def test_a_report_after_72_hours_moves_the_mark_and_says_nothing(relay: Relay) -> None:
    entry = relay.say(TEXT)
    await relay.later(80 * HOUR, step=HOUR)
    assert relay.marks(entry)[-1] == "no_report"
    (sms,) = relay.ovh.books().outgoing
    await relay.ovh.report(sms)
    await relay.later(60)
    assert relay.marks(entry)[-1] == "delivered"
    assert relay.posts() == []


# --- a pause -------------------------------------------------------------------------------------------------------
async def test_a_pause_that_is_over_says_so_and_one_that_comes_back_says_so_too(relay: Relay) -> None:
    for paused in (True, False, True, False):
        relay.ovh.set_mode("revoked" if paused else "ok")
        relay.say(TEXT)
        await relay.later(400)
        told = relay.post("paused").text
        assert told.startswith("SMS are not leaving: OVH refuses our access" if paused else "SMS are leaving again")
    assert [post for post in relay.posts() if "leaving" in post] == [told]
