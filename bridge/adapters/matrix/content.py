"""What a message is made of: kind, words that may leave, what it answers (spec.matrix.org, m.room.message)."""

import re
from collections.abc import Mapping
from typing import Any, Final

from bridge.adapters.matrix.html import words_in
from bridge.adapters.matrix.sending import OURS
from bridge.domain.commands import READERS, SIGN
from bridge.domain.composing import NOTE
from bridge.domain.events import Kind
from bridge.domain.wellformed import well_formed

Content = Mapping[str, Any]

OPENS: Final = "!sms"
"""What opens a command in Matrix."""
POLLS: Final = frozenset({"m.poll.start", "org.matrix.msc3381.poll.start"})

_WORDS: Final = frozenset({"m.text", "m.emote"})
_KINDS: Final[Mapping[str, Kind]] = {
    "m.image": "picture",
    "m.file": "file",
    "m.audio": "file",
    "m.video": "other",
    "m.location": "location",
}
_BY_NOBODY: Final = frozenset({"m.notice", "m.server_notice", "m.key.verification.request"})
_LONGEST: Final = 8_000  # characters of HTML that are read, with at most so many tags: a hundredth of a second
_MOST_TAGS: Final = 500
_VOICE: Final = ("org.matrix.msc3245.voice", "m.voice")
_FORWARDED: Final = ("m.forwarded", "org.matrix.msc2723.forwarded")
_QUOTED: Final = re.compile(r"> (?:\* ?)?<@[^>\n]+>")
_COMMAND: Final = re.compile(rf"{OPENS}\s*(?P<rest>.*)", re.DOTALL | re.IGNORECASE)


def kind_of(event_type: str, content: Content) -> Kind | None:
    """The kind of content; None for what bots and clients say by themselves. Raises TypeError when there is none."""
    if event_type == "m.sticker":
        return "sticker"
    if event_type in POLLS:
        return "other"
    kind = content.get("msgtype")
    if not isinstance(kind, str):
        raise TypeError("a message without its kind")
    if kind in _BY_NOBODY:
        return None
    if kind == "m.audio" and any(name in content for name in _VOICE):
        return "voice"
    return "text" if kind in _WORDS else _KINDS.get(kind, "other")


def words_of(content: Content) -> str:
    """The text without what a reply quotes. A command opens with `/`, as the house reads it.

    An emote is read as it was typed, `/me …`. Raises TypeError when there is no text.
    """
    body = content.get("body")
    if not isinstance(body, str):
        raise TypeError("a message without its text")
    words = _said_in(content.get("formatted_body")) if content.get("format") == "org.matrix.custom.html" else None
    if words is None:
        quotes = replied_to(content) is not None and _QUOTED.match(body)
        words = _unquoted(body) if quotes else body
    if content.get("msgtype") == "m.emote":
        words = f"{SIGN}me {words}"
    return _as_command(_as_typed(well_formed(words)))


def _said_in(html: object) -> str | None:
    """The words of a message's HTML. None where there is none, or more than anybody writes into an SMS.

    Python's reader takes minutes for some kilobytes of half tags, and the body says the same words.
    """
    if not isinstance(html, str) or not html or len(html) > _LONGEST or html.count("<") > _MOST_TAGS:
        return None
    try:
        return words_in(html)
    except AssertionError:  # what html.parser says of some broken declarations
        return None


def _unquoted(body: str) -> str:
    """Without the lines that clients of before put in front of a reply, and the blank one after them."""
    lines = body.split("\n")
    while lines and lines[0].startswith(">"):
        del lines[0]
    return "\n".join(lines).removeprefix("\n")


def _as_typed(text: str) -> str:
    """The slash put back that Element takes away from a note, `// …` (createMessageContent in matrix-react-sdk)."""
    typed = text.lstrip()
    eaten = typed.startswith(SIGN) and not typed[1:2].strip()
    return f"{NOTE}{typed.removeprefix(SIGN)}" if eaten else text


def _as_command(text: str) -> str:
    """`!sms help` is `/help`; a first word that is no command is for whom: `!sms 06… Hello` is `/sms 06… Hello`.

    Whatever follows the sign at once belongs to it: nothing that begins with it may leave. Words behind a slash are for
    the client: read as a command that nobody knows. Notes before either are left out, as the house leaves them out.
    """
    kept = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(NOTE)).strip()
    if kept.startswith(SIGN):
        return f"{SIGN} {kept}"
    found = _COMMAND.fullmatch(kept)
    if found is None:
        return text
    rest = found["rest"]
    word = rest.split(maxsplit=1)[0] if rest else "help"
    known = word.removeprefix(SIGN).lower() in READERS
    return f"{SIGN}{rest.removeprefix(SIGN) or 'help'}" if known else f"{SIGN}sms {rest}"


def replied_to(content: Content) -> str | None:
    """The id of what it answers. In a thread, what answers nothing of it belongs to the message that it hangs on."""
    relation = content.get("m.relates_to")
    if not isinstance(relation, Mapping):
        return None
    answered = relation.get("m.in_reply_to")
    event_id = answered.get("event_id") if isinstance(answered, Mapping) else None
    if relation.get("rel_type") == "m.thread" and (event_id is None or relation.get("is_falling_back") is True):
        event_id = relation.get("event_id")
    return well_formed(event_id) if isinstance(event_id, str) else None


def replaced(content: Content) -> tuple[str, Content] | None:
    """Of an edit: which message it changes, and its content from now on."""
    relation, new = content.get("m.relates_to"), content.get("m.new_content")
    if not isinstance(relation, Mapping) or relation.get("rel_type") != "m.replace":
        return None
    changed = relation.get("event_id")
    if not isinstance(changed, str) or not isinstance(new, Mapping):
        raise TypeError("an edit of nothing")
    return well_formed(changed), new


def is_forwarded(content: Content) -> bool:
    """Whether it says that it comes from elsewhere (MSC2723); most clients copy without saying so, our posts too."""
    return any(name in content for name in (*_FORWARDED, OURS))
