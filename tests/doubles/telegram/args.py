"""The arguments of one call: in a query, a form or JSON, Telegram reads them alike."""

import json
from collections.abc import Mapping
from typing import Any

from tests.doubles.telegram.errors import Unsupported, bad

WITHOUT_EFFECT = frozenset(
    {"disable_notification", "protect_content", "link_preview_options", "show_alert", "cache_time", "is_big"}
)
"""What a client may say and nobody here can see."""


class Args:
    """Read by name and kind; who never reads one that was given does not support it."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = {name: value for name, value in given.items() if value is not None}
        self._read: set[str] = set()

    def has(self, name: str) -> bool:
        self._read.add(name)
        return name in self.given

    def raw(self, name: str) -> Any:
        """As it came, None where it did not."""
        self._read.add(name)
        return self.given.get(name)

    def text(self, name: str) -> str:
        """Text; what is missing is empty."""
        value = self.raw(name)
        value = "" if value is None else value if isinstance(value, str) else json.dumps(value)
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            raise bad("strings must be encoded in UTF-8")
        return value

    def integer(self, name: str, default: int = 0) -> int:
        """A number; like Telegram, 0 for what is none."""
        value = self.raw(name)
        if value is None:
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        return str(self.raw(name)).lower() in ("true", "yes", "1")

    def json(self, name: str, described: str) -> Any:
        """A JSON-serialized object, or the object itself; None where it is missing or empty."""
        value = self.raw(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {described} JSON object") from None

    def check(self, method: str) -> None:
        """Raises Unsupported for what was given and never looked at."""
        if unread := self.given.keys() - self._read - WITHOUT_EFFECT:
            raise Unsupported(f"{method} with {', '.join(sorted(unread))}")
