"""Alembic's entry: the connection and its transaction are given, see migrate.py."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
