"""From what a person typed to the text that leaves, or to the reason why it does not."""

from dataclasses import dataclass, field

from bridge.domain import contact_details, gsm
from bridge.domain.failures import Refusal
from bridge.domain.plain_text import plain_text
from bridge.domain.rooms import Room

NOTE = "//"
"""Opens an internal note: the line stays in the room."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a text does not leave, with what its notice needs."""

    reason: Refusal
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Command:
    """A line that begins with one `/`: never an SMS."""

    word: str


def words_that_leave(typed: str) -> str | Command | None:
    """Take internal notes out. None: nothing was left of it, and it was nothing but notes."""
    lines = typed.splitlines()
    kept = [line for line in lines if not line.lstrip().startswith(NOTE)]
    text = "\n".join(kept).strip()
    if not text and len(kept) < len(lines):
        return None
    if text.startswith("/"):
        return Command(text.split(maxsplit=1)[0])
    return text


def compose(text: str, room: Room) -> str | Refused:
    """The SMS as it leaves through the room's phone: prefix in front, signs made plain, checked before any POST."""
    rules = room.rules
    prefix = room.prefix if room.prefix is not None else rules.prefix
    whole = plain_text(prefix + text) if rules.plain_text else prefix + text
    plain = plain_text(text)
    if not plain.strip():  # signs that show nothing are no text either
        return Refused(Refusal.EMPTY)
    if rules.short_number and (links := contact_details.links(plain if rules.plain_text else text)):
        return Refused(Refusal.LINK, {"link": links[0]})
    reserved = gsm.STOP_CLAUSE if rules.stop_clause else 0
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
    return whole
