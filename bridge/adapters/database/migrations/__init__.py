"""The steps of the tables, oldest first. Alembic is imported only where one must be taken."""

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006")
HEAD = REVISIONS[-1]
