"""A report of an unknown id asks which jobs are in doubt: an index, so that this does not grow with history."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the index."""
    doubtful = sa.text("state IN ('reconciling', 'unconfirmed')")
    columns = ["account_id", "submitted_at"]
    op.create_index("job_doubtful", "job", columns, sqlite_where=doubtful, postgresql_where=doubtful)
