"""What the parts of a transaction share: its connection, the clock, the lanes to wake."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Executable, Row, Select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.ports.clock import Clock

K = TypeVar("K")
V = TypeVar("V")

CHUNK = 500
"""Values of one IN: SQLite and PostgreSQL both have a limit, and so has patience."""


@dataclass(frozen=True, slots=True)
class Part:
    """One transaction, as its parts see it."""

    connection: AsyncConnection
    clock: Clock
    lanes: set[str]

    @property
    def now(self) -> datetime:
        """The time now, aware, UTC."""
        return self.clock.now()

    async def rows(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[Row[Any]]:
        """All rows that a statement gives."""
        return (await self.connection.execute(statement, parameters)).all()

    async def one(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Any:
        """The first column of the first row, None when there is none."""
        return (await self.connection.execute(statement, parameters)).scalar()

    async def run(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> int:
        """How many rows a statement changed."""
        result = await self.connection.execute(statement, parameters)
        return result.rowcount if isinstance(result, CursorResult) else 0

    async def run_many(self, statement: Executable, parameters: Sequence[Mapping[str, Any]]) -> None:
        """The same statement for each set of parameters; nothing for none."""
        if parameters:
            await self.connection.execute(statement, parameters)

    async def lock(self, statement: Select[Any], parameters: Mapping[str, Any] | None = None) -> Sequence[Row[Any]]:
        """Rows that nobody else changes until the commit (SQLite's writer is alone anyway)."""
        return await self.rows(statement.with_for_update(), parameters)


def grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    """Values by key, in order."""
    groups: dict[K, list[V]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups
