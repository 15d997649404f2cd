"""Events as a homeserver hands them over."""

from itertools import count
from typing import Any

from bridge.adapters.matrix.translate import Reader

ROOM = "!room:example.org"
BOT, ANN = "@sms:example.org", "@ann:example.org"
WRITTEN = 1_763_000_000_000  # milliseconds
_numbers = count(1)

reader = Reader(BOT, lambda room, user: {ANN: "Ann"}.get(user, user))


def event(kind: str, content: dict[str, Any], *, sender: str = ANN, **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "content": content,
        "sender": sender,
        "event_id": f"$event{next(_numbers)}",
        "origin_server_ts": WRITTEN,
        **more,
    }


def said(body: str = "Hello", *, sender: str = ANN, msgtype: str = "m.text", **content: Any) -> dict[str, Any]:
    return event("m.room.message", {"msgtype": msgtype, "body": body, **content}, sender=sender)


def member(membership: str, before: str | None = None, *, user: str = BOT) -> dict[str, Any]:
    unsigned = {} if before is None else {"prev_content": {"membership": before}}
    return event("m.room.member", {"membership": membership}, sender=user, state_key=user, unsigned=unsigned)
