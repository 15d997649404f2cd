"""Keyboards below a message."""

from typing import Any

from tests.doubles.telegram.args import Args
from tests.doubles.telegram.errors import Unsupported, bad

DATA_BYTES = 64


def read(args: Args) -> dict[str, Any] | None:
    """The inline keyboard of a call, None without buttons. Raises Refused, or Unsupported for other keyboards."""
    given = args.json("reply_markup", "reply keyboard markup")
    if not given:
        return None
    if not isinstance(given, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" not in given:
        raise Unsupported(f"reply_markup with {', '.join(given)}")
    rows = [[_button(button) for button in row] for row in given["inline_keyboard"]]
    rows = [row for row in rows if row]
    return {"inline_keyboard": rows} if rows else None


def _button(given: dict[str, Any]) -> dict[str, str]:
    text = given.get("text")
    if not isinstance(text, str) or not text:
        raise bad("can't parse inline keyboard button: InlineKeyboardButton text must be non-empty")
    if "url" in given:
        return {"text": text, "url": str(given["url"])}
    if "callback_data" not in given:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if unknown := given.keys() - {"text", "callback_data", "style"}:
        raise Unsupported(f"button with {', '.join(sorted(unknown))}")
    data = given["callback_data"]
    if not isinstance(data, str) or not 0 < len(data.encode()) <= DATA_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    return {name: given[name] for name in ("text", "callback_data", "style") if name in given}
