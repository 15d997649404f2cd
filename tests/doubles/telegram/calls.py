"""The record of calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class Call:
    """One call that reached the server, whatever came of it. The token is nowhere in it.

    `method` as the double names it (`sendMessage`). `status` stays None while it is being answered, and when no
    answer left. `fault` names the scripted fault it met.
    """

    at: datetime
    method: str
    args: Mapping[str, Any]
    status: int | None = None
    fault: str | None = None
    description: str | None = None
    """Why it was refused."""

    @property
    def chat_id(self) -> int | None:
        """The chat it names by number, None without."""
        try:
            return int(self.args["chat_id"])
        except (KeyError, TypeError, ValueError):
            return None
