"""Looks ask which tags stored answers carry: an index, so that this does not grow with history."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the index."""
    op.create_index("reply_tag", "reply", ["account_id", "tag"])
