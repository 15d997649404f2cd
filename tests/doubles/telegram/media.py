"""What a message can hold other than plain text."""

from typing import Any

_FILE = {"file_id": "AgACAgQAAxkBAAIB", "file_unique_id": "AQADabc"}
_SIZE = {"width": 320, "height": 240}

_KINDS: dict[str, dict[str, Any]] = {
    "photo": {"photo": [{**_FILE, **_SIZE, "file_size": 21_000}]},
    "document": {"document": {**_FILE, "file_name": "ordonnance.pdf", "mime_type": "application/pdf"}},
    "audio": {"audio": {**_FILE, "duration": 12}},
    "video": {"video": {**_FILE, **_SIZE, "duration": 4}},
    "animation": {"animation": {**_FILE, **_SIZE, "duration": 2}, "document": {**_FILE, "file_name": "a.mp4"}},
    "voice": {"voice": {**_FILE, "duration": 3, "mime_type": "audio/ogg"}},
    "video_note": {"video_note": {**_FILE, "length": 240, "duration": 5}},
    "location": {"location": {"latitude": 48.85, "longitude": 2.35}},
    "contact": {"contact": {"phone_number": "+33600000000", "first_name": "Karim"}},
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
}
_STICKER = {**_FILE, "type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
_KINDS["sticker"] = {"sticker": {**_STICKER, "emoji": "👋"}}
WITHOUT_CAPTION = frozenset({"sticker", "video_note", "location", "contact", "poll", "dice"})
"""Kinds under which nobody can write."""


def content(kind: str, text: str) -> dict[str, Any]:
    """A message of this kind: `text`, `rich` (formatted text, Bot API 10.1), `poll`, or one of the media.

    Raises ValueError for an unknown kind. `text` is the caption where there can be one, a poll's question.
    """
    match kind:
        case "text":
            return {"text": text} | commands(text)
        case "rich":
            return {"rich_message": {"blocks": [{"type": "paragraph", "text": line} for line in text.split("\n")]}}
        case "poll":
            return {"poll": poll(text or "Quand ?")}
    if kind not in _KINDS:
        raise ValueError(f"no message is of the kind {kind}")
    return dict(_KINDS[kind]) | ({"caption": text} if text and kind not in WITHOUT_CAPTION else {})


def commands(text: str) -> dict[str, Any]:
    """The entity of a command at the start of a text."""
    if not text.startswith("/"):
        return {}
    return {"entities": [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]}


def poll(question: str) -> dict[str, Any]:
    return {
        "id": "5404321", "question": question, "total_voter_count": 0, "is_closed": False, "is_anonymous": True,
        "type": "regular", "allows_multiple_answers": False, "allows_revoting": True, "members_only": False,
        "options": [
            {"persistent_id": "0", "text": "9 h", "voter_count": 0},
            {"persistent_id": "1", "text": "10 h", "voter_count": 0},
        ],
    }  # fmt: skip
