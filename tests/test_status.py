"""How a message stands, for whoever asks in its room: the whole bridge on a clock that leaps."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.relay import Relay, Setting
from tests.relay_setting import DIALLO, DURAND
from tests.test_commands import told

TEXT = "Your appointment is at 9."


@pytest.fixture
def setting() -> Setting:
    return Setting(callbacks=True)


@pytest.fixture
async def relay(tmp_path: Path, setting: Setting) -> AsyncIterator[Relay]:
    async with Relay(tmp_path, setting) as relay:
        yield relay
        await relay.settled()
        relay.check_invariants()


@pytest.mark.parametrize("setting", [Setting(callbacks=True, delivery_after=None)])
async def test_status_says_since_when_it_is_on_its_way_and_when_it_arrived(relay: Relay) -> None:
    relay.say(TEXT)
    await relay.later(120)
    assert await told(relay, "/status") == "On its way to Mme Durand's phone since 10:00."
    (sms,) = relay.ovh.books().outgoing
    await relay.ovh.report(sms)
    await relay.later(60)
    assert await told(relay, "/status") == (
        "Arrived at 10:02 (arrived does not mean read). An answer is possible until Wednesday 10:00."
    )
    await relay.later(49 * 3600, step=3600)
    assert (await told(relay, "/status")).endswith("An answer has not been possible since 10:00.")


@pytest.mark.parametrize("setting", [Setting(hold=5, callbacks=True)])
async def test_status_means_the_message_replied_to_also_by_way_of_our_posts(relay: Relay) -> None:
    relay.ovh.number_does_not_exist(DURAND)
    entry = relay.say(TEXT, "everyone")
    await relay.later(60)
    await relay.ovh.answer(DIALLO, "Yes.")
    await relay.later(60)
    relay.say("Another one.", "everyone")
    await relay.settled()
    posts = [relay.post(kind).id for kind in ("failed", "reply")]
    summary = next(one.id for one in relay.chat.entries("everyone") if one.text.startswith("Delivered"))
    for replied in (entry.id, *posts, summary):
        said = (await told(relay, "/status", "everyone", person="Eve", reply_to=replied)).splitlines()
        assert said[0] == "Delivered 2 of 3, failed 1"
        assert said[1].startswith("– Mme Durand: ") or "06 12 34 56 78 does not exist" in said[1]
        assert said[2:4] == ["– M. Petit: arrived at 10:00", "– Mme Diallo: arrived at 10:00"]
        assert said[4].startswith("Arrived does not mean read. An answer is possible until Wednesday 10:00.")
    assert (await told(relay, "/status", "everyone")).splitlines()[1] == "– Mme Durand: waiting to leave"


async def test_status_of_a_long_list_names_thirty(relay: Relay) -> None:
    relay.say(TEXT, "big")
    await relay.later(60)
    said = (await told(relay, "/status", "big")).splitlines()
    assert len([line for line in said if line.startswith("– 06 20")]) == 30
    assert said[-2] == "– and 470 more"


async def test_status_of_what_was_refused_says_why(relay: Relay) -> None:
    relay.say("See www.example.org")
    await relay.settled()
    assert await told(relay, "/status") == relay.post("refused").text
