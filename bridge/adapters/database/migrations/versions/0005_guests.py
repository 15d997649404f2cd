"""Rooms that no phone is for can be answered, linked by a code, and hear alarms; what cannot be read is set aside."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_key = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Loosen the room's table, add what is new."""
    with op.batch_alter_table("room") as room:
        for column in ("account_id", "phone_id", "team_id"):
            room.alter_column(column, existing_type=_key, nullable=True)
        room.add_column(sa.Column("code", sa.Text))
        room.add_column(sa.Column("code_until", sa.BigInteger))
        room.add_column(sa.Column("operations", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_index("room_code", "room", ["code"], unique=True)
    op.create_index("message_author", "message", ["room_id", "person_id", "id"])
    op.create_table(
        "set_aside",
        sa.Column("id", _key, nullable=False),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("raw", sa.Text, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_set_aside"),
    )
