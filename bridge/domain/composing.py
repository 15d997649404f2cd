"""From what a person typed to the text that leaves, or to the reason why it does not."""

from dataclasses import dataclass, field

from bridge.domain import contact_details, gsm
from bridge.domain.commands import SIGN, Command, read
from bridge.domain.failures import Refusal
from bridge.domain.plain_text import plain_text
from bridge.domain.rooms import Room

NOTE = "//"
"""Opens an internal note: the line stays in the room."""

MOST_DETAILS = 5
"""Contact details that a warning names."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a text does not leave, with what its notice needs."""

    reason: Refusal
    params: dict[str, object] = field(default_factory=dict)


def words_that_leave(typed: str) -> str | Command | None:
    """Take internal notes out; a command is none of the words, but may carry some.

    None: nothing was left of it, and it was nothing but notes.
    """
    lines = typed.splitlines()
    kept = [line for line in lines if not line.lstrip().startswith(NOTE)]
    text = "\n".join(kept).strip()
    if not text and len(kept) < len(lines):
        return None
    return read(text) if text.startswith(SIGN) else text


def compose(text: str, room: Room, *, anyway: bool = False) -> str | Refused:
    """The SMS as it leaves through the room's phone: prefix in front, signs made plain, checked before any POST.

    `anyway`: a person was warned that OVH may refuse the contact details in it, and wants it to be tried.
    """
    rules = room.rules
    prefix = room.prefix if room.prefix is not None else rules.prefix
    whole = plain_text(prefix + text) if rules.plain_text else prefix + text
    plain = plain_text(text)
    if not plain.strip():  # signs that show nothing are no text either
        return Refused(Refusal.EMPTY)
    shown = plain if rules.plain_text else text
    if rules.short_number and (links := contact_details.links(shown)):
        return Refused(Refusal.LINK, {"link": links[0]})
    reserved = _reserved(room)
    measure = gsm.measure(whole, reserved)
    if measure.parts > gsm.MAX_PARTS:
        over = gsm.overflow(whole, gsm.MAX_PARTS, reserved)
        return Refused(
            Refusal.TOO_LONG,
            {
                "parts": over.parts,
                "remove": over.remove,
                "costly": list(over.costly),
                "parts_without": over.parts_without_costly,
            },
        )
    # Last: none of the others can be overruled.
    if rules.short_number and not anyway and (details := contact_details.other_details(shown)):
        return Refused(Refusal.MAY_BE_REFUSED, {"details": list(dict.fromkeys(details))[:MOST_DETAILS]})
    return whole


def size(composed: str, room: Room) -> gsm.Overflow:
    """How many parts what leaves the room falls into, and which letters make it so."""
    return gsm.overflow(composed, gsm.MAX_PARTS, _reserved(room))


def _reserved(room: Room) -> int:
    return gsm.STOP_CLAUSE if room.rules.stop_clause else 0
