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
