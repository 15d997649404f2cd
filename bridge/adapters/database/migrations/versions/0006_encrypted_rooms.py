"""Which rooms were ever encrypted is never forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add their table."""
    op.create_table(
        "encrypted_room",
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("platform", "address", name="pk_encrypted_room"),
        sqlite_with_rowid=False,
    )
