"""Everything that is written down, in SQLite or PostgreSQL. SQL stands in this folder alone."""

from bridge.adapters.database.store import open_store

__all__ = ["open_store"]
