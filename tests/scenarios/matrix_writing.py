"""What people write on Matrix, and the power that fails while an answer or a mark is put there."""

from typing import Any

from tests.matrix.people import ANSWERS, PLACES, quoted, sent
from tests.matrix.proxy import Fault
from tests.matrix.relay import MatrixRelay
from tests.relay_setting import DIALLO, DURAND, PETIT, Setting
from tests.scenarios.scenario import on_matrix
from tests.telegram.people import TEXT, answered

PUSHED = Setting(callbacks=True)
HELD = Setting(callbacks=True, hold=5)


async def cut_at(relay: MatrixRelay, part: str) -> None:
    """The power fails when the homeserver has done this, and has not answered; then the bridge is started again."""
    await relay.until(lambda: [one for one in relay.proxy.asked(part, "PUT") if not one.answered])
    await relay.crash()
    relay.proxy.heal()
    await relay.start()


def left(relay: MatrixRelay) -> list[str]:
    """The texts that OVH took, in their order."""
    return [post.text for post in relay.ovh.records.accepted]


@on_matrix(PUSHED)
async def matrix_cut_while_posting(relay: MatrixRelay) -> None:
    await sent(relay)
    for room, number in PLACES.items():
        kind = "m.room.encrypted" if room == "ward" else "m.room.message"
        relay.proxy.plan(f"/send/{kind}/", Fault(carried_out=True, hangs=True), times=None)
        await relay.ovh.answer(number, "Yes.")
        await cut_at(relay, f"/send/{kind}/")
        await relay.later(60)
        assert await relay.posts(room) == [ANSWERS[room]]


@on_matrix(PUSHED)
async def matrix_cut_while_marking(relay: MatrixRelay) -> None:
    for room in PLACES:
        relay.proxy.plan("/send/m.reaction/", Fault(carried_out=True, hangs=True), times=None)
        message = await relay.say(TEXT, room)
        await cut_at(relay, "/send/m.reaction/")
        await relay.later(60)
        assert await relay.mark(message, room) == ["✅"]


@on_matrix(PUSHED)
async def matrix_echo(relay: MatrixRelay) -> None:
    await sent(relay)
    said = {"msgtype": "m.text", "body": "Typed by somebody who uses the bot's account."}
    path = f"/rooms/{relay.rooms['reception']}/send/m.room.message/other-program"
    status, _ = await relay.synapse.call("PUT", path, relay.bot.token, said)
    assert status == 200
    for room in PLACES:
        await relay.say("Backup done.", room, by=relay.karim, msgtype="m.notice")
        await answered(relay, PLACES[room])
    await relay.later(60)
    assert left(relay) == [TEXT, TEXT]


@on_matrix(PUSHED)
async def matrix_two_bridges_in_one_room(relay: MatrixRelay) -> None:
    for room in PLACES:
        await relay.say('Mme Klein: "Yes."', room, by=relay.karim, **{"bridge.post": "b7-1"})
    await relay.settled()
    relay.unheard |= {line.id for room in PLACES for line in await relay.karim.shown(relay.rooms[room])}
    await relay.later(60)
    assert left(relay) == []


@on_matrix(PUSHED)
async def matrix_no_text(relay: MatrixRelay) -> None:
    url = "mxc://bridge.test/a"
    for room in PLACES:
        for _ in range(2):
            await relay.say("wound.jpg", room, msgtype="m.image", url=url)
        await relay.say("papers.pdf", room, msgtype="m.file", url=url)
        await relay.say("", room, msgtype="m.audio", url=url, **{"org.matrix.msc3245.voice": {}})
        await relay.say("Here", room, msgtype="m.location", geo_uri="geo:48.85,2.35")
        await relay.claire.sends(relay.rooms[room], "m.sticker", {"body": "A cat", "url": url, "info": {}})
    await relay.later(60)


@on_matrix(PUSHED)
async def matrix_rich_text(relay: MatrixRelay) -> None:
    for room in PLACES:
        html = "<p><strong>Come</strong> at 9</p><ul><li>papers</li><li>glasses</li></ul>"
        await relay.say("**Come** at 9\n\n- papers\n- glasses", room, html=html)
        message = await relay.say("Bring your papers.", room)
        await relay.settled()
        await relay.claire.types_in_thread(relay.rooms[room], "They are in the drawer.", message)
    await relay.later(60)
    assert left(relay) == ["Come at 9\n- papers\n- glasses", "Bring your papers."] * 2


