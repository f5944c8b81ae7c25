"""Beside each id that a caller brings, a digest of what was asked under it."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TABLES = ("booking", "waiting_entry", "scan")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("question", sa.String(length=64), nullable=False, server_default=""))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "question")
