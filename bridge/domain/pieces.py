"""A text in parts that a chat can hold, cut where people would cut it."""

from collections.abc import Callable

from bridge.domain.wellformed import well_formed

SHORTENED = "…"


def pieces(text: str, most: int, size: Callable[[str], int]) -> list[str]:
    """Parts of at most `most`, as `size` measures them, cut at a line's end or between words where there is one."""
    left, parts = well_formed(text), []
    while size(left) > most:
        head = first(left, most, size)
        cut = max(head.rfind("\n"), head.rfind(" "))
        cut = cut if cut > len(head) // 2 else len(head)
        parts.append(left[:cut])
        left = left[cut:].lstrip()
    parts.append(left)
    return [part for part in parts if part.strip()] or [""]


def shortened(text: str, most: int, size: Callable[[str], int]) -> str:
    """One part: where more does not fit, it says so."""
    text = well_formed(text)
    return text if size(text) <= most else first(text, most - size(SHORTENED), size) + SHORTENED


def first(text: str, most: int, size: Callable[[str], int]) -> str:
    """As many letters as fit."""
    low, high = 0, min(len(text), most)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(text[:middle]) <= most else (low, middle - 1)
    return text[:low]
