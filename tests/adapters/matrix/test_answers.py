"""Answers of every size and depth: none of them costs more than itself."""

import json

import pytest
from aiohttp import ClientSession, web
from hypothesis import given
from hypothesis import strategies as st

from bridge.adapters.matrix.calls import LARGEST, SMALL, Calls
from bridge.adapters.matrix.json_text import DEEPEST, read_json
from bridge.adapters.matrix.levels import level_of
from bridge.domain.events import Typed
from bridge.domain.failures import OutcomeUnknown, Reason
from bridge.ports.clock import SystemClock
from tests.contract.matrix_world import MatrixWorld
from tests.contract.worlds import Recorder, a_post, listening, posts
from tests.matrix.proxy import Fault, Proxy

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(told=_JSON)
def test_what_everybody_writes_is_read_as_it_is(told: object) -> None:
    assert read_json(json.dumps(told).encode()) == told
    assert read_json(json.dumps(told, ensure_ascii=False).encode()) == told


@pytest.mark.parametrize("depth", [DEEPEST + 1, 500, 990, 5_000, 200_000])
@pytest.mark.parametrize(
    ("opens", "closes"), [('{"a":', "}"), ("[", "]"), ('["]\\"",', "]"), ('{"a":1,"b":[],"c":', "}")]
)
def test_what_lies_too_deep_is_left_out_and_all_beside_it_is_read(depth: int, opens: str, closes: str) -> None:
    text = f'{{"deep": {opens * depth}1{closes * depth}, "beside": [1, "]}}"]}}'
    told = read_json(text.encode())
    assert told["beside"] == [1, "]}"]
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "{" * 500 + "]", '{"a": 1}}' * 2, "\ud800", "nul"])
def test_what_is_no_json_is_none(text: str) -> None:
    assert read_json(text.encode(errors="surrogatepass")) is None


def test_numbers_that_are_none_are_left_out() -> None:
    huge = "9" * 5000
    told = read_json(f'{{"a": NaN, "b": -Infinity, "c": {huge}, "d": 7, "e": 1.5, "f": 1e400}}'.encode())
    assert {key: told[key] for key in "abcde"} == {"a": None, "b": None, "c": None, "d": 7, "e": 1.5}


@pytest.mark.parametrize("level", ["²", "--5", "9" * 5000, "", " ", "-", "٣", None, [], 1.5, True])
def test_a_power_level_of_any_shape_is_a_number(level: object) -> None:
    assert level_of({"users": {"@a:b": level}, "users_default": level}, "@a:b") in (0, 3)
    assert level_of({"users": {"@a:b": " 50 "}}, "@a:b") == 50
    assert level_of({"users": {"@a:b": "-1"}}, "@a:b") == -1


class Vast(Proxy):
    """Answers without end."""

    async def _treat(self, request: web.Request, body: bytes) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            for _ in range(2 * LARGEST // 2**20):
                await response.write(b" " * 2**20)
        except ConnectionError:
            self.cut = True
        return response


@pytest.mark.parametrize(("method", "most"), [("GET", LARGEST), ("POST", SMALL)])
async def test_an_answer_without_end_is_cut_off(method: str, most: int) -> None:
    async with Vast("http://127.0.0.1:1") as proxy:
        calls = Calls(proxy.url, SystemClock(), 30.0)
        await calls.open()
        try:
            with pytest.raises(OutcomeUnknown) as caught:
                await calls(method, "sync")  # type: ignore[arg-type]
        finally:
            await calls.close()
    assert caught.value.reason is Reason.SERVER
    assert SMALL < most <= LARGEST or most == SMALL


@pytest.mark.parametrize("depth", [90, 300, 700, 900])
async def test_an_event_of_any_depth_stops_nobody(plain: MatrixWorld, depth: int) -> None:
    room, account = plain.room.address, plain.claire.account
    body = f'{{"msgtype": "m.text", "body": 7, "a": {"[" * depth}{"]" * depth}}}'
    url = f"{plain.synapse.url}/_matrix/client/v3/rooms/{room}/send/m.room.message/deep"
    headers = {"Authorization": f"Bearer {account.token}", "Content-Type": "application/json"}
    async with ClientSession() as session, session.put(url, data=body, headers=headers) as response:
        assert response.status in (200, 400, 500)
    sink = Recorder()
    async with plain.platform() as platform, listening(platform, sink):
        await plain.claire.types(room, "et encore")
        await sink.until(lambda seen: any(isinstance(event, Typed) for event in seen.events))


@pytest.mark.parametrize("answer", ['{"next_batch": NaN}', "[" * 100_000, '{"next_batch": 7}', "null", '{"rooms": 1}'])
async def test_a_sync_that_is_none_is_asked_for_again(plain: MatrixWorld, answer: str) -> None:
    plain.proxy.plan("/sync", Fault(200, answer))
    await plain.claire.types(plain.room.address, "malgré tout")
    sink = Recorder()
    async with plain.platform() as platform, listening(platform, sink):
        await sink.until(lambda seen: any(isinstance(event, Typed) for event in seen.events))


async def test_an_answer_to_a_post_that_is_none_leaves_it_open(plain: MatrixWorld) -> None:
    plain.proxy.plan("/send/", Fault(200, '{"event_id": NaN}', carried_out=True), method="PUT")
    async with plain.platform() as platform:
        with pytest.raises(OutcomeUnknown):
            await platform.post(a_post(plain))
        plain.clock.passed += 60
        await platform.post(a_post(plain))

    assert len(await posts(plain)) == 1
