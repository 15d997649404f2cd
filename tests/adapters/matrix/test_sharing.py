"""Who can read a post in an encrypted room: all devices of all who are in it when it is written, and nobody else."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from nio.crypto import Olm
from nio.store import SqliteMemoryStore

from bridge.adapters.matrix import MatrixPlatform, Welcome
from tests.contract.matrix_world import MatrixWorld, OnceTold
from tests.contract.worlds import Recorder, a_post, listening
from tests.matrix.person import Person
from tests.matrix.proxy import Fault

KEYS = "/sendToDevice/m.room.encrypted"
QUERY = "/keys/query"
CLAIM = "/keys/claim"
NO_ID = Fault(400, json.dumps({"errcode": "M_INVALID_PARAM", "error": "Expected UserID string to start with '@'"}))


@asynccontextmanager
async def bot(world: MatrixWorld) -> AsyncIterator[tuple[MatrixPlatform, Recorder]]:
    """Listening, and patient with a request that is held."""
    sink = Recorder()
    platform = OnceTold(
        world._told,
        world.settings,
        world.clock,
        world.memory,
        Welcome(frozenset(), frozenset()),
        timeout=20,
        sync_wait=0.2,
        begin=world._begin,
    )
    async with platform, listening(platform, sink):
        await sink.until(lambda seen: bool(seen.cursors))
        yield platform, sink


async def heard(world: MatrixWorld, sink: Recorder) -> None:
    """The bot has taken in all that happened so far, and what followed from it."""
    number = len(sink.events)
    await world.claire.sends(world.room.address, "m.room.message", {"msgtype": "m.text", "body": "?"}, plainly=True)
    await sink.until_events(number + 1)
    before = len(world.proxy.asked("/sync", "GET"))
    await world.proxy.until(lambda: len(world.proxy.asked("/sync", "GET")) > before)


async def sealed_post(world: MatrixWorld, event: str) -> dict[str, Any]:
    found = await world.claire.call("GET", f"/rooms/{world.room.address}/event/{event}")
    assert found["type"] == "m.room.encrypted"
    return dict(found["content"])


async def can_read(world: MatrixWorld, person: Person, event: str, *, whole: bool = True) -> bool:
    """Whether this client was given the key of a post, wherever the person is now. `whole`: of its first post on."""
    content = await sealed_post(world, event)
    await person.hears()
    store = person.client.olm.inbound_group_store
    session = store.get(world.room.address, content["sender_key"], content["session_id"])
    return session is not None and (session.first_known_index == 0) is whole


async def test_who_left_cannot_read_what_is_written_afterwards(sealed: MatrixWorld) -> None:
    async with bot(sealed) as (platform, sink):
        before = (await platform.post(a_post(sealed, "un", 1))).id
        await sealed.claire.kicks(sealed.room.address, sealed.karim.user)
        await heard(sealed, sink)
        after = (await platform.post(a_post(sealed, "deux", 2))).id
    assert [await can_read(sealed, sealed.karim, event) for event in (before, after)] == [True, False]
    assert [await can_read(sealed, sealed.claire, event) for event in (before, after)] == [True, True]


async def test_who_leaves_while_the_keys_are_on_their_way_cannot_read_it(sealed: MatrixWorld) -> None:
    async with bot(sealed) as (platform, sink):
        sealed.proxy.hold(KEYS)
        posting = asyncio.create_task(platform.post(a_post(sealed)))
        await sealed.proxy.until(lambda: sealed.proxy.asked(KEYS, "PUT"))
        await sealed.claire.kicks(sealed.room.address, sealed.karim.user)
        await heard(sealed, sink)
        sealed.proxy.free()
        event = (await posting).id
    assert not await can_read(sealed, sealed.karim, event)
    assert await can_read(sealed, sealed.claire, event)


async def test_who_comes_between_two_posts_reads_the_second(sealed: MatrixWorld) -> None:
    async with Person(sealed.synapse.url, await sealed.synapse.register("Lina"), encryption=True) as lina:
        async with bot(sealed) as (platform, sink):
            before = (await platform.post(a_post(sealed, "un", 1))).id
            await sealed.claire.invites(sealed.room.address, lina.user)
            await lina.joins(sealed.room.address)
            await heard(sealed, sink)
            after = (await platform.post(a_post(sealed, "deux", 2))).id
        assert [await can_read(sealed, lina, event) for event in (before, after)] == [False, True]


@pytest.mark.parametrize("meanwhile", [False, True], ids=["between", "while the keys are on their way"])
async def test_a_new_device_reads_what_is_written_from_then_on(sealed: MatrixWorld, meanwhile: bool) -> None:
    account = await sealed.synapse.log_in(sealed.claire.account)
    async with bot(sealed) as (platform, sink):
        posting = None
        if meanwhile:
            sealed.proxy.hold(KEYS)
            posting = asyncio.create_task(platform.post(a_post(sealed)))
            await sealed.proxy.until(lambda: sealed.proxy.asked(KEYS, "PUT"))
        else:
            await platform.post(a_post(sealed))
        queries = len(sealed.proxy.asked(QUERY))
        async with Person(sealed.synapse.url, account, encryption=True) as phone:
            await sealed.proxy.until(lambda: any(one.answered for one in sealed.proxy.asked(QUERY)[queries:]))
            await heard(sealed, sink)
            sealed.proxy.free()
            event = (await (posting or platform.post(a_post(sealed, "deux", 2)))).id
            assert await can_read(sealed, phone, event)


AWAY = Fault(200, json.dumps({"one_time_keys": {}, "failures": {"elsewhere.test": {"message": "away"}}}))


async def test_whose_server_gave_no_key_at_first_reads_again_once_it_does(sealed: MatrixWorld) -> None:
    room = sealed.room.address
    async with Person(sealed.synapse.url, await sealed.synapse.register("Lina"), encryption=True) as lina:
        async with bot(sealed) as (platform, sink):
            await platform.post(a_post(sealed, "un", 1))
            sealed.proxy.plan(CLAIM, AWAY, times=None)
            await sealed.claire.invites(room, lina.user)
            await lina.joins(room)
            await heard(sealed, sink)
            before = len(sealed.proxy.asked(CLAIM))
            for number in range(2, 8):
                await platform.post(a_post(sealed, f"{number}", number))
            assert len(sealed.proxy.asked(CLAIM)) - before < 3
            sealed.proxy.heal()
            sealed.clock.passed += 3600
            event = (await platform.post(a_post(sealed, "fin", 9))).id
        assert await can_read(sealed, lina, event, whole=False)


async def an_odd_device(world: MatrixWorld, **more: Any) -> None:
    """Claire's, with something in what it says of itself."""
    account = await world.synapse.log_in(world.claire.account)
    olm = Olm(account.user, account.device, SqliteMemoryStore(account.user, account.device))
    body = olm.share_keys()
    body["device_keys"] |= more
    status, told = await world.synapse.call("POST", "/keys/upload", account.token, body)
    assert status == 200, told


