"""How the tables' columns are written: each kind once."""

from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, MetaData, Text
from sqlalchemy.sql.elements import ColumnElement

from bridge.adapters.database.types import Key, Moment

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def ident() -> Column[int]:
    """The row's own key."""
    return Column("id", Key, primary_key=True)


def to(table: str, *, null: bool = False, key: bool = False) -> Column[int]:
    """A row of that table."""
    return Column(f"{table}_id", Key, ForeignKey(f"{table}.id"), nullable=null, primary_key=key)


def text(name: str, *, null: bool = False, key: bool = False) -> Column[str]:
    """Text of any length; states too."""
    return Column(name, Text, nullable=null, primary_key=key)


def flag(name: str) -> Column[bool]:
    """Yes or no; no unless it is said."""
    return Column(name, Boolean, nullable=False, default=False)


def count(name: str, start: int = 0) -> Column[int]:
    """A small number that starts there."""
    return Column(name, Integer, nullable=False, server_default=str(start), default=start)


def moment(name: str, *, null: bool = True) -> Column[Any]:
    """A time."""
    return Column(name, Moment, nullable=null)


def partial(name: str, *columns: Any, where: ColumnElement[bool]) -> Index:
    """An index over the rows that still wait for something."""
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)
