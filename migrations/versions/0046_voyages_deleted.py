"""A voyage that nobody booked can be deleted; what it was, who deleted it and when stays."""

import sqlalchemy as sa
from alembic import op

from app.db import UtcDateTime

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "voyage_deletion",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.String(160), nullable=False),
        sa.Column("ship_name", sa.String(60), nullable=False),
        sa.Column("route", sa.String(400), nullable=False),
        sa.Column("day", sa.Date),
        sa.Column("deleted_at", UtcDateTime, nullable=False),
        sa.Column("deleted_by", sa.Integer, sa.ForeignKey("app_user.id"), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("voyage_deletion")
