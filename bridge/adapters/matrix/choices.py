"""Buttons on Matrix, which has none: numbered lines below a post, each chosen by its number as a reaction.

The bot puts these reactions there itself, so that a tap is enough, and each says in its own content which button it
is: what a tap means is read from the room, whoever wrote the post and whenever.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bridge.adapters.matrix.reading import at
from bridge.domain.wellformed import well_formed
from bridge.ports.chat import Button

MEANS: Final = "bridge.button"
"""The key in our reaction's content under which the button's data stands."""
MEANINGS: Final = "bridge.buttons"
"""The key in a post's content under which the data of all its buttons stands, in their order."""
_KEYCAP: Final = "\ufe0f\u20e3"
_KEY: Final = re.compile(r"([1-9])\ufe0f?\u20e3\ufe0f?")


def sign(number: int) -> str:
    """The reaction that stands for the `number`th choice, from 1: a digit on a key."""
    return f"{number}{_KEYCAP}"


def choice_of(key: object) -> int | None:
    """Which choice a reaction stands for, None for any other reaction."""
    found = _KEY.fullmatch(key) if isinstance(key, str) else None
    return int(found[1]) if found else None


def listed(text: str, buttons: Sequence[Button]) -> str:
    """The text with its choices below it, a line each."""
    if not buttons:
        return text
    lines = [f"{sign(number)} {' '.join(well_formed(one.label).split())}" for number, one in enumerate(buttons, 1)]
    return text + "\n\n" + "\n".join(lines)


def seed(post_id: str, number: int, button: Button) -> dict[str, object]:
    """The content of our reaction for one choice."""
    return {
        "m.relates_to": {"rel_type": "m.annotation", "event_id": post_id, "key": sign(number)},
        MEANS: button.data,
    }


def meanings(buttons: Sequence[Button]) -> dict[str, object]:
    """What a post says of its choices in its own content: where we may not react, people put the digits there."""
    return {MEANINGS: [button.data for button in buttons]} if buttons else {}


def meant(content: object) -> dict[int, tuple[str, str]]:
    """The same read back, as `seeds` gives it, without reactions of ours."""
    told = at(content, MEANINGS)
    listed = told if isinstance(told, list) else []
    return {number: ("", data) for number, data in enumerate(listed, 1) if isinstance(data, str)}


def seeds(annotations: object, user: str) -> dict[int, tuple[str, str]]:
    """Our reactions on a post as the server lists them: number -> (the reaction's id, what it means)."""
    found: dict[int, tuple[str, str]] = {}
    for raw in annotations if isinstance(annotations, list) else ():
        number, data, event_id = choice_of(at(raw, "content", "m.relates_to", "key")), _data(raw), at(raw, "event_id")
        if number is not None and at(raw, "sender") == user and data is not None and isinstance(event_id, str):
            found[number] = (event_id, data)
    return found


def _data(raw: Mapping[str, Any]) -> str | None:
    data = at(raw, "content", MEANS)
    return data if isinstance(data, str) else None
