"""What a caller sees of each fault, and whether OVH carried the call out all the same."""

import asyncio

import aiohttp
import pytest

from bridge.sandbox.ovh import Fault, SimulatedOvh
from tests.sandbox.ovh.caller import DURAND, PETIT, Caller
from tests.sandbox.ovh.conftest import CalledBack

REFUSALS = {
    "rate_limited": (Fault.rate_limited(), 429, "TOO_MANY_REQUESTS"),
    "revoked": (Fault.revoked(), 403, "INVALID_CREDENTIAL"),
    "invalid_key": (Fault.invalid_key(), 403, "INVALID_KEY"),
    "not_credential": (Fault.not_credential(), 403, "NOT_CREDENTIAL"),
    "not_granted": (Fault.not_granted(), 403, "NOT_GRANTED_CALL"),
    "unauthorized": (Fault.unauthorized(), 401, None),
    "no_credits": (Fault.no_credits(), 403, None),
    "query_time_out": (Fault.query_time_out(), 400, "QUERY_TIME_OUT"),
    "invalid_signature": (Fault.invalid_signature(), 400, "INVALID_SIGNATURE"),
    "contact_information": (Fault.contact_information(), 400, None),
    "unknown_service": (Fault.unknown_service(), 404, None),
    "broken": (Fault.broken(503), 503, "INTERNAL_ERROR"),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_a_refusal_is_told_in_ovhs_json_and_nothing_is_accepted(
    ovh: SimulatedOvh, caller: Caller, name: str
) -> None:
    fault, status, code = REFUSALS[name]
    ovh.script(fault)
    answered = await caller.send(DURAND)
    assert answered.status == status
    assert answered.json.get("errorCode") == code
    assert answered.json["httpCode"].startswith(str(status))
    assert "Retry-After" not in answered.headers
    assert not ovh.records.accepted
    assert (await caller.send(DURAND)).status == 200


async def test_429_may_say_when_to_come_again(ovh: SimulatedOvh, caller: Caller) -> None:
    ovh.script(Fault.rate_limited(retry_after=2), times=2)
    for _ in range(2):
        answered = await caller.send(DURAND)
        assert (answered.status, answered.headers["Retry-After"]) == (429, "2")
    assert (await caller.send(DURAND)).status == 200


@pytest.mark.parametrize("carried_out", [False, True])
@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_5xx_may_come_before_or_after_acceptance(
    ovh: SimulatedOvh, caller: Caller, status: int, carried_out: bool
) -> None:
    ovh.script(Fault.broken(status, carried_out=carried_out))
    assert (await caller.send(DURAND)).status == status
    assert len(ovh.records.accepted) == carried_out


@pytest.mark.parametrize("carried_out", [False, True])
@pytest.mark.parametrize("status", [200, 502])
async def test_a_proxy_may_answer_in_html(ovh: SimulatedOvh, caller: Caller, status: int, carried_out: bool) -> None:
    ovh.script(Fault.html(status, carried_out=carried_out))
    answered = await caller.send(DURAND)
    assert (answered.status, answered.json) == (status, None)
    assert answered.headers["Content-Type"].startswith("text/html")
    assert len(ovh.records.accepted) == carried_out


@pytest.mark.parametrize("carried_out", [False, True])
async def test_the_connection_is_reset(ovh: SimulatedOvh, caller: Caller, carried_out: bool) -> None:
    ovh.script(Fault.reset(carried_out=carried_out))
    with pytest.raises(aiohttp.ClientConnectionError):
        await caller.send(DURAND)
    assert len(ovh.records.accepted) == carried_out
    (seen,) = ovh.records.requests
    assert (seen.connection_lost, seen.status, seen.fault) == (True, None, "reset")


async def test_an_answer_breaks_off_in_the_middle(ovh: SimulatedOvh, caller: Caller) -> None:
    ovh.script(Fault.cut_short())
    with pytest.raises(aiohttp.ClientPayloadError):
        await caller.send(DURAND)
    assert len(ovh.records.accepted) == 1


@pytest.mark.parametrize("carried_out", [False, True])
async def test_a_call_hangs_until_it_is_let_go(ovh: SimulatedOvh, caller: Caller, carried_out: bool) -> None:
    ovh.script(Fault.hang(carried_out=carried_out))
    call = asyncio.create_task(caller.send(DURAND))
    await ovh.until(lambda: ovh.hanging == 1)
    assert len(ovh.records.accepted) == carried_out
    assert not call.done()
    ovh.release()
    if carried_out:
        assert (await call).status == 200
    else:
        with pytest.raises(aiohttp.ClientConnectionError):
            await call
    assert ovh.hanging == 0


async def test_a_caller_that_gives_up_hanging_is_recorded_as_lost(ovh: SimulatedOvh, caller: Caller) -> None:
    ovh.script(Fault.hang(carried_out=True))
    call = asyncio.create_task(caller.send(DURAND))
    await ovh.until(lambda: ovh.hanging == 1)
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    assert (await caller.get("/jobs")) == list(ovh.records.accepted[0].ids)
    ovh.release()
    await ovh.until(lambda: ovh.records.requests[0].connection_lost)


async def test_what_hangs_does_not_keep_the_simulator_from_ending() -> None:
    async with SimulatedOvh() as ovh, Caller(ovh) as caller:
        ovh.script(Fault.hang(carried_out=True), on="* *", times=None)
        call = asyncio.create_task(caller.send(DURAND))
        await ovh.until(lambda: ovh.hanging == 1)
        await ovh.__aexit__(None, None, None)
        with pytest.raises(aiohttp.ClientConnectionError):
            await call


async def test_garbage_comes_with_status_200(ovh: SimulatedOvh, caller: Caller) -> None:
    ovh.script(Fault.garbage())
    answered = await caller.send(DURAND)
    assert (answered.status, answered.json, answered.text) == (200, None, '{"ids": [12, ')
    assert len(ovh.records.accepted) == 1


async def test_json_may_have_another_shape(ovh: SimulatedOvh, caller: Caller) -> None:
    ovh.script(Fault.odd_answer(["x"]))
    assert (await caller.send(DURAND)).json == ["x"]
    ovh.script(Fault.odd_forbidden())
    answered = await caller.send(DURAND)
    assert (answered.status, answered.json) == (403, "Forbidden")


async def test_all_receivers_are_refused_with_status_200(ovh: SimulatedOvh, caller: Caller) -> None:
    ovh.script(Fault.refused_receivers())
    answered = await caller.send(DURAND, PETIT)
    assert answered.status == 200
    assert (answered.json["ids"], answered.json["invalidReceivers"]) == ([], [DURAND, PETIT])
    assert not ovh.records.accepted


async def test_a_report_may_come_before_the_answer(ovh: SimulatedOvh, caller: Caller, called_back: CalledBack) -> None:
    ovh.books().call_back = f"{called_back.url}/report"
    ovh.script(Fault.calls_back_first(1, 4))
    answered = await caller.send(DURAND)
    assert [query["id"] for _, _, query, _ in called_back.calls] == [str(answered.json["ids"][0])]
    assert ovh.records.requests[0].status == 200


async def test_any_other_answer_can_be_given(ovh: SimulatedOvh, caller: Caller) -> None:
    ovh.script(Fault.answers(418, b"teapot", content_type="text/plain"))
    answered = await caller.send(DURAND)
    assert (answered.status, answered.text) == (418, "teapot")


async def test_a_fault_meets_only_the_calls_it_was_written_for(ovh: SimulatedOvh, caller: Caller) -> None:
    scripted = ovh.script(Fault.broken(), on="GET outgoing*", times=None)
    (sms_id,) = (await caller.send(DURAND)).json["ids"]
    for path in ("outgoing", f"outgoing/{sms_id}", "outgoing?tag=x"):
        assert (await caller.call("GET", f"/sms/sms-ab12345-1/{path}")).status == 500
    assert await caller.get("/jobs") == [sms_id]
    assert scripted.hits == 3
    scripted.cancel()
    assert await caller.get("/outgoing") == [sms_id]


@pytest.mark.parametrize(
    ("on", "path"),
    [
        ("GET account", "/sms/sms-ab12345-1"),
        ("GET /auth/time", "/auth/time"),
        ("GET /sms", "/sms"),
        ("GET *", "/sms/sms-ab12345-1/incoming"),
        ("* *", "/auth/currentCredential"),
    ],
)
async def test_a_pattern_names_a_call(ovh: SimulatedOvh, caller: Caller, on: str, path: str) -> None:
    ovh.script(Fault.broken(), on=on)
    assert (await caller.call("GET", path)).status == 500
    assert (await caller.call("GET", path)).status == 200


async def test_a_fault_may_wait_for_a_certain_receiver(ovh: SimulatedOvh, caller: Caller) -> None:
    ovh.script(Fault.broken(), when=lambda seen: PETIT in seen.body["receivers"])
    assert (await caller.send(DURAND)).status == 200
    assert (await caller.send(PETIT)).status == 500


async def test_faults_come_in_the_order_they_were_written(ovh: SimulatedOvh, caller: Caller) -> None:
    ovh.script(Fault.broken(502))
    ovh.script(Fault.revoked(), times=None)
    assert [(await caller.send(DURAND)).status for _ in range(3)] == [502, 403, 403]
    ovh.clear_faults()
    assert (await caller.send(DURAND)).status == 200


async def test_one_unreadable_answer_leaves_the_others_readable(ovh: SimulatedOvh, caller: Caller) -> None:
    bad, good = ovh.seeding.incoming(DURAND, "Oui"), ovh.seeding.incoming(PETIT, "Non")
    ovh.script(Fault.garbage(), on=f"GET incoming/{bad.id}", times=None)
    assert (await caller.call("GET", f"/sms/sms-ab12345-1/incoming/{bad.id}")).json is None
    assert (await caller.get(f"/incoming/{good.id}"))["message"] == "Non"


async def test_a_failure_of_the_simulator_itself_is_loud() -> None:
    ovh = SimulatedOvh()
    await ovh.__aenter__()
    async with Caller(ovh) as caller:
        ovh.script(Fault.broken(), when=lambda seen: bool(1 / 0))
        assert (await caller.send(DURAND)).status == 500
    with pytest.raises(ExceptionGroup, match="the simulated OVH failed"):
        await ovh.__aexit__(None, None, None)
