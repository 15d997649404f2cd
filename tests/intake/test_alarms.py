"""What a chat platform tells of itself reaches those whom it concerns, once."""

from datetime import timedelta
from typing import get_args

import pytest

from bridge.domain.events import Alarm, Missed, Trouble, Unreadable
from bridge.domain.ids import RoomAddress
from tests.intake.places import Places

OPERATIONS = RoomAddress("web", "operations")


@pytest.fixture(autouse=True)
async def operations(places: Places) -> None:
    await places.world.write(lambda tx: tx.operations.at(OPERATIONS, "en", "UTC"))


async def test_what_cannot_be_read_is_kept_and_told_once_an_hour(places: Places) -> None:
    raw = '{"update_id": 417, "text": "my results"}'
    await places.take(Unreadable("417", None, "no kind", raw), Unreadable("418", None, "no kind", raw))
    ((room, said),) = await places.said()
    assert room == "operations"
    assert "under the id 417." in said
    assert "results" not in said
    places.world.clock.pass_(3600)
    await places.take(Unreadable("419", None, "no kind", raw))
    assert len(await places.said()) == 1


@pytest.mark.parametrize("known", [True, False])
async def test_a_time_that_was_missed_is_told_in_every_room_and_to_operations(places: Places, known: bool) -> None:
    until = places.world.now
    since = until - timedelta(hours=30) if known else None
    await places.take(Missed("missed:1", since, until), Missed("missed:1", since, until))
    said = dict(await places.said())
    assert set(said) == {"line", "list", "desk", "operations"}
    between = "The bridge heard nothing from here between Sunday 04:00 and 10:00: "
    assert said["line"].startswith(
        between if known else "The bridge could not read all that was written here until 10:00."
    )
    assert said["operations"].startswith("Chat Web: nothing was heard ")


@pytest.mark.parametrize(("room", "told"), [("line", {"line", "operations"}), ("nobody-s", set())])
async def test_what_was_missed_in_one_room_alone_is_told_there_and_to_operations(
    places: Places, room: str, told: set[str]
) -> None:
    await places.take(Missed("gap:1", None, places.world.now, RoomAddress("web", room)))
    said = dict(await places.said())
    assert set(said) == told
    if told:
        assert said["line"].startswith("The bridge could not read all that was written here until 10:00.")
        assert said["operations"].startswith("The room web:line: not all that was written there until 10:00")


@pytest.mark.parametrize("trouble", get_args(Trouble))
async def test_trouble_is_told_to_operations_once_an_event(places: Places, trouble: Trouble) -> None:
    await places.take(Alarm("alarm:1", trouble))
    await places.take(Alarm("alarm:1", trouble))
    ((room, said),) = await places.said()
    assert room == "operations"
    assert said.startswith("Chat Web: ")
