"""How often the limits on strangers did something is counted, by the hour."""

import sqlalchemy as sa
from alembic import op

from app.db import UtcDateTime

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "limit_count",
        sa.Column("hour", UtcDateTime, primary_key=True),
        sa.Column("kind", sa.String(10), primary_key=True),
        sa.Column("orders", sa.Integer, nullable=False),
        sa.CheckConstraint("kind IN ('noted', 'paced', 'too_often', 'at_counter')", name=op.f("ck_limit_count_kind")),
    )


def downgrade() -> None:
    op.drop_table("limit_count")
