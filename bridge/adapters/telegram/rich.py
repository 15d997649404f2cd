"""Formatted text without `text`: a `rich_message` (Bot API 10.1) is blocks, and leaves as the letters in them."""

from collections.abc import Mapping

_LINES = ("summary", "text", "expression", "blocks", "items", "cells", "credit")


def flattened(rich: object) -> str:
    """The words of a rich message, a line a block. Pictures and their captions, buttons and rules say nothing."""
    blocks = rich.get("blocks") if isinstance(rich, Mapping) else None
    return "\n".join(_lines(blocks))


def _lines(block: object) -> list[str]:
    match block:
        case str():
            return block.split("\n")
        case list():
            return [line for part in block for line in _lines(part)]
        case {"type": "table", "cells": list(rows)}:
            return [" ".join(filter(None, map(_inline, row))) for row in rows if isinstance(row, list)]
        case {"type": "list", "items": list(items)}:
            return [line for item in items for line in _item(item)]
        case Mapping():
            return [line for key in _LINES if key in block for line in _part(key, block[key])]
        case _:
            return []


def _part(key: str, value: object) -> list[str]:
    return _lines(value) if key in ("blocks", "items", "cells") else _inline(value).split("\n")


def _item(item: object) -> list[str]:
    """An item's first line stands behind its label: `1.`, `•`."""
    if not isinstance(item, Mapping):
        return []
    first, *rest = _lines(item.get("blocks")) or [""]
    label = item.get("label")
    return [f"{label} {first}".strip() if isinstance(label, str) else first, *rest]


def _inline(text: object) -> str:
    """RichText: a string, a list of them, or an entity around one."""
    match text:
        case str():
            return text
        case list():
            return "".join(map(_inline, text))
        case {"type": "custom_emoji", "alternative_text": str(instead)}:
            return instead
        case {"expression": str(expression)}:
            return expression
        case {"text": inner}:
            return _inline(inner)
        case _:
            return ""
