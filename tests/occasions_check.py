"""What `bridge check` tells, with the parameters of one occasion each; tests/test_wording.py says them all."""

from typing import Any

MRS = "+33612345678"
_ROOM = {"room": "telegram:-1001234567890", "phone": "accueil"}

CHECK: dict[str, list[dict[str, Any]]] = {
    "check_bridge": [{}],
    "check_phone": [{"phone": "accueil"}],
    "check_platform": [{"platform": "Telegram"}],
    "check_rooms": [{}],
    "check_database": [{}],
    "check_database_new": [{}],
    "check_database_old": [{}],
    "check_running": [{}],
    "check_not_running": [{}],
    "check_unrouted": [{"phone": "accueil", "count": 3}],
    "check_reached": [{}],
    "check_reached_other": [{}],
    "check_not_reached": [{}],
    "check_urls": [{}],
    "check_room_line": [{**_ROOM, "people": ["Mme Durand"]}],
    "check_room_list": [{**_ROOM, "people": ["Mme Durand", MRS]}],
    "check_room_desk": [{**_ROOM, "people": []}],
    "check_room_commands": [{**_ROOM, "people": [MRS]}],
    "check_well": [{"errors": 0, "warnings": 0}],
    "check_found": [{"errors": 2, "warnings": 1}],
}
