"""Dates as OVH writes and reads them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bridge.sandbox.ovh import errors

_PARIS = ZoneInfo("Europe/Paris")


def as_ovh_writes(moment: datetime) -> str:
    """ISO 8601 to the second, with the offset of Paris."""
    return moment.astimezone(_PARIS).isoformat(timespec="seconds")


def as_reports_write(moment: datetime) -> str:
    """The `date` of a pushed report."""
    # assumption: the form of this date is not documented; a naive one in Paris time is the harder case.
    return moment.astimezone(_PARIS).strftime("%Y-%m-%d %H:%M:%S")


def from_query(name: str, written: str) -> datetime:
    """A date given as a filter, aware. Raises RefusalError 400 where it is none."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise errors.bad_parameter(f"[{name}] Given data ({written}) is not valid for type datetime") from None
    # assumption: a filter without an offset is read in UTC.
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
