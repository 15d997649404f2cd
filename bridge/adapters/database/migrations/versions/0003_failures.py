"""Posts and marks count the exceptions of ours that working on them raised, apart from a chat that is down."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the counts."""
    for table in ("post", "mark"):
        op.add_column(table, sa.Column("failures", sa.Integer, nullable=False, server_default="0"))
