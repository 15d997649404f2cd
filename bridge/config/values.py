"""How single values are read: durations, zones, numbers, addresses. Each says its mistake by a code.

The codes are the keys of the sentences in sentences.py; no message carries what was typed, since anything
typed into a configuration may be a secret or a person's number.
"""

import itertools
import re
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, SecretStr
from pydantic_core import PydanticCustomError

from bridge.domain.ids import RoomAddress
from bridge.domain.numbers import E164, NotANumber, parse

Entry = TypeVar("Entry")

_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(s|min|m|h|d|j)?\s*", re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "j": 86400}
_ROOM = re.compile(r"telegram:-\d+(?:/\d+)?|matrix:![^\s:]+(?::\S+)?|web:\S+")
_ALIAS = re.compile(r"(?:matrix:)?#|https://matrix\.to/")  # what clients copy and share
_PERSON = re.compile(r"telegram:\d+|matrix:@[^\s:]+:\S+|web:\S+")
_MATRIX_USER = re.compile(r"@[^\s:]+:\S+")
_URL = re.compile(r"https?://[^\s/@]+(?:/\S*)?")
_HOMESERVER = re.compile(r"https?://[^\s/@?#]+(?:/(?!_matrix|_synapse)[^\s?#]*)?")
_DATABASE = re.compile(r"sqlite:///.+|postgresql://.+")
_ENDPOINTS = ("ovh-eu", "ovh-ca", "ovh-us")  # the names of OVH's own clients


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return timedelta(seconds=value)
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("duration", "not a duration")
    try:
        return timedelta(seconds=float(found[1]) * _SECONDS[(found[2] or "s").lower()])
    except OverflowError:
        raise PydanticCustomError("duration", "not a duration") from None


def at_least_one_second(value: timedelta) -> timedelta:
    """Refuse what is shorter than a second: OVH is not to be asked more often."""
    if value < timedelta(seconds=1):
        raise PydanticCustomError("one_second", "shorter than a second")
    return value


def not_empty(values: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Refuse an empty list; unlike pydantic's own limit, asked only once every entry did parse."""
    if not values:
        raise PydanticCustomError("empty_list", "empty")
    return values


def rising(values: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    """Refuse an empty list, one that does not rise, or one that begins before a second."""
    if not values or values[0] < timedelta(seconds=1):
        raise PydanticCustomError("rising", "not a rising list")
    if any(later <= earlier for earlier, later in itertools.pairwise(values)):
        raise PydanticCustomError("rising", "not a rising list")
    return values


def _zone(value: object) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (KeyError, ValueError, OSError):  # unknown, malformed, or the name of a directory
        raise PydanticCustomError("zone", "not a time zone") from None


def _number(value: object) -> E164:
    try:
        return parse(str(value))
    except NotANumber:
        raise PydanticCustomError("number", "not a telephone number") from None


def _room(value: object) -> RoomAddress:
    if isinstance(value, RoomAddress):
        return value
    if isinstance(value, str) and _ALIAS.match(value):
        raise PydanticCustomError("room_alias", "a room's public name")
    if not isinstance(value, str) or _ROOM.fullmatch(value) is None:
        raise PydanticCustomError("room_address", "not a room's address")
    return RoomAddress.parse(value)


def _network(value: object) -> IPv4Network | IPv6Network:
    try:
        return ip_network(str(value), strict=False)
    except ValueError:
        raise PydanticCustomError("network", "not an address") from None


def _in_the_form(pattern: re.Pattern[str], code: str) -> AfterValidator:
    def check(value: str) -> str:
        if pattern.fullmatch(value) is None:
            raise PydanticCustomError(code, "not in the form")
        return value

    return AfterValidator(check)


def _with_a_port(value: str) -> str:
    try:
        _ = urlsplit(value).port
    except ValueError:  # its own message quotes what was typed
        raise PydanticCustomError("database", "not a port") from None
    return value


def _endpoint(value: str) -> str:
    if value not in _ENDPOINTS and _URL.fullmatch(value) is None:
        raise PydanticCustomError("endpoint", "not an endpoint")
    return value


def _alone(value: str) -> str:
    if not value.strip() or value != value.strip():
        raise PydanticCustomError("blank", "blank, or blanks around")
    return value


_AS_TEXT = PlainSerializer(str, return_type=str)

Duration = Annotated[timedelta, BeforeValidator(_duration)]
"""Seconds, or a number with s, min, h or d: `90`, `12h`."""
Zone = Annotated[ZoneInfo, BeforeValidator(_zone), _AS_TEXT]
Number = Annotated[E164, BeforeValidator(_number)]
"""A number in any usual form, kept as E.164; national forms are French ones."""
Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
Secret = Annotated[SecretStr, Field(min_length=1)]
Room = Annotated[RoomAddress, BeforeValidator(_room)]
PersonAddress = Annotated[str, _in_the_form(_PERSON, "person_address")]
MatrixUser = Annotated[str, _in_the_form(_MATRIX_USER, "matrix_user")]
Homeserver = Annotated[str, _in_the_form(_HOMESERVER, "homeserver")]
"""Where Matrix clients connect: without what their requests add to it."""
Url = Annotated[str, _in_the_form(_URL, "url")]
DatabaseUrl = Annotated[str, _in_the_form(_DATABASE, "database"), AfterValidator(_with_a_port)]
Endpoint = Annotated[str, AfterValidator(_endpoint)]
Word = Annotated[str, AfterValidator(_alone)]
