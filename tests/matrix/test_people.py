"""The people of these tests and their homeserver: what the other tests here rely upon, tried by itself."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.matrix.person import Person
from tests.matrix.proxy import BAD_GATEWAY, Fault, Proxy
from tests.synapse import Synapse

ROOMS = pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])


async def person(synapse: Synapse, name: str, url: str | None = None, *, encryption: bool = True) -> Person:
    return Person(url or synapse.url, await synapse.register(name), encryption=encryption)


@pytest.fixture
async def two(synapse: Synapse) -> AsyncIterator[tuple[Person, Person]]:
    async with await person(synapse, "Claire") as claire, await person(synapse, "Karim") as karim:
        yield claire, karim


@ROOMS
async def test_what_one_writes_another_reads_and_answers(two: tuple[Person, Person], encrypted: bool) -> None:
    claire, karim = two
    room = await claire.creates("Accueil", [karim.user], encrypted=encrypted)
    await karim.joins(room)

    question = await claire.types(room, "Vendredi 9 h ?")
    answer = await karim.types(room, "Oui", reply_to=question)
    await claire.edits(room, question, "Vendredi 8 h ?")
    await karim.reacts(room, question, "👀")
    oops = await karim.types(room, "Oups")
    await karim.redacts(room, oops)

    seen = await karim.shown(room)
    assert [(line.text, line.reply_to, line.given(karim.user)) for line in seen] == [
        ("Vendredi 8 h ?", None, ["👀"]),
        ("Oui", question, []),
    ]
    assert seen[1].id == answer
    assert all(line.encrypted is encrypted for line in seen)
    assert [line.text for line in await claire.shown(room)] == [line.text for line in seen]


async def test_nobody_else_reads_an_encrypted_room_on_the_server(two: tuple[Person, Person], synapse: Synapse) -> None:
    claire, karim = two
    room = await claire.creates("Accueil", [karim.user], encrypted=True)
    await karim.joins(room)
    event = await claire.types(room, "secret")

    status, told = await synapse.call("GET", f"/rooms/{room}/event/{event}", karim.account.token)

    assert (status, told["type"]) == (200, "m.room.encrypted")
    assert "secret" not in str(told)


async def test_a_key_that_comes_late_opens_what_was_closed(synapse: Synapse) -> None:
    async with (
        Proxy(synapse.url) as proxy,
        await person(synapse, "Claire", proxy.url) as claire,
        await person(synapse, "Karim") as karim,
    ):
        room = await claire.creates("Accueil", [karim.user], encrypted=True)
        await karim.joins(room)
        proxy.keep("/sendToDevice/m.room.encrypted")
        await claire.types(room, "en retard")
        [closed] = await karim.shown(room)
        assert (closed.text, closed.encrypted) == (None, True)

        assert await proxy.deliver() == 1
        [opened] = await karim.shown(room)
        assert opened.text == "en retard"


async def test_encryption_switched_on_later_closes_what_comes_after(two: tuple[Person, Person]) -> None:
    claire, karim = two
    room = await claire.creates("Accueil", [karim.user])
    await karim.joins(room)
    await claire.types(room, "ouvert")
    await claire.encrypts(room)
    await claire.types(room, "fermé")

    assert [(line.text, line.encrypted) for line in await karim.shown(room)] == [("ouvert", False), ("fermé", True)]


async def test_a_room_that_is_upgraded_stands_elsewhere(two: tuple[Person, Person]) -> None:
    claire, karim = two
    room = await claire.creates("Accueil", [karim.user], version="11")
    await karim.joins(room)
    there = await claire.upgrades(room)

    assert ":" not in there  # since version 12 a room's id names no server
    assert (await karim.state(room, "m.room.tombstone"))["replacement_room"] == there
    status, told = await karim.tries("POST", f"/join/{there}", {})
    assert (status, told["errcode"]) == (403, "M_FORBIDDEN")  # to be waited for: the invite
    await claire.invites(there, karim.user)
    await karim.joins(there)


async def test_who_is_muted_is_refused_until_the_level_is_given_back(two: tuple[Person, Person]) -> None:
    claire, karim = two
    room = await claire.creates("Accueil", [karim.user])
    await karim.joins(room)
    await claire.lets(room, karim.user, -1)
    said = {"msgtype": "m.text", "body": "x"}
    status, told = await karim.tries("PUT", f"/rooms/{room}/send/m.room.message/1", said)
    assert (status, told["errcode"]) == (403, "M_FORBIDDEN")
    await claire.lets(room, karim.user, 0)
    await karim.types(room, "de retour")


async def test_the_same_transaction_twice_is_one_event_even_after_a_restart(
    two: tuple[Person, Person], synapse_again: Synapse
) -> None:
    claire, _ = two
    room = await claire.creates("Accueil")
    said = {"msgtype": "m.text", "body": "une fois"}
    first = await claire.call("PUT", f"/rooms/{room}/send/m.room.message/t1", said)
    await asyncio.to_thread(synapse_again.stop)
    await asyncio.to_thread(synapse_again.start)
    second = await claire.call("PUT", f"/rooms/{room}/send/m.room.message/t1", said)

    assert first == second
    assert [line.text for line in await claire.shown(room)] == ["une fois"]


async def test_a_token_that_ran_out_is_told_from_one_that_was_revoked(synapse_again: Synapse) -> None:
    synapse = synapse_again
    old, gone = await synapse.register("Old"), await synapse.register("Gone")
    await synapse.expire(old)
    await synapse.revoke(gone)

    for account, soft in ((old, True), (gone, False)):
        status, told = await synapse.call("GET", "/account/whoami", account.token)
        assert (status, told["errcode"], told["soft_logout"]) == (401, "M_UNKNOWN_TOKEN", soft)


async def test_a_homeserver_with_its_own_limits_lets_ten_messages_pass(strict_synapse: Synapse) -> None:
    async with await person(strict_synapse, "Claire", encryption=False) as claire:
        room = await claire.creates("Accueil")
        said = {"msgtype": "m.text", "body": "x"}
        told = [await claire.tries("PUT", f"/rooms/{room}/send/m.room.message/{n}", said) for n in range(16)]

    statuses = [status for status, _ in told]
    assert 429 in statuses[5:]
    assert statuses[:5] == [200] * 5
    limited = told[statuses.index(429)][1]
    assert limited["errcode"] == "M_LIMIT_EXCEEDED"
    assert limited["retry_after_ms"] > 0


async def test_the_proxy_counts_breaks_and_heals(synapse: Synapse) -> None:
    async with Proxy(synapse.url) as proxy, await person(synapse, "Claire", proxy.url, encryption=False) as claire:
        room = await claire.creates("Accueil")
        proxy.plan("/send/", BAD_GATEWAY, times=2)
        for _ in range(2):
            with pytest.raises(Exception, match=r"502|text/html"):
                await claire.types(room, "perdu")
        proxy.plan("/send/", Fault(carried_out=True))
        with pytest.raises(Exception, match="disconnected"):
            await claire.types(room, "fait")
        await claire.types(room, "passe")

        assert [line.text for line in await claire.shown(room)] == ["fait", "passe"]
        assert len(proxy.asked("/send/", "PUT")) == 5
