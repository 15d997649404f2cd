"""What Telegram makes of a text that is sent to it."""

import re
from html.parser import HTMLParser
from typing import Any

from tests.doubles.telegram.errors import Unsupported, bad

LONGEST = 4096
"""Characters of a message, once its markup is read."""
_CONTROL = re.compile("[\0-\x09\x0b\x0c\x0e-\x20]")
_REMOVED = re.compile("[\r\u2028-\u202e]")
TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link",
}  # fmt: skip


def utf16(text: str) -> int:
    """Length in the units in which Telegram counts entities."""
    return len(text.encode("utf-16-le")) // 2


def clean(text: str) -> str:
    """Without control and direction characters, and trimmed (tdlib: clean_input_string, fix_formatted_text)."""
    return _REMOVED.sub("", _CONTROL.sub(" ", text)).strip(" \n")


def read(text: str, parse_mode: str, entities: list[dict[str, Any]] | None) -> tuple[str, list[dict[str, Any]]]:
    """The text as it will stand there, and its entities. Raises Refused for what no message can be."""
    if not text:
        raise bad("message text is empty")
    if parse_mode.lower() == "html":
        text, entities = _from_html(text)
    elif parse_mode:
        raise Unsupported(f"parse_mode {parse_mode}")
    cleaned = clean(text)
    if not cleaned:
        raise bad("text must be non-empty")
    if len(cleaned) > LONGEST:
        raise bad("message is too long")
    return cleaned, _moved(entities or [], len(text) - len(text.lstrip(" \n\t\r")), utf16(cleaned))


def _moved(entities: list[dict[str, Any]], cut: int, length: int) -> list[dict[str, Any]]:
    """Entities after the start of the text was cut away, within what is left."""
    moved = []
    for entity in entities:
        start = max(0, int(entity["offset"]) - cut)
        end = min(length, int(entity["offset"]) + int(entity["length"]) - cut)
        if start < end:
            moved.append({**entity, "offset": start, "length": end - start})
    return moved


class _Html(HTMLParser):
    """Telegram's few tags; anything else is refused."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.entities: list[dict[str, Any]] = []
        self._open: list[tuple[str, dict[str, Any]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise bad(f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset {self._at()}')
        entity: dict[str, Any] = {"type": TAGS[tag], "offset": utf16(self.text), "length": 0}
        if tag == "a":
            entity["url"] = dict(attrs).get("href") or ""
        self._open.append((tag, entity))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            raise bad(f"can't parse entities: Unmatched end tag at byte offset {self._at()}")
        _, entity = self._open.pop()
        entity["length"] = utf16(self.text) - entity["offset"]
        if entity["length"]:
            self.entities.append(entity)

    def handle_data(self, data: str) -> None:
        self.text += data

    def close(self) -> None:
        super().close()
        if self._open:
            raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{self._open[-1][0]}\"")

    def _at(self) -> int:
        line, column = self.getpos()
        return len("\n".join([*self.rawdata.split("\n")[: line - 1], ""]).encode()) + column


def _from_html(text: str) -> tuple[str, list[dict[str, Any]]]:
    parser = _Html()
    parser.feed(text)
    parser.close()
    return parser.text, sorted(parser.entities, key=lambda one: (one["offset"], -one["length"]))
