"""The first tables. Their SQL is frozen beside this file: later changes are later steps."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create everything."""
    sql = Path(__file__).with_name(f"0001_{op.get_bind().dialect.name}.sql").read_text(encoding="utf-8")
    for statement in sql.split(";\n"):
        if statement.strip():
            op.get_bind().exec_driver_sql(statement)
