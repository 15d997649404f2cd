"""The menu of commands that Telegram shows when a person types `/`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bridge.domain.rooms import Language
from bridge.domain.wellformed import well_formed
from bridge.ports.chat import MenuEntry

_WORD = re.compile(r"[a-z0-9_]{1,32}")
_MOST = 100  # entries, as setMyCommands takes
_LONGEST = 256  # characters of a description
_ELSEWHERE: Language = "en"
"""What people read whose Telegram speaks neither language."""
_SCOPES = ("default", "all_group_chats")
"""Groups fall back to the default, unless something was once set for them: it would hide ours."""


def menus(menu: Mapping[Language, Sequence[MenuEntry]]) -> Iterator[dict[str, Any]]:
    """The parameters of each setMyCommands. Words that Telegram refuses are left out; it takes no accents."""
    for scope in _SCOPES:
        for language in ("", *menu):
            entries = menu.get(language or _ELSEWHERE, ()) if language in ("", "fr", "en") else ()
            commands = [
                {"command": one.word, "description": well_formed(one.does)[:_LONGEST]}
                for one in entries
                if _WORD.fullmatch(one.word) and one.does.strip()
            ]
            yield {"commands": commands[:_MOST], "scope": {"type": scope}, "language_code": language}
