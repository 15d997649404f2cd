"""`bridge check` on the doubles: each prepared fault is named, with its cure, and nothing else is amiss."""

import socket
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bridge.adapters.database import open_store
from bridge.app import Options, assemble
from bridge.app.operator import run_check
from bridge.config import Config
from bridge.domain.ids import OvhId, ReplyId, RoomAddress
from bridge.domain.numbers import E164
from bridge.domain.patience import Patience
from bridge.domain.rooms import Receiver
from bridge.domain.states import ReplyState
from bridge.logs import Redactor
from bridge.ports.clock import SystemClock
from bridge.ports.rows import Link
from bridge.ports.store import Tx
from bridge.sandbox.ovh import SimulatedOvh, SmsAccount
from bridge.sandbox.ovh.faults import Fault
from tests.doubles.telegram.double import TelegramDouble
from tests.doubles.telegram.levers import Room


@dataclass(slots=True)
class Place:
    """A bridge that is set up well, until a test spoils something. `values`: what differs in the configuration."""

    folder: Path
    ovh: SimulatedOvh
    telegram: TelegramDouble
    group: Room
    values: dict[str, Any] = field(default_factory=dict)
    phone: dict[str, Any] = field(default_factory=dict)

    def config(self) -> Config:
        account = SmsAccount()
        phone = {
            "name": "accueil",
            "service_name": account.service_name,
            "endpoint": self.ovh.url,
            "application_key": account.application_key,
            "application_secret": account.application_secret,
            "consumer_key": account.consumer_key,
            "prefix": "Cabinet Martin : ",
        }
        values: dict[str, Any] = {
            "database": f"sqlite:///{self.folder / 'bridge.db'}",
            "language": "en",
            "http": {"port": 0},
            "phones": [phone | self.phone],
            "telegram": {"token": self.telegram.token, "api_url": self.telegram.url},
            "rooms": [{"room": f"telegram:{self.group.id}", "phone": "accueil", "to": ["06 12 34 56 78"]}],
        }
        return Config(**values | self.values)

    async def check(self) -> tuple[int, str]:
        """The exit code and what was told."""
        lines: list[str] = []
        code = await run_check(self.config(), Redactor(), lines.append)
        told = "\n".join(lines)
        for secret in (self.telegram.token, SmsAccount().application_secret, SmsAccount().consumer_key):
            assert secret not in told
        return code, told

    async def start_once(self) -> None:
        """The first start makes the database, and the secret of the callbacks with it."""
        async with AsyncExitStack() as resources:
            await assemble(self.config(), Options(Patience()), Redactor(), resources, SystemClock())


@pytest.fixture
async def place(tmp_path: Path) -> Any:
    clock = SystemClock()
    async with SimulatedOvh([SmsAccount()]) as ovh, TelegramDouble(clock=clock) as telegram:
        ovh.books().settings["automaticRecreditAmount"] = 500
        group = telegram.supergroup("Accueil", [telegram.person("Claire")])
        group.promotes_bot(telegram.person("Ann"))
        yield Place(tmp_path, ovh, telegram, group)


def lines(told: str, sign: str) -> list[str]:
    return [line.strip() for line in told.splitlines() if line.strip().startswith(sign)]


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


def free_port() -> int:
    with socket.socket() as probing:
        probing.bind(("127.0.0.1", 0))
        port: int = probing.getsockname()[1]
        return port


@pytest.mark.parametrize(
    ("public", "sign", "told_so"),
    [
        ("http://127.0.0.1:{port}", "✓", "OVH's calls arrive"),
        ("{ovh}", "✗", "hand /ovh/ on to this bridge"),
        ("http://127.0.0.1:1", "✗", "certificate, the firewall and your reverse proxy"),
    ],
)
async def test_beside_a_living_bridge_it_is_seen_whether_ovh_s_calls_would_arrive(
    place: Place, public: str, sign: str, told_so: str
) -> None:
    port = free_port()
    place.values["http"] = {"port": port}
    place.values["public_url"] = public.format(port=port, ovh=place.ovh.url)
    async with AsyncExitStack() as resources:
        await assemble(place.config(), Options(Patience()), Redactor(), resources, SystemClock())
        code, told = await place.check()
    assert code == (0 if sign == "✓" else 1)
    assert any(told_so in line for line in lines(told, sign))
    assert any("The bridge runs" in line for line in lines(told, "✓"))
    shown = [line.split() for line in told.splitlines() if line.strip().startswith(("report ", "reply ", "stop "))]
    assert [name for name, _ in shown] == ["report", "reply", "stop"]
    assert all(url.startswith(f"{place.values['public_url']}/ovh/accueil/") for _, url in shown)


async def test_callbacks_that_lead_to_another_program_are_told_by_its_host_alone(place: Place) -> None:
    place.values["public_url"] = "https://sms.example.org"
    await place.start_once()
    place.ovh.books().settings["callBack"] = "https://raspi.example.net/callback?secret=TOPSECRET"
    _, told = await place.check()
    assert any("raspi.example.net" in line and "bridge setup" in line for line in lines(told, "!"))
    assert "TOPSECRET" not in told


async def test_before_the_first_start_it_says_what_is_not_known_yet(place: Place) -> None:
    place.values["public_url"] = "https://sms.example.org"
    code, told = await place.check()
    assert code == 0
    assert any("no database yet" in line for line in lines(told, "!"))
    assert "public_url is null" not in told
    assert not (place.folder / "bridge.db").exists()


async def test_a_room_that_was_linked_from_the_chat_is_looked_at_like_those_of_the_file(place: Place) -> None:
    await place.start_once()
    other = place.telegram.supergroup("Nouveau", [place.telegram.person("Claire")])
    address = RoomAddress("telegram", str(other.id))

    async def link(tx: Tx) -> None:
        room = await tx.guests.place(address, "en", "Europe/Paris")
        await tx.guests.link(room, Link("accueil", (Receiver(E164("+33612345679")),), 5.0))

    async with open_store(
        f"sqlite:///{place.folder / 'bridge.db'}", clock=SystemClock(), ring=lambda lane: None
    ) as store:
        await store.write(link)
    other.kicks_bot(place.telegram.person("Ann"))
    code, told = await place.check()
    assert code == 1
    assert any(str(address) in line and "Add the bot" in line for line in lines(told, "✗"))
    assert f"{address}: what is typed goes to 06 12 34 56 79" in told


async def test_answers_that_no_room_claims_are_counted(place: Place) -> None:
    await place.start_once()
    clock = SystemClock()
    url = f"sqlite:///{place.folder / 'bridge.db'}"
    async with open_store(url, clock=clock, ring=lambda lane: None) as store:
        [account] = await store.read(lambda tx: tx.accounts.all())
        await store.write(lambda tx: tx.replies.name(account.id, [OvhId(7)], clock.now()))
        await store.write(lambda tx: tx.replies.later(ReplyId(1), ReplyState.WAITING, None))
    _, told = await place.check()
    assert any("waiting on phone accueil: 1" in line for line in lines(told, "!"))
