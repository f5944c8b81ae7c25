"""Scans of one showing of a ticket are known by its id, so that an answer that was lost can be given again."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("scan", sa.Column("showing_id", sa.String(36)))


def downgrade() -> None:
    op.drop_column("scan", "showing_id")
