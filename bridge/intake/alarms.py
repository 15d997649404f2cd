"""What a chat platform tells of itself: something unreadable, a time that was missed, trouble an operator must know."""

from datetime import datetime

import structlog

from bridge.domain.events import Alarm, Missed, Unreadable
from bridge.domain.routing import TAKES_PART
from bridge.ports.rows import NewPost
from bridge.ports.store import Tx

log = structlog.get_logger(__name__)


async def take_alarm(tx: Tx, platform: str, event: Unreadable | Missed | Alarm, now: datetime) -> None:
    """Keep what could not be read; tell the operations room, and of a time that was missed every room too.

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
        case Missed(since=since, until=until):
            times = {"since": None if since is None else since.isoformat(), "until": until.isoformat()}
            log.warning("chat.missed", platform=platform, **times)
            rooms = await tx.rooms.on(platform)
            await tx.posts.add([NewPost("missed", subject, room.id, times) for room in rooms])
            await tx.operations.tell("ops_missed", subject, {"platform": platform, **times})
        case Alarm(trouble=trouble):
            log.warning("chat.alarm", platform=platform, trouble=trouble)
            await tx.operations.tell(f"ops_chat_{trouble}", subject, {"platform": platform})
    tx.ring("posts")


async def _tell_author(tx: Tx, event: Unreadable, subject: str) -> None:
    """Whoever wrote it in a room that sends waits for an SMS that has not left."""
    if event.room is None or event.message is None:
        return
    room = (await tx.rooms.at({event.room})).get(event.room)
    if room is not None and room.state in TAKES_PART:
        kind = "not_unsealed" if event.sealed else "not_readable"
        await tx.posts.add([NewPost(kind, subject, room.id, {}, reply_to=event.message)])
        tx.ring("posts")
