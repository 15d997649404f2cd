"""Single values out of OVH's JSON, in whatever form. Each raises Unreadable for what it cannot be."""

from collections.abc import Iterable
from datetime import UTC, datetime

from bridge.domain.ids import OvhId
from bridge.domain.numbers import E164, NotANumber, parse


class Unreadable(Exception):
    """OVH answered with something else than its schema says. Carries the field's name alone."""


def record(value: object) -> dict[str, object]:
    """An object."""
    if not isinstance(value, dict):
        raise Unreadable("object")
    return value


def integer(value: object, name: str) -> int:
    """A whole number, also one written as text or as 12.0: libraries in between do both."""
    if isinstance(value, str) and value.isascii() and value.removeprefix("-").isdigit():
        value = int(value[:20])
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unreadable(name)
    return value


def credits_of(value: object) -> float | None:
    """Credits, or None where OVH does not tell them (older answers)."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return None


def text(value: object, name: str) -> str:
    """A string."""
    if not isinstance(value, str):
        raise Unreadable(name)
    return value


def ids(value: object) -> tuple[OvhId, ...]:
    """A list of ids, each once, all of which must be whole numbers."""
    if not isinstance(value, list):
        raise Unreadable("ids")
    return tuple(dict.fromkeys(OvhId(integer(one, "ids")) for one in value))


def moment(value: object) -> datetime | None:
    """A date with its offset as aware UTC; None without offset: nobody knows which moment that is."""
    try:
        found = datetime.fromisoformat(text(value, "creationDatetime"))
    except ValueError:
        raise Unreadable("creationDatetime") from None
    return None if found.tzinfo is None else found.astimezone(UTC)


def number(value: object) -> E164 | None:
    """A telephone number in any of OVH's forms (+33…, 0033…, 33…, 06…), None where it is none."""
    if not isinstance(value, str):
        return None
    try:
        return parse(value)
    except NotANumber:
        return None


def numbers(values: object, among: Iterable[E164]) -> tuple[E164, ...]:
    """Those of `among` that a list of OVH's names."""
    named = {number(one) for one in values} if isinstance(values, list) else set()
    return tuple(one for one in among if one in named)
