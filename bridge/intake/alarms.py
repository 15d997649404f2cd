"""What a chat platform tells of itself: something unreadable, a time that was missed, trouble an operator must know."""

from datetime import datetime

import structlog

from bridge.domain.events import Alarm, Missed, Unreadable
from bridge.domain.routing import TAKES_PART
from bridge.ports.rows import NewPost
from bridge.ports.store import Tx

log = structlog.get_logger(__name__)


async def take_alarm(tx: Tx, platform: str, event: Unreadable | Missed | Alarm, now: datetime) -> None:
    """Keep what could not be read; tell the operations room, and of a time that was missed the rooms too.

    What could not be read is told once an hour, however much there is: else it would bury all other alarms.
    """
    subject = f"event:{event.event_id}"
    match event:
        case Unreadable():
            log.warning("chat.unreadable", platform=platform, event_id=event.event_id, what=event.what)
            await tx.events.set_aside(platform, event.event_id, event.raw)
            await _tell_author(tx, event, subject)
            if event.sealed:
                return  # nothing of ours is amiss
            params: dict[str, object] = {"platform": platform, "event": event.event_id}
            await tx.operations.tell("ops_unreadable", f"unreadable:{platform}:{now:%Y-%m-%dT%H}", params)
        case Missed():
            await _tell_missed(tx, platform, event, subject)
        case Alarm(trouble=trouble):
            log.warning("chat.alarm", platform=platform, trouble=trouble)
            await tx.operations.tell(f"ops_chat_{trouble}", subject, {"platform": platform})
    tx.ring("posts")


async def _tell_missed(tx: Tx, platform: str, event: Missed, subject: str) -> None:
    """The rooms where it may be so. What was missed where no phone is for the place was not for us."""
    times = {"since": None if event.since is None else event.since.isoformat(), "until": event.until.isoformat()}
    log.warning("chat.missed", platform=platform, room=str(event.room) if event.room else None, **times)
    rooms = [room for room in await tx.rooms.on(platform) if event.room in (None, room.address)]
    if event.room is not None and not rooms:
        return
    await tx.posts.add([NewPost("missed", subject, room.id, times) for room in rooms])
    told: dict[str, object] = {"platform": platform, **times}
    await tx.operations.tell("ops_missed", subject, told if event.room is None else {**told, "room": str(event.room)})


async def _tell_author(tx: Tx, event: Unreadable, subject: str) -> None:
    """Whoever wrote it in a room that sends waits for an SMS that has not left."""
    if event.room is None or event.message is None:
        return
    room = (await tx.rooms.at({event.room})).get(event.room)
    if room is not None and room.state in TAKES_PART:
        kind = "not_unsealed" if event.sealed else "not_readable"
        await tx.posts.add([NewPost(kind, subject, room.id, {}, reply_to=event.message)])
        tx.ring("posts")
