"""Orders that only were noted are found by their end, so that they can be deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_booking_noted_until",
        "booking",
        ["expires_at"],
        postgresql_where=sa.text("state = 'noted'"),
        sqlite_where=sa.text("state = 'noted'"),
    )


def downgrade() -> None:
    op.drop_index("ix_booking_noted_until", table_name="booking")
