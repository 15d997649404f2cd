"""`bridge check` on the doubles: each prepared fault is named, with its cure, and nothing else is amiss."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bridge.sandbox.ovh.faults import Fault
from tests.commands.checking import Place, lines


async def test_where_all_is_well_every_phone_platform_and_room_has_its_line_and_nothing_is_amiss(place: Place) -> None:
    await place.start_once()
    code, told = await place.check()
    assert code == 0
    assert lines(told, "✗") == []
    assert [line[:30] for line in lines(told, "!")] == ["! No bridge answers on this ma"]
    assert "Phone accueil" in told
    assert "@relais_bot" in told
    assert f"telegram:{place.group.id}: what is typed goes to 06 12 34 56 78" in told


def key_revoked(place: Place) -> None:
    place.ovh.script(Fault.revoked(), "GET /auth/currentCredential", times=None)


def clock_behind(place: Place) -> None:
    place.ovh.skew(timedelta(minutes=10))


def no_credits(place: Place) -> None:
    place.ovh.books().top_up(0.0)


def service_unknown(place: Place) -> None:
    place.phone["service_name"] = "sms-zz99999-1"


def application_key_unknown(place: Place) -> None:
    place.phone["application_key"] = "another"


def secret_wrong(place: Place) -> None:
    place.phone["application_secret"] = "another"


def sender_unknown(place: Place) -> None:
    place.phone["sender"] = "Cabinet"


def no_prefix(place: Place) -> None:
    place.phone["prefix"] = None


def ovh_unreachable(place: Place) -> None:
    place.phone["endpoint"] = "http://127.0.0.1:1/1.0"


def token_revoked(place: Place) -> None:
    place.telegram.revoke_token()


def telegram_unreachable(place: Place) -> None:
    place.values["telegram"] = {"token": place.telegram.token, "api_url": "http://127.0.0.1:1"}


def privacy_mode(place: Place) -> None:
    place.telegram.world.reads_all = False
    place.group.demotes_bot(place.telegram.person("Ann"))


def kicked(place: Place) -> None:
    place.group.kicks_bot(place.telegram.person("Ann"))


def muted(place: Place) -> None:
    place.group.mutes_bot(place.telegram.person("Ann"))


def public(place: Place) -> None:
    place.group.username = "everybody"


def upgraded(place: Place) -> None:
    group = place.telegram.group("Ancien", [place.telegram.person("Claire")])
    place.group = group
    group.becomes_supergroup(place.telegram.person("Ann"))


def topic_gone(place: Place) -> None:
    place.group.becomes_forum()
    topic = place.group.opens_topic(place.telegram.person("Ann"), "Mme Durand")
    place.group.deletes_topic(topic)
    where = {"room": f"telegram:{place.group.id}/{topic.id}", "phone": "accueil", "to": ["0612345678"]}
    place.values["rooms"] = [where]


def other_program(place: Place) -> None:
    place.telegram.updates.webhook = "https://elsewhere.example/hook"


PREPARED: list[tuple[Callable[[Place], None], int, str, str]] = [
    (key_revoked, 1, "refuses the consumer key", "bridge setup"),
    (application_key_unknown, 1, "application key", "createToken"),
    (secret_wrong, 1, "secret", "application_secret"),
    (clock_behind, 0, "seconds behind", "timedatectl"),
    (no_credits, 1, "No credits", "Buy some"),
    (service_unknown, 1, "sms-zz99999-1", "service_name"),
    (sender_unknown, 1, "Cabinet", "control panel"),
    (no_prefix, 0, "five-digit number", 'prefix: "Cabinet'),
    (ovh_unreachable, 1, "OVH", "firewall"),
    (token_revoked, 1, "Telegram refuses the token", "@BotFather"),
    (telegram_unreachable, 1, "Telegram", "firewall"),
    (privacy_mode, 1, "privacy", "/setprivacy"),
    (kicked, 1, "not there", "Add the bot"),
    (muted, 1, "may not write", "administrator"),
    (public, 0, "@everybody", "private"),
    (upgraded, 1, "supergroup", "Write telegram:-100"),
    (topic_gone, 1, "no such topic", "Correct the address"),
    (other_program, 0, "Another program", "stop that program"),
]


@pytest.mark.parametrize(("spoil", "code", "names", "cure"), PREPARED, ids=lambda one: getattr(one, "__name__", ""))
async def test_each_prepared_fault_is_named_with_its_cure(
    place: Place, spoil: Callable[[Place], None], code: int, names: str, cure: str
) -> None:
    await place.start_once()
    spoil(place)
    exit_code, told = await place.check()
    found = lines(told, "✗" if code else "!")
    print(*found, sep="\n")
    assert exit_code == code
    assert any(names in line and cure in line for line in found)