@pytest.mark.parametrize("name", [None, 7, ["a"], "\x00"])
async def test_a_device_with_an_odd_name_keeps_nobody_from_reading(sealed: MatrixWorld, name: object) -> None:
    await an_odd_device(sealed, unsigned={"device_display_name": name})
    async with bot(sealed) as (platform, _):
        event = (await platform.post(a_post(sealed))).id
    assert await can_read(sealed, sealed.claire, event)


async def test_a_device_that_came_back_reads_again(sealed: MatrixWorld) -> None:
    """As behind a homeserver that did not tell all devices at some time."""
    people = (sealed.claire.user, sealed.karim.user, sealed.bot.user)
    nobody = Fault(200, json.dumps({"device_keys": {user: {} for user in people}}))
    found = []
    for number, answer in enumerate((None, nobody, None, None), 1):
        if answer is not None:
            sealed.proxy.plan(QUERY, answer, times=None)
        async with bot(sealed) as (platform, _):
            found.append((await platform.post(a_post(sealed, f"{number}", number))).id)
        sealed.proxy.heal()
    assert [await can_read(sealed, sealed.claire, event) for event in found] == [True, False, True, True]


async def test_where_the_server_looks_nobody_up_those_who_are_known_read_it(sealed: MatrixWorld) -> None:
    async with bot(sealed) as (platform, _):
        await platform.post(a_post(sealed, "un", 1))
    sealed.proxy.plan(QUERY, NO_ID, times=None)
    async with bot(sealed) as (platform, _):
        event = (await platform.post(a_post(sealed, "deux", 2))).id
    assert await can_read(sealed, sealed.claire, event)


async def test_an_id_that_the_server_refuses_to_look_up_holds_nobody_up(sealed: MatrixWorld) -> None:
    sealed.proxy.plan(QUERY, NO_ID)  # of all at once
    async with bot(sealed) as (platform, _):
        event = (await platform.post(a_post(sealed))).id
    assert await can_read(sealed, sealed.claire, event)


async def test_whose_server_does_not_answer_costs_no_request_before_each_post(sealed: MatrixWorld) -> None:
    account, room = await sealed.synapse.register("Lina"), sealed.room.address
    async with Person(sealed.synapse.url, account, encryption=True) as lina:
        await sealed.claire.invites(room, lina.user)
        await lina.joins(room)
        asked = {sealed.claire.user: [], sealed.karim.user: []}
        known = await sealed.claire.call("POST", QUERY, {"device_keys": asked})
        silence = known | {"failures": {"elsewhere.test": {}}}
        sealed.proxy.plan(QUERY, Fault(200, json.dumps(silence)), times=None)
        async with bot(sealed) as (platform, sink):
            await platform.post(a_post(sealed, "un", 1))
            await heard(sealed, sink)
            before = len(sealed.proxy.asked(QUERY))
            for number in range(2, 8):
                event = (await platform.post(a_post(sealed, str(number), number))).id
            assert len(sealed.proxy.asked(QUERY)) - before < 4
            assert [await can_read(sealed, one, event) for one in (sealed.claire, lina)] == [True, False]

            sealed.proxy.heal()
            async with Person(sealed.synapse.url, await sealed.synapse.log_in(account), encryption=True):
                await heard(sealed, sink)  # the server tells that Lina's devices changed
                event = (await platform.post(a_post(sealed, "fin", 9))).id
            assert await can_read(sealed, lina, event)
