"""What `/link` names after its code: a phone, whose name may hold spaces, and numbers."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from bridge.domain.commands import Mistake
from bridge.domain.numbers import E164
from bridge.domain.numbers_in_words import numbers_in

_SIGNS = "ACDEFGHJKMNPQRTUVWXY34679"
"""No two of them are taken for one another: no O or 0, no I, L or 1, no S or 5, no B or 8, no Z or 2."""

_TOLD = 5


@dataclass(frozen=True, slots=True)
class Linking:
    """Which phone, and whom the room texts from now on."""

    phone: str
    numbers: tuple[E164, ...]


def new_code(random_bytes: Callable[[int], bytes]) -> str:
    """A code that links a room: six signs of 28 bits in all, good for an hour, and only from an operator."""
    number = int.from_bytes(random_bytes(8), "big")
    signs = []
    for _ in range(6):
        number, place = divmod(number, len(_SIGNS))
        signs.append(_SIGNS[place])
    return "".join(signs)


def read_linking(words: str, phones: Collection[str]) -> Linking | Mistake:
    """`words` as typed after the code. `phones` are the names in the configuration: the longest that fits is meant."""
    phone = next((name for name in sorted(phones, key=len, reverse=True) if _after(words, name) is not None), None)
    if phone is None:
        return Mistake("link_phone", {"phones": list(phones)})
    numbers, others = numbers_in(_after(words, phone) or "")
    if others:
        return Mistake("link_numbers", {"others": list(others[:_TOLD]), "phone": phone})
    return Linking(phone, numbers) if numbers else Mistake("link_nobody", {"phone": phone})


def _after(words: str, name: str) -> str | None:
    """What follows the phone's name, None when another name stands there. Spaces and capitals do not matter."""
    rest = words
    for part in name.split():
        rest = rest.lstrip()
        if rest[: len(part)].casefold() != part.casefold():
            return None
        rest = rest[len(part) :]
        if rest and not (rest[0].isspace() or rest[0] in ",;:"):
            return None
    return rest.strip().lstrip(",;:").strip()
