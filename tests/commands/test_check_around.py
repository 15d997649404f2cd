"""`bridge check` on what is around: a living bridge, OVH's calls, linked rooms, what waits."""

import socket
from contextlib import AsyncExitStack

import pytest

from bridge.adapters.database import open_store
from bridge.app import Options, assemble
from bridge.domain.failures import Reason
from bridge.domain.ids import OvhId, ReplyId, RoomAddress
from bridge.domain.numbers import E164
from bridge.domain.patience import Patience
from bridge.domain.rooms import Receiver
from bridge.domain.states import ReplyState
from bridge.logs import Redactor
from bridge.ports.clock import SystemClock
from bridge.ports.rows import Link
from bridge.ports.store import Tx
from tests.commands.checking import Place, lines


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


async def test_the_operations_room_is_looked_at_too(place: Place) -> None:
    place.values["operations_room"] = "telegram:-1009999999999"
    code, told = await place.check()
    assert code == 1
    assert any("telegram:-1009999999999" in line for line in lines(told, "✗"))


async def test_an_account_that_posts_nothing_for_now_is_told_with_what_mends_it(place: Place) -> None:
    await place.start_once()
    clock = SystemClock()
    url = f"sqlite:///{place.folder / 'bridge.db'}"
    async with open_store(url, clock=clock, ring=lambda lane: None) as store:
        [account] = await store.read(lambda tx: tx.accounts.all())
        await store.write(lambda tx: tx.accounts.pause(account.id, Reason.KEYS, clock.now()))
    _, told = await place.check()
    assert any("sending stopped, OVH refuses the keys" in line for line in lines(told, "!"))


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
