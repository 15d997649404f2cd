"""What commands, rooms and alarms tell, with the parameters of one occasion each; tests/test_wording.py says them."""

from itertools import product
from typing import Any, get_args

from bridge.domain.causes import Cause
from bridge.domain.events import Trouble
from bridge.domain.marks import FAILED, Status

MRS = "+33612345678"
PLACE = "telegram:-1001234567890"
AT = "2026-11-18T09:42:00Z"
UNTIL = "2026-11-20T09:42:00Z"
SUMMARY = {"total": 2, "delivered": 1, "failed": 0, "unconfirmed": 0, "waiting": 1}
RECEIVERS = list(product([status.value for status in Status], ["Mme Durand", None]))


def standing(status: str, name: str | None = "Mme Durand") -> dict[str, Any]:
    """One receiver, as the answer to `status` is handed it."""
    cause = Cause.PHONE_OFF.value if Status(status) in FAILED else None
    return {"name": name, "number": MRS, "status": status, "cause": cause, "since": AT, "at": AT}


def asked(*people: dict[str, Any], more: int = 0, answers: str | None = "open") -> dict[str, Any]:
    """The parameters of an answer to `status`."""
    return {"standing": list(people), "more": more, "summary": SUMMARY, "answers": answers, "until": UNTIL}


def room(kind: str, people: int, /, **changed: Any) -> dict[str, Any]:
    """The parameters of a room's first message or of help there."""
    usual = {"room": kind, "people": [MRS, "M. Petit", "A", "B", "C"][:people], "count": people, "answers": True}
    return {**usual, "opening": "Cabinet Martin :", "hold": 5, "operator": False, "done": None, **changed}


ROOMS = [room("line", 1), room("list", 3), room("list", 43), room("desk", 0), room("commands", 1), room("commands", 2)]

COMMANDS: dict[str, list[dict[str, Any]]] = {
    "status": [
        *(asked(standing(*one), answers=answers) for one, answers in product(RECEIVERS, ["over", None])),
        asked(*(standing(*one) for one in RECEIVERS), more=1),
        asked(standing("delivered"), standing("queued"), more=12),
    ],
    "help": [{**one, "operator": operator} for one, operator in product(ROOMS, [True, False])],
    "first_message": [
        *ROOMS,
        room("line", 1, answers=False, opening=None),
        room("line", 1, people=["Mme Durand"]),
        room("line", 1, done="unlinked"),
    ],
    "several_parts": [
        {"parts": 2, "receivers": 1, "price": 2, "costly": ["ê"], "letters": 1, "parts_without": 1, "hold": 5},
        {"parts": 3, "receivers": 40, "price": 120, "costly": [], "letters": 0, "parts_without": 3, "hold": 0},
        {"parts": 3, "receivers": 1, "price": 3, "costly": list("êôâçî"), "letters": 6, "parts_without": 1, "hold": 1},
        *({"parts": 2, "receivers": 1, "price": 2, "done": done} for done in ("short", "cancelled", "refused")),
    ],
    "mistake": [
        {"cause": "alone", "word": "status"},
        {"cause": "sms_number"},
        {"cause": "sms_no_number", "typed": "06 12 34 56 7"},
        {"cause": "sms_text", "number": MRS},
        {"cause": "sms_which_number", "typed": "+49 1512 345 6789"},
        {"cause": "link"},
        {"cause": "link_code"},
        {"cause": "link_phone", "phones": ["accueil", "soir"], "code": "K7MA4P"},
        {"cause": "link_numbers", "others": ["Mme Durand"], "phone": "accueil", "code": "K7MA4P"},
        {"cause": "link_numbers", "others": ["Mme Durand", "3630"], "phone": "accueil", "code": "K7MA4P"},
        {"cause": "link_nobody", "phone": "accueil", "code": "K7MA4P"},
    ],
    "cancel_told": [{"why": why, "text": "Votre RDV"} for why in ("cancelled", "late", "partly", "nothing")],
    "edited_command": [{}],
    "retry_nothing": [{}],
    "nothing_meant": [{}],
    "nothing_yet": [{}],
    "not_sent_general": [{}],
    "credits": [{"left": 1240.0}, {"left": 1.0}, {"left": 59.5}, {"left": None}],
    "help_private": [{}],
    "id_private": [{"address": "telegram:7"}],
    "id_room": [{"address": PLACE, "phone": "accueil"}, {"address": PLACE}],
    "link_how": [{"address": PLACE, "code": "K7MA4P"}],
    "link_denied": [{}],
    "linked": [
        {"address": PLACE, "phone": "accueil", "people": [MRS]},
        {"address": PLACE, "phone": "accueil", "people": ["Mme Durand"]},
        {"address": PLACE, "phone": "accueil", "people": [MRS, "+33612345679"]},
    ],
    "unlinked": [{}],
    "unlink_file": [{}],
    "moved": [{}],
    "missed": [{"since": AT, "until": UNTIL}, {"since": None, "until": UNTIL}],
    "ops_missed": [
        *({"platform": "telegram", "since": since, "until": UNTIL} for since in (AT, None)),
        {"platform": "matrix", "since": None, "until": UNTIL, "room": "matrix:!abc:example.org"},
    ],
    "ops_unreadable": [{"platform": "telegram", "event": "417"}],
    **{f"ops_chat_{trouble}": [{"platform": "telegram"}] for trouble in get_args(Trouble)},
    "ops_room_moved": [{"room": PLACE, "to": "telegram:-1009"}],
    "ops_room_shut": [{"room": PLACE, "state": state} for state in ("suspended", "muted", "sealed", "replaced")],
}  # fmt: skip
