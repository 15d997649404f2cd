"""Telephone numbers as OVH takes and shows them. Deliberately not the bridge's own normalising."""

import re

_INTERNATIONAL = re.compile(r"(?:\+|00)([1-9]\d{6,14})")
_METROPOLITAN_MOBILE = re.compile(r"\+33[67]\d{8}")
_FRENCH = re.compile(r"\+33[1-9]\d{8}")


def as_receiver(written: str) -> str | None:
    """The +… form of a receiver given to POST /jobs, None where OVH calls it invalid.

    OVH's guides write receivers as +33… or 0033….
    """
    # assumption: 06… and 33… without a prefix are invalid receivers, and so are French landlines.
    match = _INTERNATIONAL.fullmatch(written)
    if match is None:
        return None
    number = "+" + match[1]
    if number.startswith("+33") and not _METROPOLITAN_MOBILE.fullmatch(number):
        return None
    return number


def canonical(written: str) -> str:
    """The +… form of a number in any of the forms +33…, 0033…, 33… and 06….

    Raises ValueError where it is none of them.
    """
    digits = re.sub(r"[\s.\-]", "", written)
    if match := _INTERNATIONAL.fullmatch(digits):
        return "+" + match[1]
    if re.fullmatch(r"0[1-9]\d{8}", digits):
        return "+33" + digits[1:]
    if re.fullmatch(r"[1-9]\d{6,14}", digits):
        return "+" + digits
    raise ValueError(f"not a telephone number: {written!r}")


def shown(number: str, form: str) -> str:
    """A +33… number in one of the forms in which OVH was seen to show senders: +33, 0033, 33 or 06."""
    match form:
        case "+33":
            return number
        case "0033":
            return "00" + number[1:]
        case "33":
            return number[1:]
        case "06" if _FRENCH.fullmatch(number):
            return "0" + number[3:]
        case _:
            raise ValueError(f"cannot show {number} as {form}")


def is_metropolitan_mobile(number: str) -> bool:
    """Whether a short number reaches it (OVH's guide on SMS with reply: mobiles of metropolitan France)."""
    return _METROPOLITAN_MOBILE.fullmatch(number) is not None
