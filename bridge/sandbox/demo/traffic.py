"""The real requests behind each step of a message, without secrets and with masked numbers."""

import json
import re
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from bridge.domain.numbers import mask
from bridge.sandbox.chat import BotCall
from bridge.sandbox.demo.ledger import Written
from bridge.sandbox.ovh import Push, SeenRequest
from bridge.sandbox.page.stage import Request

KEPT = 500  # requests of each side
SHOWN = 20  # requests of a step

_NUMBER = re.compile(r"\+\d{8,15}|00\d{9,15}|(?<!\d)0[67]\d{8}(?!\d)")
_SECRET_SEGMENT = re.compile(r"(/ovh/[^/]+/)[^/]+")  # /ovh/{phone}/{secret}/report


class Traffic:
    """What the bridge, OVH and the chat server lately said to each other."""

    def __init__(self) -> None:
        self._asked: deque[SeenRequest] = deque(maxlen=KEPT)
        self._pushed: deque[Push] = deque(maxlen=KEPT)

    def asked(self, seen: SeenRequest) -> None:
        """The bridge asked OVH; a call that hangs is told twice."""
        if not any(seen is known for known in self._asked):
            self._asked.append(seen)

    def pushed(self, push: Push) -> None:
        """OVH called the bridge."""
        self._pushed.append(push)

    def written(self, row: Written, calls: Iterable[BotCall]) -> list[Request]:
        """How it came to the bridge, and that it is on its disk."""
        requests = [
            _chat(call, {"events": [event]})
            for call in calls
            for event in call.answer.get("events", [])
            if isinstance(event, dict) and event.get("entry") == row.entry and event.get("kind") == "typed"
        ]
        if row.confirmed_at is not None:
            requests.append(
                {
                    "at": iso(row.confirmed_at),
                    "sender": "bridge → disk",
                    "method": "COMMIT",
                    "path": "event, message, job, sms, cursor",
                    "status": 0,
                    "body": "",
                }
            )
        return requests[-SHOWN:]

    def given(self, row: Written) -> list[Request]:
        """How it was given to OVH, and looked for where that was in doubt."""
        return [_ovh(seen) for seen in self._asked if _tag_of(seen) in row.tags][-SHOWN:]

    def arrived(self, row: Written) -> list[Request]:
        """What OVH told of it: pushed, and asked for."""
        ids = {str(ovh_id) for ovh_id in row.ids}
        pushed = [_push(push) for push in self._pushed if push.kind == "report" and _id_of(push) in ids]
        asked = [_ovh(seen) for seen in self._asked if seen.path.rpartition("/outgoing/")[2] in ids]
        return _in_order(pushed, asked)

    def answered(self, row: Written, replies: Iterable[int], calls: Iterable[BotCall]) -> list[Request]:
        """The answers to it by their OVH ids: pushed, fetched, posted."""
        ids = {str(ovh_id) for ovh_id in replies}
        pushed = [_push(push) for push in self._pushed if push.kind == "reply" and _id_of(push) in ids]
        asked = [_ovh(seen) for seen in self._asked if seen.path.rpartition("/incoming/")[2] in ids]
        posted = [_chat(call, call.answer) for call in calls] if ids else []
        return _in_order(pushed, asked, posted)


def iso(at: datetime) -> str:
    """A time as the page takes it."""
    return at.isoformat().replace("+00:00", "Z")


def _in_order(*requests: list[Request]) -> list[Request]:
    return sorted((one for some in requests for one in some), key=lambda one: one["at"])[-SHOWN:]


def _tag_of(seen: SeenRequest) -> str | None:
    if isinstance(seen.body, dict) and isinstance(seen.body.get("tag"), str):
        return str(seen.body["tag"])
    return seen.query.get("tag")


def _id_of(push: Push) -> str | None:
    values = push.query if push.query else push.body
    return values.get("id") if isinstance(values, Mapping) else None


def _ovh(seen: SeenRequest) -> Request:
    query = f"?{urlencode(seen.query)}" if seen.query else ""
    return {
        "at": iso(seen.at),
        "sender": "bridge → OVH",
        "method": seen.method,
        "path": _masked(f"/1.0{seen.path}{query}"),
        "status": seen.status or 0,
        "body": _body(seen.body),
    }


def _push(push: Push) -> Request:
    path = _SECRET_SEGMENT.sub(r"\1…", urlsplit(push.url).path)
    query = f"?{urlencode(push.query)}" if push.query else ""
    return {
        "at": iso(push.at) if push.at else "",
        "sender": "OVH → bridge",
        "method": push.method,
        "path": _masked(path + query),
        "status": push.status or 0,
        "body": _body(push.body),
    }


def _chat(call: BotCall, body: Mapping[str, Any]) -> Request:
    return {
        "at": iso(call.at),
        "sender": "bridge → chat",
        "method": call.method,
        "path": call.path,
        "status": call.status,
        "body": _body(body),
    }


def _body(body: Any) -> str:
    if body is None or isinstance(body, bytes):
        return ""
    return _masked(body if isinstance(body, str) else json.dumps(body, ensure_ascii=False))


def _masked(text: str) -> str:
    return _NUMBER.sub(lambda found: mask(found[0]), text.replace("%2B", "+"))
