"""What the page shows of a scene."""

from typing import Literal, cast

from bridge.domain.gsm import MAX_PARTS
from bridge.domain.marks import FAILED, NOT_CONFIRMED, WAITING, Status
from bridge.sandbox import page
from bridge.sandbox.chat import Entry, Mark
from bridge.sandbox.demo.cast import CAST, PLACES, PREFIX, SENDER, Character, Place
from bridge.sandbox.demo.ledger import Written
from bridge.sandbox.demo.scene import Scene
from bridge.sandbox.demo.traffic import iso
from bridge.sandbox.page import stage
from bridge.sandbox.page.actions import Language
from bridge.wording import sentence

ENTRIES = 200  # of a room
SMS = 100  # of a telephone

Tone = Literal["answer", "failure", "notice"]

_NEVER_LEFT = FAILED - {Status.UNDELIVERED} | NOT_CONFIRMED | {Status.CANCELLED}


def draw(scene: Scene, version: int, language: Language) -> page.Snapshot:
    """Everything, as of now; what the demonstration words itself is in `language`."""
    return {
        "version": version,
        "language": scene.language,
        "bridge": {
            "up": not scene.off,
            "since": iso(scene.bridge.since),
            "off_seconds": scene.off_seconds,
        },
        "phone": {"sender": SENDER, "prefix": PREFIX, "plain_text": True, "max_parts": MAX_PARTS},
        "rooms": [_room(scene, place, language) for place in PLACES],
        "telephones": [_telephone(scene, one) for one in CAST],
        "steps": _steps(scene),
        "counters": scene.counters(),
        "fault": scene.ovh.mode.value,
        "coach": scene.coach,
    }


def _room(scene: Scene, place: Place, language: Language) -> stage.Room:
    entries = scene.chat.entries(place.address.address)[-ENTRIES:]
    pinned = next((entry.text for entry in reversed(entries) if entry.pinned), place.pinned(language))
    return {
        "address": str(place.address),
        "title": {"fr": place.fr, "en": place.en},
        "pinned": pinned,
        "receivers": [one.number for one in place.receivers],
        "entries": [_entry(scene, entry) for entry in entries if not entry.pinned],
    }


def _entry(scene: Scene, entry: Entry) -> stage.Entry:
    drawn: stage.Entry = {
        "id": entry.id,
        "kind": entry.kind,
        "person": entry.person,
        "text": entry.text,
        "at": iso(entry.at),
        "reply_to": entry.reply_to,
        "mark": None if entry.mark is None else _mark(entry.mark),
        "buttons": [{"data": button.data, "label": button.label} for button in entry.buttons],
        "edited": entry.edited and entry.kind == "typed",
        "deleted": entry.deleted,
    }
    if entry.kind == "post":
        drawn["tone"] = _tone(scene, entry)
    return drawn


def _mark(mark: Mark) -> stage.MarkSnapshot:
    drawn: stage.MarkSnapshot = {"state": cast("stage.MarkState", mark.status)}
    if mark.summary is not None:
        drawn["summary"] = {
            "total": mark.summary["total"],
            "delivered": mark.summary["delivered"],
            "failed": mark.summary["failed"],
            "unconfirmed": mark.summary["unconfirmed"],
            "waiting": mark.summary["waiting"],
        }
    return drawn


def _tone(scene: Scene, entry: Entry) -> Tone:
    """A post's tone, told from what it answers: the chat server knows no kinds of posts."""
    if scene.whose_answer(entry) is not None:
        return "answer"
    if entry.buttons:
        return "failure"
    mark = None if entry.reply_to is None else scene.chat.entry(entry.reply_to).mark
    if mark is None or _is_summary(entry, mark, scene.language):
        return "notice"
    return "failure" if Status(mark.status) in FAILED | NOT_CONFIRMED else "notice"


def _is_summary(entry: Entry, mark: Mark, language: Language) -> bool:
    """A list's one line begins with the same word whatever its figures are."""
    if mark.summary is None:
        return False
    line = sentence("summary", dict(mark.summary), language, "UTC")
    return entry.text.split(maxsplit=1)[0] == line.split(maxsplit=1)[0]


def _telephone(scene: Scene, one: Character) -> stage.Telephone:
    telephone = scene.ovh.telephone(one.number)
    received: list[stage.Sms] = [
        {
            "id": str(sms.id),
            "direction": "received",
            "sender": sms.sender,
            "text": sms.text,
            "at": iso(sms.at),
            "lost": False,
        }
        for sms in telephone.inbox[-SMS:]
    ]
    written: list[stage.Sms] = [
        {
            "id": f"{one.number}-{index}",
            "direction": "written",
            "sender": one.number,
            "text": sms.text,
            "at": iso(sms.at),
            "lost": sms.lost,
        }
        for index, sms in enumerate(telephone.written)
    ]
    return {
        "number": one.number,
        "name": {"fr": one.fr, "en": one.en},
        "on": telephone.on,
        "exists": telephone.exists,
        "window_open": telephone.window_open,
        "stopped": one.number in scene.ovh.books().blacklist,
        "sms": sorted([*received, *written[-SMS:]], key=lambda sms: sms["at"]),
    }


def _steps(scene: Scene) -> stage.Steps:
    row = scene.newest()
    if row is None:
        idle: stage.Step = {"state": "idle", "requests": []}
        return {"entry": None, "written": idle, "given": idle, "arrived": idle, "answered": idle}
    mark = scene.chat.entry(row.entry).mark
    status = None if mark is None else Status(mark.status)
    answers = scene.answers_to(row)
    posted = {one.id for one in answers}
    calls = [call for call in scene.chat.calls if call.method == "POST" and call.answer.get("id") in posted]
    replies = [reply.id for reply in scene.replies.values() if reply.tag in row.tags]
    given, arrived = _given(row, status), _arrived(row, status)
    answered: stage.StepState = "done" if answers else "waiting" if arrived == "done" else "idle"
    return {
        "entry": row.entry,
        "written": {
            "state": "waiting" if row.confirmed_at is None else "done",
            "requests": scene.traffic.written(row, scene.chat.calls),
        },
        "given": {"state": given, "requests": scene.traffic.given(row)},
        "arrived": {"state": arrived, "requests": scene.traffic.arrived(row)},
        "answered": {"state": answered, "requests": scene.traffic.answered(row, replies, calls)},
    }


def _given(row: Written, status: Status | None) -> stage.StepState:
    if row.sent and (status is None or status not in WAITING or len(row.sent) == len(row.receivers)):
        return "done"
    if status in _NEVER_LEFT:
        return "failed"
    return "idle" if row.confirmed_at is None else "waiting"


def _arrived(row: Written, status: Status | None) -> stage.StepState:
    if not row.sent:
        return "idle"
    if status is Status.DELIVERED:
        return "done"
    return "failed" if status in FAILED | NOT_CONFIRMED else "waiting"
