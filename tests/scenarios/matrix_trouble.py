"""A homeserver that is away, that loses its answers, that wants less, or that refuses our token."""

import asyncio

from tests.matrix.kinds import WithPassword
from tests.matrix.people import ANSWERS, PLACES, quoted, sent
from tests.matrix.proxy import BAD_GATEWAY, Fault
from tests.matrix.relay import MatrixRelay
from tests.relay_setting import Setting
from tests.scenarios.scenario import on_matrix
from tests.scenarios.sending import HOUR
from tests.telegram.people import TEXT, answered

PUSHED = Setting(callbacks=True)
PAPERS = "Bring your papers."
TOO_MANY = Fault(429, '{"errcode": "M_LIMIT_EXCEEDED", "error": "Too many", "retry_after_ms": 30000}')


async def _deaf(relay: MatrixRelay) -> None:
    await relay.until(lambda: relay.trouble is not None, within=40)


async def _stopped(relay: MatrixRelay) -> None:
    """The homeserver is, and the bridge knows."""
    await asyncio.to_thread(relay.synapse.stop)
    await _deaf(relay)


async def _heard_again(relay: MatrixRelay) -> None:
    await relay.recovers()
    await relay.later(120)


@on_matrix(PUSHED)
async def matrix_down_for_hours(relay: MatrixRelay) -> None:
    await sent(relay)
    await _stopped(relay)
    for text in ("Number 1.", "Number 2.", "Number 3."):
        for number in PLACES.values():
            await answered(relay, number, text)
    await relay.later(2 * HOUR, step=1200)
    await asyncio.to_thread(relay.synapse.start)
    messages = {room: await relay.say(PAPERS, room) for room in PLACES}
    await _heard_again(relay)
    for room, message in messages.items():
        assert await quoted(relay, room) == ["Number 1.", "Number 2.", "Number 3."]
        assert await relay.mark(message, room) == ["✅"]


@on_matrix(PUSHED)
async def matrix_down_for_a_day(relay: MatrixRelay) -> None:
    """Answers stand in their rooms, the bridge does not know, and the homeserver has forgotten their numbers."""
    await sent(relay)
    for part in ("/send/m.room.message/", "/send/m.room.encrypted/"):
        relay.proxy.plan(part, Fault(502, carried_out=True), times=None)
    for number in PLACES.values():
        await answered(relay, number)
    await relay.later(60)
    assert [await quoted(relay, room) for room in PLACES] == [["Yes."], ["Yes."]]
    await _stopped(relay)
    await relay.later(21 * HOUR, step=HOUR)
    relay.synapse.forget_transactions()
    relay.proxy.heal()
    await asyncio.to_thread(relay.synapse.start)
    await _heard_again(relay)
    for room in PLACES:
        assert await relay.posts(room) == [ANSWERS[room]]
    assert relay.proxy.asked("/messages", "GET")


@on_matrix(PUSHED)
async def matrix_unplugged(relay: MatrixRelay) -> None:
    await sent(relay)
    relay.proxy.plan("/", Fault(), times=None)
    for number in PLACES.values():
        await answered(relay, number)
    messages = {room: await relay.say(PAPERS, room) for room in PLACES}  # ends the poll that waits
    await _deaf(relay)
    await relay.later(300)
    relay.proxy.heal()
    await relay.recovers()
    await relay.later(60)
    for room, message in messages.items():
        assert await relay.posts(room) == [ANSWERS[room]]
        assert await relay.mark(message, room) == ["✅"]


@on_matrix(PUSHED)
async def matrix_answer_lost(relay: MatrixRelay) -> None:
    for part in ("/send/", "/redact/"):
        relay.proxy.plan(part, Fault(502, carried_out=True), times=3)
    messages = {room: await relay.say(TEXT, room) for room in PLACES}
    await relay.later(60)
    for number in PLACES.values():
        await answered(relay, number)
    await relay.later(60)
    for room, message in messages.items():
        assert await relay.mark(message, room) == ["✅"]
        assert await relay.posts(room) == [ANSWERS[room]]


@on_matrix(PUSHED)
async def matrix_says_too_many(relay: MatrixRelay) -> None:
    await sent(relay)
    relay.proxy.plan("/send/m.room.", TOO_MANY)
    before = len(relay.proxy.asked("/send/m.room.", "PUT"))
    for number in PLACES.values():
        await answered(relay, number)
    await relay.later(20)
    assert len(relay.proxy.asked("/send/m.room.", "PUT")) == before + 1  # it counts for the whole account
    await relay.later(60)
    for room in PLACES:
        assert await relay.posts(room) == [ANSWERS[room]]


@on_matrix(PUSHED, WithPassword)
async def matrix_token_ran_out(relay: WithPassword) -> None:
    await sent(relay)
    kept = relay.kept()
    await relay.synapse.expire(kept)
    messages = {room: await relay.say(PAPERS, room) for room in PLACES}
    await relay.until(lambda: relay.kept().token != kept.token or relay.trouble is not None, within=40)
    await relay.recovers()
    await relay.later(60)
    for room, message in messages.items():
        assert await relay.mark(message, room) == ["✅"]
    assert (relay.kept().device, relay.kept().token == kept.token) == (kept.device, False)


@on_matrix(PUSHED)
async def matrix_token_revoked(relay: MatrixRelay) -> None:
    await sent(relay)
    await relay.synapse.revoke(relay.bot)
    for number in PLACES.values():
        await relay.ovh.answer(number, "Yes.")
    message = await relay.say(PAPERS)
    await relay.until(lambda: relay.trouble == "revoked", within=40)
    await relay.later(HOUR, step=600)
    assert (await relay.ready())["chats"] == {"matrix": "revoked"}
    await relay.stop()
    relay.bot = await relay.synapse.log_in(relay.bot)
    await relay.start()
    await relay.later(60)
    for room in PLACES:
        assert ANSWERS[room] in await relay.posts(room)
    assert await relay.mark(message) == ["✅"]


@on_matrix(PUSHED)
async def matrix_fails_at_every_step(relay: MatrixRelay) -> None:
    for room, number in PLACES.items():
        for part in ("/sync", "/sendToDevice", "/keys/", "/members", "/send/"):
            relay.proxy.plan(part, BAD_GATEWAY)
        message = await relay.say(TEXT, room)
        await relay.later(60)
        await answered(relay, number)
        await relay.later(60)
        await relay.recovers()
        relay.proxy.heal()
        await relay.later(60)
        assert await relay.mark(message, room) == ["✅"]
        assert await relay.posts(room) == [ANSWERS[room]]
