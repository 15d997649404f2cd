"""What `check` says of a bot at Telegram and of its rooms, with the parameters of one occasion each."""

from typing import Any

_ROOM = {"room": "telegram:-1001234567890", "title": "Accueil"}
_NAMELESS = {"room": "telegram:-1001234567890"}

TELEGRAM: dict[str, list[dict[str, Any]]] = {
    "check_telegram_bot": [{"bot": "@relais_bot"}],
    "check_telegram_token_refused": [{}],
    "check_telegram_unreachable": [{}],
    "check_telegram_other_program": [{}],
    "check_telegram_room": [_ROOM],
    "check_telegram_not_in_room": [_NAMELESS],
    "check_telegram_room_unknown": [_NAMELESS],
    "check_telegram_moved": [{**_NAMELESS, "to": "telegram:-1009876543210"}],
    "check_telegram_muted": [_ROOM],
    "check_telegram_privacy": [{**_ROOM, "bot": "@relais_bot"}],
    "check_telegram_public": [{**_ROOM, "username": "@accueil"}],
    "check_telegram_no_pin": [_ROOM],
    "check_telegram_general": [_ROOM],
    "check_telegram_channel": [_ROOM],
    "check_telegram_no_reactions": [_ROOM],
    "check_telegram_topic_gone": [_ROOM],
}
