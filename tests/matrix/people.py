"""What people do on Matrix in most tests, plain and encrypted, in one line each."""

from tests.matrix.relay import MatrixRelay
from tests.relay_setting import DURAND, PETIT
from tests.telegram.people import TEXT

PLACES = {"reception": DURAND, "ward": PETIT}
"""A plain room and an encrypted one, each with whom it writes to."""
ANSWERS = {
    "reception": 'Mme Durand, 06 12 34 56 78: "Yes."',
    "ward": 'M. Petit, 06 12 34 56 79: "Yes."',
}
"""What stands there when they answer "Yes."."""


async def sent(relay: MatrixRelay, *rooms: str, text: str = TEXT) -> dict[str, str]:
    """A message that arrived, from each of the rooms; without any, from both: the events' ids by room."""
    found = {room: await relay.say(text, room) for room in rooms or PLACES}
    await relay.later(5)
    return found


async def quoted(relay: MatrixRelay, room: str) -> list[str]:
    """The words of the answers that stand in the room, in their order."""
    return [text.split('"')[1] for text in await relay.posts(room) if text and '"' in text]
