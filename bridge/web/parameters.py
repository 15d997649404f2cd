"""What a callback carries, read strictly: what is not surely understood is declined, never guessed.

OVH documents the parameters of delivery reports only; those of answers and of STOP are what others have seen.
"""

import asyncio
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from aiohttp import web

from bridge.domain.ids import OvhId
from bridge.domain.numbers import E164, NotANumber, parse

MAX_BODY: Final = 64 * 1024
"""Bytes of a callback's body; more is 413."""

_MAX_FIELDS = 100
_BODY_SECONDS = 10  # a caller that takes longer for 64 KiB is none of OVH's
_MAX_ID = 2**63 - 1  # the database's BIGINT
_MAX_CODE = 9_999  # DLR ids and ptt codes have three digits at most
_DIGITS = re.compile(r"[0-9]{1,19}")
_NUMBER = re.compile(r"(\+|0|33)[0-9][0-9 .\-]{6,18}")  # with its country or its 0: OVH's ids have neither
_NO_NUMBERS = frozenset({"id", "date", "ptt", "tag", "dlr", "description", "message", "keyword"})


class Declined(Exception):
    """The callback is turned away with this HTTP status; `reason` is a word for the counter."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


async def parameters(request: web.Request) -> Mapping[str, str]:
    """The parameters of a GET's query or a POST's form, or both: each once, or twice the same. Raises Declined.

    OVH repeats in its form what stands in the query of the URL.
    """
    query = request.raw_path.partition("?")[2].encode("utf-8", "surrogateescape")
    given: dict[str, str] = {}
    for source in (query, await _body(request)):
        try:
            pairs = parse_qsl(
                source.decode("utf-8"),
                keep_blank_values=True,
                encoding="utf-8",
                errors="strict",
                max_num_fields=_MAX_FIELDS,
            )
        except UnicodeDecodeError:
            raise Declined("encoding") from None
        except ValueError:
            raise Declined("too_many") from None
        own = dict(pairs)
        if len(own) < len(pairs) or any(given.get(name, value) != value for name, value in own.items()):
            raise Declined("repeated")
        given |= own
    return given


async def _body(request: web.Request) -> bytes:
    if not request.can_read_body:
        return b""
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise Declined("too_large", 413) from None
    except TimeoutError:
        raise Declined("slow", 408) from None
    except Exception as broken:  # whatever else a broken stream raises: nothing of ours is at work here
        raise Declined("body") from broken


def ovh_id(given: Mapping[str, str]) -> OvhId:
    """The SMS's id: a positive whole number that fits the database. Raises Declined."""
    number = _whole(given.get("id", ""), _MAX_ID)
    if not number:
        raise Declined("id")
    return OvhId(number)


def outcome(given: Mapping[str, str]) -> tuple[int, int]:
    """DLR id and ptt code of a report. Raises Declined.

    OVH's guide calls the DLR id `description`; RaspiSMS reads it from `dlr`; `descriptionDlr`, mostly its words,
    counts when it is all there is. Two that contradict one another are declined. A ptt that is left out is 0.
    """
    told = [_whole(given[name], _MAX_CODE) for name in ("description", "dlr") if given.get(name)]
    if not told:
        told = [_whole(given.get("descriptionDlr", ""), _MAX_CODE)]
    dlr = told[0]
    if dlr is None or any(other != dlr for other in told):
        raise Declined("dlr")
    ptt = _whole(given.get("ptt") or "0", _MAX_CODE)
    if ptt is None:
        raise Declined("ptt")
    return dlr, ptt


def numbers(given: Mapping[str, str]) -> tuple[E164, ...]:
    """Every telephone number among the values, each once. Raises Declined when there is none.

    Nobody documents what stopCallBack carries; what is found here is only looked up at OVH. A plus that was not
    escaped arrives as a space.
    """
    found: dict[E164, None] = {}
    for name, value in given.items():
        if name.lower() in _NO_NUMBERS or not _NUMBER.fullmatch(value.strip()):
            continue
        try:
            found[parse(value)] = None
        except NotANumber:
            continue
    if not found:
        raise Declined("number")
    return tuple(found)


def _whole(text: str, most: int) -> int | None:
    """A whole number in plain digits (int() would take signs, spaces, underscores and other alphabets' digits)."""
    if not _DIGITS.fullmatch(text):
        return None
    number = int(text)
    return number if number <= most else None
