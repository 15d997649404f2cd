"""What is said of Matrix: check's findings, and what its rooms and operators are told. For tests/test_wording.py."""

from typing import Any

_HERE = {"room": "matrix:!a:example.org", "title": "Accueil"}
_US = {"user": "@sms:example.org", "device": "BRIDGE"}
_STORE = {"store": "data/matrix"}

MATRIX: dict[str, list[dict[str, Any]]] = {
    "check_matrix_account": [_US],
    "check_matrix_device": [{**_US, "fingerprint": "abcdefgh"}],
    "check_matrix_not_signed_yet": [{**_US, "fingerprint": "abcdefgh"}],
    "check_matrix_unsigned": [{**_US, "fingerprint": "abcdefgh"}],
    "check_matrix_backup": [_STORE],
    "check_matrix_no_keys": [_STORE],
    "check_matrix_keys_lost": [{**_US, **_STORE}],
    "check_matrix_limits": [_US],
    "check_matrix_not_logged_in": [_US],
    "check_matrix_no_password": [_US],
    "check_matrix_other_user": [{**_US, "configured": "@other:example.org"}],
    "check_matrix_other_device": [{**_US, "configured": "OTHER"}],
    "check_matrix_token_refused": [{}],
    "check_matrix_unreachable": [{"homeserver": "https://matrix.example.org"}],
    "check_matrix_room": [_HERE],
    "check_matrix_room_encrypted": [_HERE],
    "check_matrix_not_in_room": [{**_HERE, **_US}],
    "check_matrix_room_unknown": [_HERE],
    "check_matrix_muted": [_HERE],
    "check_matrix_sealed": [_HERE],
    "check_matrix_moved": [{**_HERE, "to": "matrix:!b:example.org"}],
    "check_matrix_public": [_HERE],
    "check_matrix_no_pin": [_HERE],
    "check_matrix_no_reactions": [_HERE],
    "not_readable": [{}],
    "not_unsealed": [{}],
    "ops_chat_keys_lost": [{"platform": "matrix"}],
}
