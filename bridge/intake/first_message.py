"""The first message of a room, pinned: whom words typed there go to, and what an SMS cannot carry."""

from collections.abc import Iterable

from bridge.domain.rooms import Room
from bridge.ports.rows import NewPost
from bridge.ports.store import Tx

KIND = "first_message"
_NAMED = 5


async def greet(tx: Tx, rooms: Iterable[Room]) -> None:
    """Post it in each room that takes part, once; where it stands already it is edited if something changed."""
    for room in rooms:
        params = {**facts(room), "language": room.language, "done": None}  # said anew in another language
        await tx.posts.revise(NewPost(KIND, _subject(room), room.id, params, pinned=True))
        tx.ring("posts")


async def greet_all(tx: Tx, platform: str) -> None:
    """At start: each room of the platform says to whom words go; one whose phone is gone, that nothing leaves."""
    await greet(tx, await tx.rooms.on(platform))
    for room in (await tx.rooms.by_id(await tx.guests.unlinked(platform))).values():
        await dismiss(tx, room)


async def dismiss(tx: Tx, room: Room) -> None:
    """It says that the room sends nothing any more."""
    await tx.posts.finish(KIND, _subject(room), room.id, 1, "unlinked")
    tx.ring("posts")


def facts(room: Room) -> dict[str, object]:
    """What people should know of a room: its kind, whom it texts, whether they can answer, how each SMS begins."""
    kind = "commands" if room.sends == "commands" else "list" if room.is_list else "line"
    prefix = room.prefix if room.prefix is not None else room.rules.prefix
    return {
        "room": "desk" if room.is_desk else kind,
        "people": [one.name or one.number for one in room.receivers[:_NAMED]],
        "count": len(room.receivers),
        "answers": room.rules.short_number,
        "opening": prefix.strip() or None,
    }


def _subject(room: Room) -> str:
    """One for each place: what stood where a room was before cannot be edited from where it is now."""
    return f"room:{room.address}"
