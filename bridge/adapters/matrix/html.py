"""A message's HTML as the words in it (spec.matrix.org, m.room.message msgtypes: what clients may put there)."""

from html.parser import HTMLParser
from typing import Final

_BLOCKS: Final = frozenset(
    {"p", "div", "blockquote", "ul", "ol", "li", "table", "tr", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}
)
_UNSAID: Final = frozenset({"mx-reply", "script", "style", "head"})
_MENTION: Final = ("https://matrix.to/", "matrix:")


def words_in(html: str) -> str:
    """The words, a line a block, lists with their signs; the message that a reply quotes is left out."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._unsaid = 0
        self._exact = 0
        self._lists: list[int | None] = []
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSAID:
            self._unsaid += 1
            return
        given = {name: value or "" for name, value in attrs}
        if tag in _BLOCKS:
            self._new_line()
        match tag:
            case "br":
                self._parts.append("\n")
            case "pre":
                self._exact += 1
            case "ul" | "ol":
                self._lists.append(None if tag == "ul" else _first(given.get("start", "")))
            case "li":
                self._parts.append(self._label())
            case "img":
                self._say(given.get("alt", ""))
            case "a":
                self._links.append((given.get("href", ""), len(self._parts)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSAID:
            self._unsaid = max(0, self._unsaid - 1)
            return
        match tag:
            case "pre":
                self._exact = max(0, self._exact - 1)
            case "ul" | "ol" if self._lists:
                self._lists.pop()
            case "a" if self._links:
                self._end_link(*self._links.pop())
        if tag in _BLOCKS:
            self._new_line()

    def handle_data(self, data: str) -> None:
        """Line breaks in the source are spaces, as a browser shows them."""
        self._say(data if self._exact else " ".join(data.split("\n")))

    def text(self) -> str:
        """All that was said, blank lines that blocks left behind taken away."""
        lines = "".join(self._parts).split("\n")
        return "\n".join(map(str.rstrip, lines)).strip()

    def _say(self, words: str) -> None:
        if not self._unsaid and words:
            self._parts.append(words)

    def _new_line(self) -> None:
        if not self._unsaid and self._parts and not self._parts[-1].endswith("\n"):
            self._parts.append("\n")

    def _label(self) -> str:
        if self._unsaid or not self._lists:
            return ""
        number = self._lists[-1]
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number}. "

    def _end_link(self, href: str, began: int) -> None:
        """A link whose words do not show where it leads says it: OVH may refuse it, and then the room is told."""
        shown = "".join(self._parts[began:])
        if href.startswith(("http://", "https://")) and not href.startswith(_MENTION):
            bare = href.partition("://")[2].rstrip("/")
            if bare not in shown:
                self._say(f" ({href})")


def _first(start: str) -> int:
    return int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1
