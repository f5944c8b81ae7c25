"""A code that was given back at the counter leaves a trace: whose card was looked at, and by whom."""

import sqlalchemy as sa
from alembic import op

from app.db import UtcDateTime

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "code_return",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("booking_id", sa.Integer, sa.ForeignKey("booking.id"), nullable=False),
        sa.Column("passenger_id", sa.Integer, sa.ForeignKey("passenger.id"), nullable=False),
        sa.Column("officer_id", sa.Integer, sa.ForeignKey("app_user.id"), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_index(op.f("ix_code_return_booking_id"), "code_return", ["booking_id"])


def downgrade() -> None:
    op.drop_table("code_return")
