"""A homeserver with the limits that Synapse comes with: ten messages at once, then one in five seconds."""

from tests.matrix.people import ANSWERS, PLACES
from tests.matrix.relay import MatrixRelay
from tests.relay_setting import Setting
from tests.scenarios.scenario import on_matrix
from tests.telegram.people import answered


@on_matrix(Setting(callbacks=True))
async def matrix_limited(relay: MatrixRelay) -> None:
    messages = {await relay.say(f"Number {number}", room): room for number in range(3) for room in PLACES}
    await relay.settled()
    for number in PLACES.values():
        await answered(relay, number)
    await relay.until_seen(lambda: _all_marked(relay, messages), within=100)
    for room in PLACES:
        assert ANSWERS[room] in await relay.posts(room)
    texts = [post.text for post in relay.ovh.records.accepted if post.receivers == (PLACES["ward"],)]
    assert texts == [f"Number {number}" for number in range(3)]


async def _all_marked(relay: MatrixRelay, messages: dict[str, str]) -> bool:
    shown = {
        line.id: line.given(relay.bot.user) for room in PLACES for line in await relay.karim.shown(relay.rooms[room])
    }
    return all(shown[message] == ["✅"] for message in messages)
