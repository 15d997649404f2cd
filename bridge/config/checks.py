"""What no single key can tell: names that clash, rooms that name nothing, accounts that disagree."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bridge.config.mistakes import ConfigMistakes, Found, Loc, path_of, worded
from bridge.config.tree import Config, PhoneConfig, RoomConfig
from bridge.domain.ids import RoomAddress

Entry = TypeVar("Entry", bound=BaseModel)

_PLATFORM_SECTION = {"telegram": "telegram", "matrix": "matrix", "web": "browser"}


def cross_checks(values: Mapping[str, Any]) -> Iterator[Found]:
    """Compare what did parse; an entry with a mistake of its own is passed over."""
    phones = _parsed(PhoneConfig, values.get("phones"))
    rooms = _parsed(RoomConfig, values.get("rooms"))
    named = _texts(values.get("phones"), "name")
    yield from _twice(values.get("phones"))
    yield from _names(phones)
    yield from _accounts(phones)
    yield from _rooms(rooms)
    yield from _phones_of(values.get("rooms"), named)
    yield from _desks(rooms, phones)
    yield from _platforms(rooms, values)
    yield from _matrix(values.get("matrix"))


def keys_missing(values: Mapping[str, Any]) -> Iterator[Found]:
    """Phones without a consumer key: all but `bridge setup` needs one."""
    phones = values.get("phones")
    for index, phone in enumerate(phones if isinstance(phones, list) else ()):
        if isinstance(phone, Mapping) and phone.get("consumer_key") is None:
            yield Found(("phones", index, "consumer_key"), "no_consumer_key")


def no_address(config: Config) -> ConfigMistakes | None:
    """What is wrong when OVH is to be told where to call. A simulated one, named by a URL, reaches this machine."""
    real = any(not phone.endpoint.startswith("http") for phone in config.phones)
    missing = real and config.public_url is None
    return worded([Found(("public_url",), "no_address")], config.language) if missing else None


def _parsed(kind: type[Entry], entries: object) -> list[tuple[int, Entry]]:
    parsed = []
    for index, entry in enumerate(entries if isinstance(entries, list | tuple) else ()):
        try:
            parsed.append((index, kind.model_validate(entry)))
        except ValidationError:  # its own mistakes are told by the pass over types
            continue
    return parsed


def _texts(entries: object, key: str) -> frozenset[str]:
    listed = entries if isinstance(entries, list | tuple) else ()
    return frozenset(str(entry[key]) for entry in listed if isinstance(entry, Mapping) and key in entry)


def _twice(phones: object) -> Iterator[Found]:
    """A name is compared as it was typed, whatever else is wrong with its phone."""
    seen: set[str] = set()
    for index, phone in enumerate(phones if isinstance(phones, list | tuple) else ()):
        name = phone.get("name") if isinstance(phone, Mapping) else getattr(phone, "name", None)
        if isinstance(name, str):
            if name in seen:
                yield Found(("phones", index, "name"), "phone_twice")
            seen.add(name)


def _names(phones: Sequence[tuple[int, PhoneConfig]]) -> Iterator[Found]:
    current = {phone.name for _, phone in phones}
    earlier: set[str] = set()
    for index, phone in phones:
        for place, name in enumerate(phone.was):
            if name in earlier or name in current:
                yield Found(("phones", index, "was", place), "was_taken")
            earlier.add(name)


def _accounts(phones: Sequence[tuple[int, PhoneConfig]]) -> Iterator[Found]:
    first: dict[tuple[str, str], tuple[int, PhoneConfig]] = {}
    for index, phone in phones:
        first_index, other = first.setdefault(phone.account, (index, phone))
        for key in ("application_key", "application_secret", "consumer_key"):
            if getattr(phone, key) != getattr(other, key):
                yield Found(("phones", index, key), "other_keys", path_of(("phones", first_index, key)))


def _phones_of(rooms: object, phones: frozenset[str]) -> Iterator[Found]:
    """Whatever else is wrong with a room: the phone that it names is told too if there is none of that name."""
    for index, room in enumerate(rooms if isinstance(rooms, list | tuple) else ()):
        named = room.get("phone") if isinstance(room, Mapping) else getattr(room, "phone", None)
        if isinstance(named, str) and named.strip() and named not in phones:
            yield Found(("rooms", index, "phone"), "no_such_phone")


def _rooms(rooms: Sequence[tuple[int, RoomConfig]]) -> Iterator[Found]:
    first: dict[RoomAddress, int] = {}
    for index, room in rooms:
        if first.setdefault(room.room, index) != index:
            yield Found(("rooms", index, "room"), "room_twice", path_of(("rooms", first[room.room])))


def _desks(rooms: Sequence[tuple[int, RoomConfig]], phones: Sequence[tuple[int, PhoneConfig]]) -> Iterator[Found]:
    accounts = {phone.name: phone.account for _, phone in phones}
    desk: dict[tuple[str, str], int] = {}
    for index, room in rooms:
        account = accounts.get(room.phone)
        if account and room.is_desk and desk.setdefault(account, index) != index:
            yield Found(("rooms", index, "to"), "two_desks", path_of(("rooms", desk[account])))


def _platforms(rooms: Sequence[tuple[int, RoomConfig]], values: Mapping[str, Any]) -> Iterator[Found]:
    addressed: list[tuple[Loc, str]] = [(("rooms", index, "room"), room.room.platform) for index, room in rooms]
    operations_room = str(values.get("operations_room") or "").partition(":")[0]
    for loc, platform in (*addressed, (("operations_room",), operations_room)):
        section = _PLATFORM_SECTION.get(platform)
        if section and not values.get(section):
            yield Found(loc, "platform_off", section)


def _matrix(section: object) -> Iterator[Found]:
    """An account that nothing lets in, or that two things do; a token of nobody knows which device."""
    if not isinstance(section, Mapping):
        return
    given = {key for key, value in section.items() if value is not None}  # what could not be read is told already
    if not given & {"access_token", "password"}:
        yield Found(("matrix",), "no_login")
    if given >= {"access_token", "password"}:
        yield Found(("matrix", "password"), "two_logins")
    if "access_token" in given and "device_id" not in given:
        yield Found(("matrix", "device_id"), "no_device")
