"""parse_mode HTML, as strictly as Telegram reads it (tdlib, parse_html)."""

import re
from typing import Any

from tests.doubles.telegram.errors import Refused, bad

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link",
}  # fmt: skip
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(lt|gt|amp|quot));?")
_START = re.compile(r"<([^\s>]*)")
_REST = re.compile(r"([^>]*)>")
_END = re.compile(r"</([^\s>]*)\s*>")
_LINK = re.compile(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""")

Entities = list[dict[str, Any]]


def utf16(text: str) -> int:
    """Length in the units in which Telegram counts entities."""
    return len(text.encode("utf-16-le")) // 2


class Html:
    """One text being read."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text = ""
        self._entities: Entities = []
        self._open: list[tuple[str, dict[str, Any]]] = []

    def read(self) -> tuple[str, Entities]:
        """The text without its markup, and its entities. Raises Refused where it is not well formed."""
        while self._at < len(self._source):
            if self._source.startswith("</", self._at):
                self._end()
            elif self._source.startswith("<", self._at):
                self._start()
            else:
                self._letter()
        if self._open:
            raise self._wrong(f'Can\'t find end tag corresponding to start tag "{self._open[-1][0]}"')
        return self._text, sorted(self._entities, key=lambda one: (one["offset"], -one["length"]))

    def _wrong(self, what: str, *, here: bool = False) -> Refused:
        where = f" at byte offset {len(self._source[: self._at].encode())}" if here else ""
        return bad(f"can't parse entities: {what}{where}")

    def _letter(self) -> None:
        found = _REFERENCE.match(self._source, self._at)
        self._text += _meant(found) if found else self._source[self._at]
        self._at = found.end() if found else self._at + 1

    def _start(self) -> None:
        name = _START.match(self._source, self._at)
        if name is None or name.end() == len(self._source):
            raise self._wrong("Unclosed start tag", here=True)
        tag = name[1].lower()
        if tag not in TAGS:
            raise self._wrong(f'Unsupported start tag "{tag}"', here=True)
        rest = _REST.match(self._source, name.end())
        if rest is None:
            raise self._wrong("Unclosed start tag", here=True)
        entity: dict[str, Any] = {"type": TAGS[tag], "offset": utf16(self._text)}
        if tag == "a" and (link := _LINK.search(rest[1])):
            entity["url"] = _REFERENCE.sub(_meant, next(filter(None, link.groups()), ""))
        self._open.append((tag, entity))
        self._at = rest.end()

    def _end(self) -> None:
        found = _END.match(self._source, self._at)
        if not self._open:
            raise self._wrong("Unexpected end tag", here=True)
        if found is None:
            raise self._wrong("Unclosed end tag", here=True)
        tag, entity = self._open.pop()
        if found[1] and found[1].lower() != tag:
            raise self._wrong("Unmatched end tag", here=True)
        entity["length"] = utf16(self._text) - entity["offset"]
        if entity["length"] and (entity["type"] != "text_link" or entity.get("url")):
            self._entities.append(entity)
        self._at = found.end()


def _meant(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    return chr(int(found[1], 16) if found[1] else int(found[2]))
