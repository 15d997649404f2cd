"""What `check` says of where OVH calls, and of what receivers see."""

import pytest

from bridge.ports.phone import CallbackUrls, Finding
from bridge.sandbox.ovh.faults import Fault
from tests.adapters.ovh.checking import findings, levels
from tests.adapters.ovh.world import world


# --- where OVH calls ----------------------------------------------------------------------------------------------
async def test_callbacks_that_nobody_registered_are_missing() -> None:
    async with world() as made:
        found = (await findings(made))["check_callback_missing"]
        assert [(one.level, one.params["which"]) for one in found] == [
            ("warning", "report"),
            ("warning", "reply"),
            ("warning", "stop"),
        ]
        assert found[0].params["url"] == "https://sms.test/ovh/accueil/…/report"


async def test_callbacks_of_another_program_show_their_host_alone() -> None:
    async with world() as made:
        await made.phone.register(CallbackUrls.under("https://them:SECRET@other.test/SECRET"))
        found = (await findings(made))["check_callback_elsewhere"]
        assert [one.params["host"] for one in found] == ["other.test"] * 3


async def test_callbacks_with_an_earlier_secret_are_told_apart() -> None:
    async with world() as made:
        await made.phone.register(CallbackUrls.under("https://sms.test/ovh/accueil/OLDSECRET"))
        assert len((await findings(made))["check_callback_old"]) == 3


async def test_without_a_public_address_everything_is_polled_and_others_callbacks_are_left() -> None:
    async with world() as made:
        assert (await levels(made, None))["check_polled"] == "ok"
        await made.phone.register(CallbackUrls.under("https://other.test/SECRET"))
        [found] = (await findings(made, None))["check_callback_unasked"]
        assert (found.level, found.params) == ("ok", {"hosts": "other.test"})


# --- what receivers see -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "status", "key", "level"),
    [
        ("Cabinet", "enable", "check_sender", "ok"),
        ("Cabinet", "waitingValidation", "check_sender_waiting", "warning"),
        ("Cabinet", "refused", "check_sender_refused", "error"),
        ("Cabinet", "disable", "check_sender_disabled", "error"),
        ("Inconnu", "enable", "check_sender_unknown", "error"),
    ],
)
async def test_it_is_told_whether_the_sender_is_validated(name: str, status: str, key: str, level: str) -> None:
    async with world(sender=name) as made:
        made.ovh.books().senders["Cabinet"] = status
        found = await findings(made)
        assert found[key] == [Finding(level, key, {"sender": name})]  # type: ignore[arg-type]
        assert "check_no_prefix" not in found


async def test_what_ovh_says_of_a_refused_sender_is_passed_on() -> None:
    async with world(sender="Cabinet") as made:
        told = {"sender": "Cabinet", "status": "refused", "comment": " trademark\n needed "}
        made.ovh.script(Fault.odd_answer(told), "GET senders/*")
        [found] = (await findings(made))["check_sender_refused"]
        assert found.params == {"sender": "Cabinet", "comment": "trademark needed"}


@pytest.mark.parametrize("prefix", [None, "", "  "])
async def test_a_short_number_without_a_prefix_says_nothing_to_receivers(prefix: str | None) -> None:
    async with world(prefix=prefix) as made:
        assert (await levels(made))["check_no_prefix"] == "warning"
