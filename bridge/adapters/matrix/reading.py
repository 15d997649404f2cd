"""Taking a sync's answer apart without trusting its shape."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Raw = Mapping[str, Any]


def at(value: object, *keys: str) -> Any:
    """What stands under these keys, None where one of them is missing."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def rooms(sync: Raw, how: str) -> dict[str, Raw]:
    """The rooms of a sync that we are in (`join`), were asked into (`invite`) or are out of (`leave`)."""
    found = at(sync, "rooms", how)
    return (
        {room: told for room, told in found.items() if isinstance(told, Mapping)} if isinstance(found, Mapping) else {}
    )


def events(told: Raw, *where: str) -> list[Any]:
    """The list of events there, whatever they look like."""
    found = at(told, *where, "events")
    return found if isinstance(found, list) else []


def without_invitations(sync: Raw) -> dict[str, Any]:
    """The same sync: what stands in an invitation is anybody's word, and is read by ourselves."""
    return {**sync, "rooms": {"join": rooms(sync, "join"), "leave": rooms(sync, "leave"), "invite": {}}}


def pruned(sync: Raw, fits: Callable[[object], bool]) -> dict[str, Any]:
    """The same sync with only those events of its rooms that fit."""
    kept: dict[str, Any] = {}
    for how in ("join", "leave"):
        kept[how] = {room: {**told, **dict(_sections(told, fits))} for room, told in rooms(sync, how).items()}
    kept["invite"] = {}
    return {**sync, "rooms": kept}


def _sections(told: Raw, fits: Callable[[object], bool]) -> Iterator[tuple[str, Any]]:
    for section in ("state", "timeline"):
        before = told.get(section)
        if isinstance(before, Mapping):
            yield section, {**before, "events": [one for one in events(told, section) if fits(one)]}
