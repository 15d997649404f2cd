"""Column types: times as microseconds, JSON as text, keys that SQLite can count up."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Dialect, Integer, Text, TypeDecorator, literal_column

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, kept as microseconds since 1970 (BIGINT): sorts and compares alike everywhere."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuse a naive datetime: subtracting it raises TypeError."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Give an aware datetime."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class Span(TypeDecorator[timedelta]):
    """A length of time, kept as microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        """Whole microseconds."""
        return None if value is None else value // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        """Give the timedelta."""
        return None if value is None else timedelta(microseconds=value)


class Json(TypeDecorator[Any]):
    """Small JSON values as text: nobody queries inside them."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Keep accents readable."""
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Give what was stored."""
        return None if value is None else json.loads(value)


Key = BigInteger().with_variant(Integer, "sqlite")
"""A primary key: SQLite counts only a column of the very type INTEGER."""


def const(value: str) -> ColumnElement[str]:
    """A word of ours inside the SQL itself: SQLite uses a partial index only when it can read the value."""
    return literal_column(f"'{value}'", Text)


def words(*values: str) -> list[ColumnElement[str]]:
    """Several of them, sorted, for `column.in_`."""
    return [const(value) for value in sorted(values)]
