"""What Telegram makes of a text that is sent to it."""

from tests.doubles.telegram.errors import Unsupported, bad
from tests.doubles.telegram.markup import Entities, Html, utf16

LONGEST = 4096
"""Characters of a message, once its markup is read."""
_BECOME_A_SPACE = frozenset(map(chr, [*range(10), 11, 12, *range(14, 33)]))
_REMOVED = frozenset({"\r", "\u030a", "\u0333", "\u033f", *map(chr, range(0x2028, 0x202F))})
"""tdlib, clean_input_string: control and direction characters, and three diacritics."""
_TRIMMED = " \n"


def clean(text: str) -> str:
    """The text as it will stand there: without what Telegram removes, trimmed at both ends."""
    return "".join(_cleaned(letter) for letter in text).strip(_TRIMMED)


def _cleaned(letter: str) -> str:
    return " " if letter in _BECOME_A_SPACE else "" if letter in _REMOVED else letter


def read(text: str, parse_mode: str, entities: Entities | None) -> tuple[str, Entities]:
    """The text as it will stand there, and its entities. Raises Refused for what no message can be."""
    if not text:
        raise bad("message text is empty")
    if parse_mode.lower() == "html":
        text, entities = Html(text).read()
    elif parse_mode:
        raise Unsupported(f"parse_mode {parse_mode}")
    cleaned = clean(text)
    if not cleaned:
        raise bad("text must be non-empty")
    if len(cleaned) > LONGEST:
        raise bad("message is too long")
    return cleaned, _moved(entities or [], text)


def _moved(entities: Entities, text: str) -> Entities:
    """Where the entities of a text are once it is clean; one that covers nothing any more is dropped."""
    raw = text.encode("utf-16-le")

    def before(units: int) -> str:
        return "".join(_cleaned(letter) for letter in raw[: 2 * units].decode("utf-16-le", "ignore"))

    whole = before(len(raw) // 2)
    cut = utf16(whole) - utf16(whole.lstrip(_TRIMMED))
    length = utf16(whole.strip(_TRIMMED))
    moved = []
    for entity in entities:
        offset, end = int(entity["offset"]), int(entity["offset"]) + int(entity["length"])
        start, stop = (min(max(utf16(before(units)) - cut, 0), length) for units in (offset, end))
        if start < stop:
            moved.append({**entity, "offset": start, "length": stop - start})
    return moved
