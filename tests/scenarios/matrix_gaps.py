"""More happens in a room than the homeserver tells at once: 250 events while the bridge was off."""

from tests.matrix.people import PLACES, sent
from tests.matrix.proxy import BAD_GATEWAY
from tests.matrix.relay import MatrixRelay
from tests.relay_setting import Setting
from tests.scenarios.scenario import on_matrix
from tests.telegram.people import TEXT

PUSHED = Setting(callbacks=True)
WORDS = {0: "First.", 125: "In the middle.", 249: "Last."}
NOTE = {"msgtype": "m.text", "body": "// a note"}


async def _much_written(relay: MatrixRelay, room: str) -> None:
    """Three messages, with 247 notes among them that are nobody's but the team's; the bridge is off."""
    await sent(relay, room)
    await relay.stop()
    for number in range(250):
        if number in WORDS:
            await relay.say(WORDS[number], room)
        else:
            await relay.claire.sends(relay.rooms[room], "m.room.message", NOTE, plainly=True)


async def _all_left_in_order(relay: MatrixRelay, room: str) -> None:
    await relay.later(60)
    left = [(post.text, post.receivers) for post in relay.ovh.records.accepted]
    assert left == [(text, (PLACES[room],)) for text in (TEXT, *WORDS.values())]
    assert relay.proxy.asked("/messages", "GET")


@on_matrix(PUSHED)
async def matrix_250_events_between_two_syncs(relay: MatrixRelay) -> None:
    await _much_written(relay, "reception")
    await relay.start()
    await _all_left_in_order(relay, "reception")


@on_matrix(PUSHED)
async def matrix_gap_that_cannot_be_read_at_first(relay: MatrixRelay) -> None:
    await _much_written(relay, "ward")
    relay.proxy.plan("/messages", BAD_GATEWAY, times=3)
    await relay.start()
    await relay.until(lambda: relay.trouble is not None, within=40)
    await relay.recovers()
    await _all_left_in_order(relay, "ward")