@on_matrix(PUSHED)
async def matrix_quoted_reply(relay: MatrixRelay) -> None:
    await sent(relay, "everyone")
    await answered(relay, DIALLO, "Where is it?")
    answer = await relay.line("Where is it?", "everyone")
    await relay.claire.quotes(relay.rooms["everyone"], "Rue de la Paix.", answer)
    await relay.later(60)
    last = relay.ovh.records.accepted[-1]
    assert (last.receivers, last.text) == ((DIALLO,), "Rue de la Paix.")


@on_matrix(PUSHED)
async def matrix_two_rooms_one_receiver(relay: MatrixRelay) -> None:
    await sent(relay, "reception")
    tag = relay.ovh.records.accepted[0].tag
    await sent(relay, "everyone")
    await answered(relay, DURAND, "To the first.", tag=tag)
    await answered(relay, DURAND, "To the last.", tag="")
    await answered(relay, PETIT, "To the only one.")
    assert await quoted(relay, "reception") == ["To the first."]
    assert await quoted(relay, "everyone") == ["To the last.", "To the only one."]


@on_matrix(HELD)
async def matrix_edited_in_time(relay: MatrixRelay) -> None:
    messages = {room: await relay.say("Your appointment is at 8.", room) for room in PLACES}
    await relay.settled()
    for room, message in messages.items():
        await relay.claire.edits(relay.rooms[room], message, TEXT)
    await relay.later(60)
    assert left(relay) == [TEXT, TEXT]


@on_matrix(PUSHED)
async def matrix_edited_too_late(relay: MatrixRelay) -> None:
    messages = await sent(relay, text="Your appointment is at 8.")
    for room, message in messages.items():
        await relay.claire.edits(relay.rooms[room], message, TEXT)
    await relay.later(60)
    assert left(relay) == ["Your appointment is at 8."] * 2


@on_matrix(HELD)
async def matrix_taken_back_in_time(relay: MatrixRelay) -> None:
    messages = {room: await relay.say(TEXT, room) for room in PLACES}
    await relay.settled()
    for room, message in messages.items():
        await relay.claire.redacts(relay.rooms[room], message)
    await relay.later(60)


@on_matrix(PUSHED)
async def matrix_taken_back_too_late(relay: MatrixRelay) -> None:
    for room, message in (await sent(relay)).items():
        await relay.claire.redacts(relay.rooms[room], message)
        await relay.settled()
        await answered(relay, PLACES[room])
        assert await quoted(relay, room) == ["Yes."]
    await relay.later(60)


@on_matrix(PUSHED)
async def matrix_reacted_to(relay: MatrixRelay) -> None:
    for room, message in (await sent(relay)).items():
        for key in ("👍", "1️⃣", "✅"):
            await relay.karim.reacts(relay.rooms[room], message, key)
        await relay.claire.edits(relay.rooms[room], message, TEXT)
    await relay.later(60)
    assert left(relay) == [TEXT, TEXT]


BAD: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "reception": [  # what Synapse lets pass
        ("m.room.message", {"msgtype": "m.text", "body": "* x", "m.new_content": 7}),
        ("m.room.encrypted", {"algorithm": 7, "ciphertext": []}),
        ("m.reaction", {"m.relates_to": "x"}),
    ],
    "ward": [  # where it cannot look
        ("m.room.message", {"msgtype": "m.text", "body": 7}),
        ("m.room.message", {"msgtype": ["m.text"], "body": "x"}),
        ("m.room.message", {"body": "x"}),
    ],
}


@on_matrix(PUSHED)
async def matrix_poison(relay: MatrixRelay) -> None:
    for room, events in BAD.items():
        place = relay.rooms[room]
        before = await relay.say(TEXT, room)
        await relay.settled()
        edit = {"m.relates_to": {"rel_type": "m.replace", "event_id": before}}
        for kind, content in events:
            whole = content | (edit if "m.new_content" in content else {})
            relay.unheard.add(await relay.claire.sends(place, kind, whole))
        await relay.claire.sets(place, "m.room.avatar", {"url": 7})
        message = await relay.say("Bring your papers.", room)
        await relay.later(60)
        assert await relay.mark(message, room) == ["✅"]
    assert left(relay) == [TEXT, "Bring your papers."] * 2
